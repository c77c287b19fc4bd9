package dev.tradewind.job.placement.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sinks.recovery.SiteScan;
import dev.tradewind.sinks.recovery.SiteScan.Found;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final String TOPIC = "placements";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @Test
    void theLastPlacementOfEachWorkloadStandsAndTombstonesEndThem() {
        MockConsumer<byte[], byte[]> consumer = consumer(5);
        consumer.schedulePollTask(
                () -> {
                    add(consumer, 0, "shop/a", Json.bytes(placement("shop/a", 1)));
                    add(consumer, 1, "shop/b", Json.bytes(placement("shop/b", 1)));
                    add(consumer, 2, "shop/a", Json.bytes(placement("shop/a", 2)));
                    add(consumer, 3, "shop/b", null);
                    add(consumer, 4, "shop/a", "{not json".getBytes(StandardCharsets.UTF_8));
                });
        Map<String, Placement> read = PlacementsTopic.read(consumer, TOPIC, Duration.ofSeconds(30));
        assertThat(read).containsOnlyKeys("shop/a");
        assertThat(read.get("shop/a")).isEqualTo(placement("shop/a", 2));
    }

    @Test
    void withoutTheTopicNothingIsKnown() {
        assertThat(
                        PlacementsTopic.read(
                                new MockConsumer<>("earliest"), TOPIC, Duration.ofSeconds(1)))
                .isEmpty();
    }

    @Test
    void anEndThatIsNeverReachedIsAnError() {
        assertThatThrownBy(() -> PlacementsTopic.read(consumer(5), TOPIC, Duration.ofMillis(50)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(TOPIC);
    }

    @Test
    void theHighestEpochCountsWhereverItIs() {
        List<Recovered> found =
                Findings.combine(
                        Map.of("shop/a", placement("shop/a", 4)),
                        new SiteScan.Result(
                                Map.of(
                                        "shop/a",
                                        List.of(
                                                new Found("frankfurt", 4, true, true),
                                                new Found("oslo", 6, false, false)),
                                        "shop/b",
                                        List.of(
                                                new Found("frankfurt", 3, true, false),
                                                new Found("oslo", 2, true, true))),
                                Map.of()));
        assertThat(found)
                .containsExactly(
                        new Recovered("shop/a", 6, placement("shop/a", 4), "frankfurt", 4),
                        new Recovered("shop/b", 3, null, "oslo", 2));
    }

    @Test
    void aSiteThatDoesNotAnswerMakesEpochsLeap() {
        List<Recovered> found =
                Findings.combine(
                        Map.of("shop/a", placement("shop/a", 4)),
                        new SiteScan.Result(Map.of(), Map.of("oslo", "timed out")));
        assertThat(found.get(0).highestEpoch()).isEqualTo(4 + Findings.MARGIN);
    }

    @Test
    void itTravelsWithTheJob() throws Exception {
        KafkaRecovery recovery =
                new KafkaRecovery(
                        Map.of("bootstrap.servers", "localhost:1"),
                        TOPIC,
                        "connections",
                        java.util.Set.of(),
                        1_000,
                        1_000);
        assertThat(InstantiationUtil.clone(recovery)).isNotSameAs(recovery);
    }

    private static MockConsumer<byte[], byte[]> consumer(long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                TOPIC,
                List.of(new PartitionInfo(TOPIC, 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        return consumer;
    }

    private static void add(
            MockConsumer<byte[], byte[]> consumer, long offset, String key, byte[] value) {
        consumer.addRecord(
                new ConsumerRecord<>(
                        TOPIC, 0, offset, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private static Placement placement(String workload, long epoch) {
        return new Placement(
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
                new WorkloadSpec(
                        null,
                        List.of("{\"kind\":\"ConfigMap\"}"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                "r",
                Instant.ofEpochMilli(1),
                Placement.Ledger.ZERO);
    }
}
