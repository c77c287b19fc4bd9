package dev.tradewind.sources.kafka;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * A topic and how to reach it.
 *
 * @param properties for the Kafka clients, such as {@code security.protocol}; the source sets
 *     isolation, deserializers and offsets itself
 * @param discoveryMillis how often new partitions are looked for, ms of wall time; 0 or less: never
 */
public record TopicInput(
        String bootstrapServers,
        String topic,
        String groupId,
        Map<String, String> properties,
        long discoveryMillis)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    public TopicInput {
        properties = new HashMap<>(properties);
    }

    public TopicInput(String bootstrapServers, String topic, String groupId) {
        this(bootstrapServers, topic, groupId, Map.of(), 60_000);
    }

    /** Properties may hold passwords, and this may be logged. */
    @Override
    public String toString() {
        return topic + " at " + bootstrapServers + " as " + groupId;
    }
}
