package dev.tradewind.cli.rules;

import dev.tradewind.cli.follow.TopicReader;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.core.JacksonException;

/**
 * What the job has published of the catalog in force.
 *
 * @param inForce null where there is none
 * @param rejected why the directory holds something else; null where it doesn't
 */
record LiveCatalog(CatalogInForce inForce, CatalogRejected rejected) {
    /**
     * Reads the topic from its beginning to its end.
     *
     * @param properties of a Kafka client: security and the like
     * @throws IllegalArgumentException saying what is wrong with what was given
     */
    static LiveCatalog read(String bootstrapServers, Properties properties, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                TopicReader.open(bootstrapServers, properties)) {
            return read(consumer, topic);
        } catch (KafkaException e) {
            throw TopicReader.told(bootstrapServers, e);
        }
    }

    private static LiveCatalog read(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic);
        if (infos == null || infos.isEmpty()) {
            throw new IllegalArgumentException("there is no topic " + topic);
        }
        List<TopicPartition> partitions =
                infos.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        LiveCatalog live = new LiveCatalog(null, null);
        long deadline = System.nanoTime() + TopicReader.PATIENCE.toNanos();
        while (ends.entrySet().stream()
                .anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new IllegalArgumentException(
                        "the topic " + topic + " can't be read to its end");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                live = live.after(record);
            }
        }
        return live;
    }

    private LiveCatalog after(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        return switch (key) {
            case CatalogInForce.KEY ->
                    new LiveCatalog(value(record, CatalogInForce.class), rejected);
            case CatalogRejected.KEY ->
                    new LiveCatalog(inForce, value(record, CatalogRejected.class));
            default -> this;
        };
    }

    private static <T> T value(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        try {
            return record.value() == null ? null : Json.LENIENT.readValue(record.value(), type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the record at "
                            + record.topic()
                            + "-"
                            + record.partition()
                            + ", offset "
                            + record.offset()
                            + ", is not one of the job's");
        }
    }
}
