package dev.tradewind.sinks.linking;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for offsets without a record, as compaction and transactions leave them. No count tells of
 * them, so the records are read: the oldest ones, where compaction begins, and no more than some
 * thousands of a partition in a short time. What was not read by then is not judged.
 */
final class Gaps {
    private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);
    private static final long MOST_RECORDS = 10_000;
    private static final Duration POLL = Duration.ofMillis(100);

    private Gaps() {}

    /** Offsets of a log, the end not included. */
    record Range(long begin, long end) {}

    /**
     * @param properties of a Kafka client; they are not kept
     * @return by partition, the first offset that has no record although later ones are there
     */
    static Map<TopicPartition, Long> find(
            Properties properties, Map<TopicPartition, Range> ranges, Duration limit) {
        if (ranges.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, Long> gaps = new HashMap<>();
        try (Reader reader = new Reader(properties, ranges, limit)) {
            reader.read(gaps);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            // we may not read it, or it does not answer now: that is told by whatever comes next
            LOG.info("{} could not be looked at for gaps: {}", ranges.keySet(), e.toString());
        }
        return gaps;
    }

    private static final class Reader implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Range> ranges;
        private final Map<TopicPartition, Long> next = new HashMap<>();
        private final Duration limit;

        Reader(Properties properties, Map<TopicPartition, Range> ranges, Duration limit) {
            this.ranges = ranges;
            this.limit = limit;
            Properties own = new Properties();
            own.putAll(properties);
            own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
            own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
            own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
            own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "4194304");
            own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "262144");
            own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(limit.toMillis()));
            own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(limit.toMillis()));
            own.remove(ConsumerConfig.GROUP_ID_CONFIG);
            this.consumer =
                    new KafkaConsumer<>(
                            own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        void read(Map<TopicPartition, Long> gaps) {
            long endNanos = System.nanoTime() + limit.toNanos();
            Set<TopicPartition> open = new HashSet<>(ranges.keySet());
            consumer.assign(open);
            ranges.forEach(
                    (partition, range) -> {
                        consumer.seek(partition, range.begin());
                        next.put(partition, range.begin());
                    });
            while (!open.isEmpty() && System.nanoTime() < endNanos) {
                var records = consumer.poll(POLL);
                for (TopicPartition partition : List.copyOf(open)) {
                    for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                        take(partition, record.offset(), gaps);
                    }
                    // it is past what is no record: a marker of a transaction at the very end
                    long position = consumer.position(partition, limit);
                    if (position > next.get(partition)) {
                        gaps.putIfAbsent(partition, next.get(partition));
                    }
                    Range range = ranges.get(partition);
                    long read = next.get(partition) - range.begin();
                    if (gaps.containsKey(partition)
                            || next.get(partition) >= range.end()
                            || read >= MOST_RECORDS) {
                        open.remove(partition);
                        consumer.pause(Set.of(partition));
                    }
                }
            }
        }

        private void take(TopicPartition partition, long offset, Map<TopicPartition, Long> gaps) {
            if (offset != next.get(partition)) {
                gaps.putIfAbsent(partition, next.get(partition));
            }
            next.put(partition, offset + 1);
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ofMillis(200)));
        }
    }
}
