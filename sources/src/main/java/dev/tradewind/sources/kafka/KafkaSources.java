package dev.tradewind.sources.kafka;

import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** What all topics that Tradewind reads have in common. */
public final class KafkaSources {
    private KafkaSources() {}

    /**
     * Reads what is committed, from the group's committed offsets where the job has no state, else
     * from the beginning; follows new partitions.
     */
    // The connector's signature asks for the class that kafka-clients has deprecated.
    @SuppressWarnings("deprecation")
    public static <T> KafkaSource<T> of(
            TopicInput input, KafkaRecordDeserializationSchema<T> schema) {
        Properties properties = new Properties();
        properties.putAll(input.properties());
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
