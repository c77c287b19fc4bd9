package dev.tradewind.testbed.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class FeederAuditTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void whatIsFedThroughARestartIsCountedOnce() throws Exception {
        try (Broker broker = Broker.start("fed")) {
            broker.admin()
                    .createTopics(
                            List.of(
                                    new NewTopic("in", 2, (short) 1),
                                    new NewTopic("out", 2, (short) 1)))
                    .all()
                    .get();
            long fed;
            try (Feeder feeder = Feeder.start(broker.bootstrapServers(), "in", 2, 500)) {
                await().atMost(SOON).until(() -> feeder.acknowledged() > 200);
                broker.stop();
                broker.restart();
                long before = feeder.acknowledged();
                await().atMost(SOON).until(() -> feeder.acknowledged() > before + 200);
                fed = feeder.stop();
                assertThat(feeder.failed()).isZero();
            }
            Map<Integer, Long> counts = process(broker, fed);
            assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(fed);

            AuditReport report =
                    Audit.run(
                            broker.bootstrapServers(),
                            "in",
                            broker.bootstrapServers(),
                            "out",
                            Duration.ofMillis(300));
            assertThat(report.produced()).isEqualTo(fed);
            assertThat(report.lost()).isEqualTo(1);
            assertThat(report.duplicated()).isEqualTo(1);
            assertThat(report.unknown()).isEqualTo(1);
            assertThat(report.disordered()).isZero();
        }
    }

    /** One output for each input, but the first is forgotten, the last is doubled, one is noise. */
    private static Map<Integer, Long> process(Broker broker, long fed) {
        Map<Integer, Long> perPartition = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (long seq = 0; seq < fed; seq++) {
                int partition = (int) (seq % 2);
                long offset = perPartition.merge(partition, 1L, Long::sum) - 1;
                int times = seq == 0 ? 0 : seq == fed - 1 ? 2 : 1;
                for (int i = 0; i < times; i++) {
                    producer.send(output(partition, offset, seq));
                }
            }
            producer.send(
                    new ProducerRecord<>("out", 0, null, "noise".getBytes(StandardCharsets.UTF_8)));
            producer.flush();
        }
        return perPartition;
    }

    private static ProducerRecord<byte[], byte[]> output(int partition, long offset, long seq) {
        String value =
                """
                {"input":{"topic":"in","partition":%d,"offset":%d},"seq":%d,"site":"a","processedAt":%d}\
                """
                        .formatted(partition, offset, seq, 1000 + seq);
        return new ProducerRecord<>("out", partition, null, value.getBytes(StandardCharsets.UTF_8));
    }
}
