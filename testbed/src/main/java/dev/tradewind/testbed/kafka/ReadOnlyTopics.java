package dev.tradewind.testbed.kafka;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which topics of which cluster are mirrors and must refuse writes. One registry for the process,
 * since Kafka creates the authorizer that asks it by its class name alone. A change holds from the
 * next request on; a request that passed the check before may still be appended after.
 */
public final class ReadOnlyTopics {
    private static final ConcurrentHashMap<String, Set<String>> BY_CLUSTER =
            new ConcurrentHashMap<>();

    private ReadOnlyTopics() {}

    public static void close(String clusterId, String topic) {
        BY_CLUSTER.computeIfAbsent(clusterId, id -> ConcurrentHashMap.newKeySet()).add(topic);
    }

    public static void open(String clusterId, String topic) {
        Set<String> topics = BY_CLUSTER.get(clusterId);
        if (topics != null) {
            topics.remove(topic);
        }
    }

    public static boolean isReadOnly(String clusterId, String topic) {
        Set<String> topics = BY_CLUSTER.get(clusterId);
        return topics != null && topics.contains(topic);
    }

    /** Forgets a cluster that is gone for good. */
    static void forget(String clusterId) {
        BY_CLUSTER.remove(clusterId);
    }
}
