package dev.tradewind.job.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kafka.Broker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real broker: what is read is what was committed, however it was written. */
class LastPlacementsTest {
    private static Broker broker;

    @BeforeAll
    static void start() {
        broker = Broker.start("control");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void theLastCommittedOneOfEachWorkloadCounts() throws Exception {
        topic("placements", 3);
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (long epoch = 1; epoch <= 50; epoch++) {
                send(producer, "placements", "shop/a", placement("shop/a", epoch));
                send(producer, "placements", "shop/b", placement("shop/b", epoch));
            }
            send(producer, "placements", "shop/gone", placement("shop/gone", 1));
            send(producer, "placements", "shop/gone", null);
        }
        try (KafkaProducer<byte[], byte[]> producer =
                producer(Map.of("transactional.id", "journal"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "placements", "shop/a", placement("shop/a", 51));
            producer.commitTransaction();
            // what was never committed was never commanded either, and stands at the very end
            producer.beginTransaction();
            send(producer, "placements", "shop/b", placement("shop/b", 99));
            producer.flush();
            producer.abortTransaction();
        }

        Map<String, Placement> last =
                LastPlacements.read(broker.bootstrapServers(), "placements", Map.of(), 20_000);

        assertThat(last).containsOnlyKeys("shop/a", "shop/b");
        assertThat(last.get("shop/a").epoch()).isEqualTo(51);
        assertThat(last.get("shop/b").epoch()).isEqualTo(50);
    }

    @Test
    void anEmptyTopicHasNone() throws Exception {
        topic("empty", 2);
        assertThat(LastPlacements.read(broker.bootstrapServers(), "empty", Map.of(), 20_000))
                .isEmpty();
    }

    @Test
    void whatIsNoPlacementIsToldWithItsPlaceAndTheWayOutWorks() throws Exception {
        topic("spoilt", 1);
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            send(producer, "spoilt", "shop/a", "believe me".getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(
                        () ->
                                LastPlacements.read(
                                        broker.bootstrapServers(), "spoilt", Map.of(), 20_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("spoilt-0-0")
                .hasMessageContaining("tombstone");
        // and that way works, long before the topic is compacted
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            send(producer, "spoilt", "shop/a", placement("shop/a", 2));
        }
        assertThat(LastPlacements.read(broker.bootstrapServers(), "spoilt", Map.of(), 20_000))
                .containsOnlyKeys("shop/a");
    }

    @Test
    void aTopicThatCantBeReadIsNotTakenForAnEmptyOne() {
        assertThatThrownBy(() -> LastPlacements.read("127.0.0.1:1", "placements", Map.of(), 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("placements");
    }

    private static byte[] placement(String workload, long epoch) {
        return Json.bytes(
                new Placement(
                        workload,
                        epoch,
                        Phase.running,
                        "frankfurt",
                        null,
                        null,
                        null,
                        "d",
                        null,
                        null,
                        null,
                        null,
                        "r",
                        Instant.EPOCH,
                        Placement.Ledger.ZERO,
                        null,
                        null));
    }

    private static void topic(String name, int partitions)
            throws ExecutionException, InterruptedException {
        broker.admin().createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new java.util.HashMap<>(more);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String workload, byte[] value)
            throws ExecutionException, InterruptedException {
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topic, workload.getBytes(StandardCharsets.UTF_8), value));
        producer.flush();
        sent.get();
    }
}
