package dev.tradewind.testbed.app;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds in the output how far the inputs were processed. The output is the truth of mode {@code
 * log}: it is handed over with the workload, and, unlike a group's offsets, it can't lag behind
 * itself.
 */
final class Tail {
    private static final int FIRST_LOOK = 256;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final BooleanSupplier ended;

    Tail(Consumer<byte[], byte[]> consumer, BooleanSupplier ended) {
        this.consumer = consumer;
        this.ended = ended;
    }

    /**
     * The offset after the last processed one, for each of the inputs that the output partition
     * knows. It reads backwards, in growing steps, until all are found or the beginning is reached.
     */
    Map<TopicPartition, Long> read(TopicPartition output, Set<String> inputs) {
        consumer.assign(List.of(output));
        long begin = consumer.beginningOffsets(List.of(output)).get(output);
        long to = consumer.endOffsets(List.of(output)).get(output);
        Map<TopicPartition, Long> next = new HashMap<>();
        Set<String> missing = new HashSet<>(inputs);
        int look = FIRST_LOOK;
        while (to > begin && !missing.isEmpty() && !ended.getAsBoolean()) {
            long from = Math.max(begin, to - look);
            Map<TopicPartition, Long> found = window(output, from, to, missing);
            next.putAll(found);
            found.keySet().forEach(partition -> missing.remove(partition.topic()));
            to = from;
            look = Math.min(look * 4, 65_536);
        }
        return next;
    }

    private Map<TopicPartition, Long> window(
            TopicPartition output, long from, long to, Set<String> inputs) {
        Map<TopicPartition, Long> next = new HashMap<>();
        consumer.seek(output, from);
        while (consumer.position(output) < to && !ended.getAsBoolean()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Processor.Origin origin = Processor.origin(record.value());
                if (record.offset() < to
                        && origin != null
                        && origin.partition() == output.partition()
                        && inputs.contains(origin.topic())) {
                    next.merge(
                            new TopicPartition(origin.topic(), origin.partition()),
                            origin.offset() + 1,
                            Math::max);
                }
            }
        }
        return next;
    }
}
