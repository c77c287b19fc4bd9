package dev.tradewind.job.placement.recovery;

import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** The compacted topic of placements, read once from its beginning to its present end. */
public final class PlacementsTopic {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementsTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private PlacementsTopic() {}

    /**
     * The last placement of each workload that isn't gone; empty where there is no such topic. A
     * record that can't be read is logged and left out, and the placement before it stands.
     *
     * @param consumer that reads committed records only and creates no topics; not subscribed;
     *     stays open
     * @param patience for reading without any progress
     * @throws IllegalStateException where the end can't be reached
     */
    public static Map<String, Placement> read(
            Consumer<byte[], byte[]> consumer, String topic, Duration patience) {
        Map<String, Placement> placements = new TreeMap<>();
        List<TopicPartition> partitions = partitions(consumer, topic);
        if (partitions.isEmpty()) {
            LOG.info("topic {} does not exist yet: no placement is known", topic);
            return placements;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        // with committed records alone these are the ends that can be read
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long progress = System.nanoTime();
        long reached = -1;
        while (true) {
            // control records make the position run ahead of what is returned
            long position = partitions.stream().mapToLong(consumer::position).sum();
            if (partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
                return placements;
            }
            if (position != reached) {
                reached = position;
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > patience.toNanos()) {
                throw new IllegalStateException(
                        "can't read topic "
                                + topic
                                + " to its end: no progress for "
                                + TimeUnit.NANOSECONDS.toSeconds(patience.toNanos())
                                + " s");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record, placements);
            }
        }
    }

    private static List<TopicPartition> partitions(
            Consumer<byte[], byte[]> consumer, String topic) {
        try {
            List<PartitionInfo> known = consumer.partitionsFor(topic);
            return known == null
                    ? List.of()
                    : known.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    private static void take(
            ConsumerRecord<byte[], byte[]> record, Map<String, Placement> placements) {
        if (record.key() == null) {
            LOG.warn(
                    "{}-{} offset {}: a placement without a key is left out",
                    record.topic(),
                    record.partition(),
                    record.offset());
            return;
        }
        String workload = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            placements.remove(workload);
            return;
        }
        try {
            Placement placement = Json.LENIENT.readValue(record.value(), Placement.class);
            if (!workload.equals(placement.workload())
                    || placement.phase() == null
                    || placement.epoch() < 0) {
                LOG.warn(
                        "{}-{} offset {}: not a placement of workload {}; left out",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        workload);
                return;
            }
            placements.put(workload, placement);
        } catch (JacksonException e) {
            LOG.warn(
                    "{}-{} offset {}: the placement of workload {} can't be read and is left out: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    workload,
                    e.getOriginalMessage());
        }
    }
}
