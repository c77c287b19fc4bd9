package dev.tradewind.testbed.linking;

import org.apache.kafka.clients.admin.Admin;

/**
 * The cluster that a linking service serves, as its links see it.
 *
 * @param admin through the listener that may change mirrors
 * @param replicationServers of that listener
 */
record Local(
        String name, String clusterId, Admin admin, String replicationServers, Faults faults) {}
