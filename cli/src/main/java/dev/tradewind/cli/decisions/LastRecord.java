package dev.tradewind.cli.decisions;

import dev.tradewind.cli.follow.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The last committed record of a key. Looks at the ends of the partitions first, and further back
 * only where it isn't there: a topic may hold years.
 */
final class LastRecord implements AutoCloseable {
    private static final long[] BACK = {1_000, 50_000, Long.MAX_VALUE};

    private final String bootstrapServers;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @throws IllegalArgumentException saying what is wrong with what was given
     */
    LastRecord(String bootstrapServers, Properties clients) {
        this.bootstrapServers = bootstrapServers;
        this.consumer = TopicReader.open(bootstrapServers, clients);
    }

    /**
     * @return empty where there is none, or its last one is a tombstone
     * @throws IllegalArgumentException where the topic isn't there or Kafka doesn't answer
     */
    Optional<byte[]> of(String topic, String key) {
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
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
            throw TopicReader.told(bootstrapServers, e);
        }
    }

    /** A key is in one partition, so that the later offset is the later record. */
    private ConsumerRecord<byte[], byte[]> last(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, String key) {
        from.forEach(consumer::seek);
        ConsumerRecord<byte[], byte[]> last = null;
        long quiet = System.nanoTime() + TopicReader.PATIENCE.toNanos();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                quiet = System.nanoTime() + TopicReader.PATIENCE.toNanos();
                if (record.key() != null
                        && key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    last = record;
                }
            }
            if (System.nanoTime() > quiet) {
                throw new IllegalArgumentException(
                        "Kafka at " + bootstrapServers + " does not answer any more");
            }
        }
        return last;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
