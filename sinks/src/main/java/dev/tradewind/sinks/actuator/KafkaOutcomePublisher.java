package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Outcomes as JSON with CloudEvents headers, keyed by workload, so that those of one workload stay
 * in order. At least once: a retry may publish an outcome again.
 */
public final class KafkaOutcomePublisher implements OutcomePublisher {
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    KafkaOutcomePublisher(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * @param propertiesFile further properties of the producer (credentials), or null
     * @throws IOException where that file can't be read
     * @throws KafkaException where the properties are not valid
     */
    public static KafkaOutcomePublisher open(
            String bootstrapServers, String topic, String propertiesFile) throws IOException {
        return new KafkaOutcomePublisher(
                new KafkaProducer<>(
                        properties(bootstrapServers, propertiesFile),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()),
                topic);
    }

    static Properties properties(String bootstrapServers, String propertiesFile)
            throws IOException {
        Properties properties = new Properties();
        // an actuator's thread must not hang on a control Kafka that is away
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "2000");
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        if (propertiesFile != null) {
            try (Reader reader =
                    Files.newBufferedReader(Path.of(propertiesFile), StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        }
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "tradewind-outcomes-" + UUID.randomUUID());
        return properties;
    }

    @Override
    public CompletableFuture<Void> publish(Outcome outcome) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        try {
            producer.send(
                    record(outcome),
                    (metadata, error) -> {
                        if (error == null) {
                            durable.complete(null);
                        } else {
                            durable.completeExceptionally(error);
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            durable.completeExceptionally(e);
        }
        return durable;
    }

    ProducerRecord<byte[], byte[]> record(Outcome outcome) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, utf8(outcome.workload()), Json.bytes(outcome));
        record.headers()
                .add("ce_specversion", utf8("1.0"))
                .add("ce_type", utf8("dev.tradewind.outcome.v1"))
                .add("ce_source", utf8("/tradewind/actuator"))
                .add(
                        "ce_id",
                        utf8(
                                outcome.commandId()
                                        + "/"
                                        + outcome.status()
                                        + "/"
                                        + outcome.step()
                                        + "/"
                                        + outcome.at().toEpochMilli()))
                .add("ce_subject", utf8(outcome.workload()))
                .add("ce_time", utf8(outcome.at().toString()))
                .add("content-type", utf8("application/json"));
        return record;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
