package dev.tradewind.testbed.linking;

import java.util.Collection;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * The cluster that a linking service serves, as its links see it.
 *
 * @param admin through the listener that may change mirrors
 * @param replicationServers of that listener
 * @param links all that end here
 */
record Local(
        String name,
        String clusterId,
        Admin admin,
        String replicationServers,
        Faults faults,
        Supplier<Collection<Link>> links) {}
