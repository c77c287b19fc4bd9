package dev.tradewind.job.recovery;

import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Reads the compacted topic of placements: the last one of each workload. */
final class LastPlacements {
    private static final Logger LOG = LoggerFactory.getLogger(LastPlacements.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private LastPlacements() {}

    /**
     * Reads from the beginning to what was committed last when it began.
     *
     * @param properties of a Kafka client
     * @param timeoutMillis wall time without progress after which it gives up
     * @throws IOException where the topic can't be read to its end, or what stands there is no
     *     placement
     */
    static Map<String, Placement> read(
            String bootstrapServers,
            String topic,
            Map<String, String> properties,
            long timeoutMillis)
            throws IOException {
        Properties config = new Properties();
        config.putAll(properties);
        config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.setProperty(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(timeoutMillis));
        Map<String, ConsumerRecord<byte[], byte[]>> last = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long progress = System.nanoTime();
            while (behind(consumer, ends)) {
                var records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > timeoutMillis * 1_000_000) {
                    throw new IOException(
                            "the topic "
                                    + topic
                                    + " could not be read to its end: nothing came for "
                                    + timeoutMillis
                                    + " ms");
                }
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    take(record, last);
                }
            }
        } catch (org.apache.kafka.common.KafkaException e) {
            throw new IOException("the topic " + topic + " can't be read: " + e.getMessage(), e);
        }
        Map<String, Placement> placements = new TreeMap<>();
        for (Map.Entry<String, ConsumerRecord<byte[], byte[]>> each : last.entrySet()) {
            placements.put(each.getKey(), placement(each.getValue()));
        }
        LOG.info("{} placements were found in {}", placements.size(), topic);
        return placements;
    }

    private static boolean behind(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private static void take(
            ConsumerRecord<byte[], byte[]> record,
            Map<String, ConsumerRecord<byte[], byte[]>> last) {
        if (record.key() == null) {
            return;
        }
        String workload = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            last.remove(workload);
        } else {
            last.put(workload, record);
        }
    }

    /** Read when all are there: what a later one has replaced needn't be readable. */
    private static Placement placement(ConsumerRecord<byte[], byte[]> record) throws IOException {
        try {
            return Json.LENIENT.readValue(record.value(), Placement.class);
        } catch (JacksonException e) {
            throw new IOException(
                    record.topic()
                            + "-"
                            + record.partition()
                            + "-"
                            + record.offset()
                            + " is not a placement, so what was placed where is not known; "
                            + "write the workload's placement anew, or a tombstone where it is gone",
                    e);
        }
    }
}
