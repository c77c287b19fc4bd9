package dev.tradewind.testbed.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells of topics that clients are about to delete, past the linking service: a mirror's topic is
 * its own, and a real server knows at once. One registry for the process, as {@link ReadOnlyTopics}
 * is.
 */
public final class TopicDeletions {
    private static final Map<String, Consumer<String>> BY_CLUSTER = new ConcurrentHashMap<>();

    private TopicDeletions() {}

    /**
     * @param listener hears a topic's name before it is deleted, if it ever is, on the broker's own
     *     thread: it must not wait
     */
    public static void listen(String clusterId, Consumer<String> listener) {
        BY_CLUSTER.put(clusterId, listener);
    }

    public static void leave(String clusterId) {
        BY_CLUSTER.remove(clusterId);
    }

    static void begins(String clusterId, String topic) {
        Consumer<String> listener = BY_CLUSTER.get(clusterId);
        if (listener != null) {
            listener.accept(topic);
        }
    }
}
