package dev.tradewind.cli.decisions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The last committed record of a key. Looks at the ends of the partitions first, and further back
 * only where it isn't there: a topic may hold years.
 */
final class LastRecord implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long[] BACK = {1_000, 50_000, Long.MAX_VALUE};

    private final KafkaConsumer<byte[], byte[]> consumer;

    LastRecord(String bootstrapServers, Map<String, String> clients) {
        Properties properties = new Properties();
        properties.putAll(clients);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * @return empty where there is none, or its last one is a tombstone
     * @throws IllegalArgumentException where the topic isn't there or Kafka doesn't answer
     */
    Optional<byte[]> of(String topic, String key) {
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic, TIMEOUT).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, TIMEOUT);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
            for (long back : BACK) {
                Map<TopicPartition, Long> from = new HashMap<>();
                boolean all = true;
                for (TopicPartition at : partitions) {
                    long begin = Math.max(begins.get(at), ends.get(at) - back);
                    all &= begin == begins.get(at);
                    from.put(at, begin);
                }
                ConsumerRecord<byte[], byte[]> found = last(from, ends, key);
                if (found != null) {
                    return Optional.ofNullable(found.value());
                }
                if (all) {
                    break;
                }
            }
            return Optional.empty();
        } catch (KafkaException e) {
            throw new IllegalArgumentException(
                    "topic " + topic + " can't be read: " + e.getMessage(), e);
        }
    }

    /** A key is in one partition, so that the later offset is the later record. */
    private ConsumerRecord<byte[], byte[]> last(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, String key) {
        from.forEach(consumer::seek);
        ConsumerRecord<byte[], byte[]> last = null;
        long quiet = System.nanoTime() + TIMEOUT.toNanos();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                quiet = System.nanoTime() + TIMEOUT.toNanos();
                if (record.key() != null
                        && key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    last = record;
                }
            }
            if (System.nanoTime() > quiet) {
                throw new IllegalArgumentException("Kafka has said nothing for " + TIMEOUT);
            }
        }
        return last;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
