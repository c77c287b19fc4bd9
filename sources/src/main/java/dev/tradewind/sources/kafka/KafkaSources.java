package dev.tradewind.sources.kafka;

import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** What all topics that Tradewind reads have in common. */
public final class KafkaSources {
    /**
     * Records that a reader takes from a fetch at once. Each time costs some fifty microseconds of
     * a processor, which with Kafka's 500 is an eighth of what a reading costs in all. What a fetch
     * may hold in memory is bounded by its bytes, and not by this.
     */
    private static final String POLLED = "4000";

    private KafkaSources() {}

    /** What all readers have in common: what is committed is read, and much at a time. */
    public static Properties reading() {
        Properties properties = new Properties();
        properties.setProperty("max.poll.records", POLLED);
        properties.setProperty("isolation.level", "read_committed");
        return properties;
    }

    /**
     * Reads what is committed, from the group's committed offsets where the job has no state, else
     * from the beginning; follows new partitions.
     */
    // The connector's signature asks for the class that kafka-clients has deprecated.
    @SuppressWarnings("deprecation")
    public static <T> KafkaSource<T> of(
            TopicInput input, KafkaRecordDeserializationSchema<T> schema) {
        Properties properties = reading();
        properties.putAll(input.properties());
        // also where those properties say otherwise
        properties.setProperty("isolation.level", "read_committed");
        properties.setProperty(
                "partition.discovery.interval.ms", Long.toString(input.discoveryMillis()));
        return KafkaSource.<T>builder()
                .setProperties(properties)
                .setBootstrapServers(input.bootstrapServers())
                .setTopics(input.topic())
                .setGroupId(input.groupId())
                .setClientIdPrefix(input.groupId() + "-" + input.topic())
                .setStartingOffsets(
                        OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setDeserializer(schema)
                .build();
    }
}
