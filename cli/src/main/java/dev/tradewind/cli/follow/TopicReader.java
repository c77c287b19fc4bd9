package dev.tradewind.cli.follow;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What commands that read the job's topics have in common. */
public final class TopicReader {
    /** For how long Kafka may say nothing. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private TopicReader() {}

    /**
     * Of committed records. It belongs to no group, and makes no topic.
     *
     * @param clients properties of a Kafka client: security and the like
     * @throws IllegalArgumentException saying what is wrong with what was given
     */
    public static KafkaConsumer<byte[], byte[]> open(String bootstrapServers, Properties clients) {
        Properties config = new Properties();
        config.putAll(clients);
        config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        config.setProperty(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
        try {
            return new KafkaConsumer<>(
                    config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw told(bootstrapServers, e);
        }
    }

    /** In a sentence what Kafka tells by an exception. */
    public static IllegalArgumentException told(String bootstrapServers, KafkaException e) {
        if (e instanceof TimeoutException) {
            return new IllegalArgumentException(
                    "Kafka at " + bootstrapServers + " does not answer", e);
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new IllegalArgumentException(
                "Kafka at " + bootstrapServers + " can't be asked: " + cause.getMessage(), e);
    }

    /**
     * @param file properties of a Kafka client; null: none
     * @throws IllegalArgumentException naming the file, where it can't be read
     */
    public static Properties clients(Path file) throws IOException {
        Properties clients = new Properties();
        if (file != null) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new IllegalArgumentException(file + " is no file that can be read");
            }
            try (Reader in = Files.newBufferedReader(file)) {
                clients.load(in);
            } catch (CharacterCodingException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        file + " is not a file of properties: " + e.getMessage(), e);
            }
        }
        return clients;
    }
}
