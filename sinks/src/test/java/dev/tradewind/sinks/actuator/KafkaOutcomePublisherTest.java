package dev.tradewind.sinks.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaOutcomePublisherTest {
    private static final Outcome OUTCOME =
            new Outcome(
                    "c-2",
                    "shop/orders",
                    2,
                    Outcome.Status.step,
                    "drain",
                    "a",
                    Instant.parse("2026-03-01T12:00:00Z"),
                    120L,
                    "a: 1 of 0 pods",
                    "1 pods still at a");

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

    @Test
    void anOutcomeIsJsonKeyedByWorkloadWithCloudEventsHeaders() {
        CompletableFuture<Void> durable =
                new KafkaOutcomePublisher(producer, "outcomes").publish(OUTCOME);
        assertThat(durable).isNotDone();
        producer.completeNext();

        assertThat(durable).isCompleted();
        ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertThat(record.topic()).isEqualTo("outcomes");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("shop/orders");
        assertThat(Json.STRICT.readValue(record.value(), Outcome.class)).isEqualTo(OUTCOME);
        assertThat(
                        new String(
                                record.headers().lastHeader("ce_type").value(),
                                StandardCharsets.UTF_8))
                .isEqualTo("dev.tradewind.outcome.v1");
    }

    @Test
    void whatIsNotKnownToBeDurableIsTold() {
        CompletableFuture<Void> durable =
                new KafkaOutcomePublisher(producer, "outcomes").publish(OUTCOME);
        producer.errorNext(new TimeoutException("no leader"));

        assertThat(durable).isCompletedExceptionally();
    }

    @Test
    void credentialsComeFromAFileAndGuaranteesDoNot(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("kafka.properties");
        Files.writeString(file, "sasl.mechanism=PLAIN\nacks=0\nenable.idempotence=false\n");

        Properties properties = KafkaOutcomePublisher.properties("k:9092", file.toString());

        assertThat(properties)
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("bootstrap.servers", "k:9092")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true");
        assertThatThrownBy(() -> KafkaOutcomePublisher.properties("k:9092", dir + "/nowhere"))
                .isInstanceOf(IOException.class);
    }
}
