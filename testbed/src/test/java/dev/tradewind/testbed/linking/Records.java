package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics, records and offsets of a broker, for tests. */
final class Records {
    private Records() {}

    static void topic(Broker broker, String name, int partitions) throws Exception {
        broker.admin().createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }

    static KafkaProducer<byte[], byte[]> producer(Broker broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "metric.reporters",
                        "",
                        "max.block.ms",
                        "5000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    static void produce(Broker broker, String topic, int partitions, int from, int count)
            throws ExecutionException, InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            for (int i = from; i < from + count; i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(
                                topic,
                                i % partitions,
                                1_700_000_000_000L + i,
                                i % 5 == 0 ? null : bytes("k" + i),
                                i % 7 == 0 ? null : bytes("v" + i));
                record.headers().add("n", bytes(Integer.toString(i)));
                if (i == from + count - 1) {
                    producer.send(record).get();
                } else {
                    producer.send(record);
                }
            }
            producer.flush();
        }
    }

    /** All records of a topic, each told by everything that must be equal on a mirror. */
    static List<String> all(Broker broker, String topic, int partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "auto.offset.reset",
                                "earliest",
                                "metric.reporters",
                                ""),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> all = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                all.add(new TopicPartition(topic, p));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            List<String> seen = new ArrayList<>();
            while (ends.entrySet().stream()
                    .anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(200))) {
                    seen.add(
                            "%d/%d %d %s=%s %s"
                                    .formatted(
                                            r.partition(),
                                            r.offset(),
                                            r.timestamp(),
                                            text(r.key()),
                                            text(r.value()),
                                            number(r)));
                }
            }
            seen.sort(null);
            return seen;
        }
    }

    private static String number(ConsumerRecord<byte[], byte[]> r) {
        Header n = r.headers().lastHeader("n");
        return n == null ? "" : text(n.value());
    }

    static long end(Broker broker, String topic, int partition) {
        TopicPartition p = new TopicPartition(topic, partition);
        return Kafka.ends(broker.admin(), List.of(p)).get(p);
    }

    static void commit(Broker broker, String group, String topic, long offset) {
        Kafka.await(
                broker.admin()
                        .alterConsumerGroupOffsets(
                                group,
                                Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                        .all());
    }

    /**
     * @return null if nothing is committed
     */
    static Long committed(Broker broker, String group, String topic) {
        OffsetAndMetadata offset =
                Kafka.await(
                                broker.admin()
                                        .listConsumerGroupOffsets(group)
                                        .partitionsToOffsetAndMetadata())
                        .get(new TopicPartition(topic, 0));
        return offset == null ? null : offset.offset();
    }

    /** A member of a group, subscribed and with an assignment. */
    static KafkaConsumer<byte[], byte[]> member(Broker broker, String group, String topic) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "group.id",
                                group,
                                "enable.auto.commit",
                                "false",
                                "metric.reporters",
                                ""),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (consumer.assignment().isEmpty() && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(100));
        }
        return consumer;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
