package dev.tradewind.testbed.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares an input topic at its home with the output topic at the site that may write it now. Each
 * output record must name its input: {@code {"input":{"topic":t,"partition":p,"offset":o},
 * "site":s,"processedAt":ms}}, as the testbed's application writes; {@code topic} may be missing.
 */
public final class Audit {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration POLL = Duration.ofMillis(100);

    private Audit() {}

    /**
     * Counts, once all input is written. Waits for outputs that are still missing.
     *
     * @param patience for how long to wait for them
     * @throws org.apache.kafka.common.KafkaException if a broker doesn't answer
     */
    public static AuditReport run(
            String inputServers,
            String inputTopic,
            String outputServers,
            String outputTopic,
            Duration patience) {
        Tally tally = new Tally();
        try (KafkaConsumer<byte[], byte[]> input = consumer(inputServers)) {
            List<TopicPartition> partitions = assign(input, inputTopic);
            Map<TopicPartition, Long> ends = input.endOffsets(partitions);
            while (!reached(input, ends)) {
                for (ConsumerRecord<byte[], byte[]> r : input.poll(POLL)) {
                    if (r.offset() < ends.get(new TopicPartition(inputTopic, r.partition()))) {
                        tally.input(r.partition(), r.offset());
                    }
                }
            }
        }
        try (KafkaConsumer<byte[], byte[]> output = consumer(outputServers)) {
            List<TopicPartition> partitions = assign(output, outputTopic);
            long deadline = System.nanoTime() + patience.toNanos();
            // At least to the present end, for doubled records; then on, for missing ones.
            Map<TopicPartition, Long> ends = output.endOffsets(partitions);
            while (!reached(output, ends) || (tally.lost() > 0 && System.nanoTime() < deadline)) {
                for (ConsumerRecord<byte[], byte[]> r : output.poll(POLL)) {
                    count(tally, r, inputTopic);
                }
            }
        }
        return tally.report();
    }

    private static void count(
            Tally tally, ConsumerRecord<byte[], byte[]> record, String inputTopic) {
        JsonNode value = read(record.value());
        JsonNode input = value.path("input");
        if (!input.path("partition").isNumber() || !input.path("offset").isNumber()) {
            tally.strangeOutput();
        } else if (input.path("topic").asString(inputTopic).equals(inputTopic)) {
            tally.output(
                    input.path("partition").asInt(),
                    input.path("offset").asLong(),
                    value.path("site").asString(""),
                    value.path("processedAt").asLong(record.timestamp()));
        }
    }

    private static JsonNode read(byte[] value) {
        try {
            return value == null ? JSON.nullNode() : JSON.readTree(value);
        } catch (JacksonException e) {
            // Not JSON is as strange as JSON without an input.
            return JSON.nullNode();
        }
    }

    private static boolean reached(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    private static List<TopicPartition> assign(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(p -> new TopicPartition(topic, p.partition()))
                        .collect(Collectors.toList());
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String servers) {
        Map<String, Object> c = new HashMap<>();
        c.put("bootstrap.servers", servers);
        c.put("metric.reporters", "");
        c.put("enable.auto.commit", "false");
        c.put("auto.offset.reset", "earliest");
        c.put("isolation.level", "read_committed");
        c.put("max.poll.records", "5000");
        c.put("default.api.timeout.ms", "15000");
        return new KafkaConsumer<>(c, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
