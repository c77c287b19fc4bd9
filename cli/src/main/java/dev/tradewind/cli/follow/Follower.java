package dev.tradewind.cli.follow;

import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.core.JacksonException;

/**
 * Follows what the job publishes, as any user could: committed records of its topics, from their
 * beginning.
 */
public final class Follower implements AutoCloseable {
    private static final List<String> TOPICS =
            List.of(
                    "tradewind.detections",
                    "tradewind.decisions",
                    "tradewind.outcomes",
                    "tradewind.placements",
                    "tradewind.deadletters");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Listener listener;
    private final Thread thread;
    private final Map<String, Placement> placements = new ConcurrentHashMap<>();
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<Decision> decisions = new CopyOnWriteArrayList<>();
    private final AtomicInteger deadLetters = new AtomicInteger();
    private final AtomicInteger unreadable = new AtomicInteger();
    private volatile boolean stopped;
    private volatile RuntimeException failure;

    /** Called in the follower's own thread. */
    public interface Listener {
        default void heard(Detection detection) {}

        default void heard(Decision decision) {}

        default void heard(Outcome outcome) {}

        default void heardDeadLetter(byte[] raw) {}

        /** After each poll, some ten times a second. */
        default void pause() {}

        default void end() {}
    }

    public Follower(String bootstrapServers, String group, Listener listener) {
        this.listener = listener;
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(TOPICS);
        this.thread = new Thread(this::run, group);
        thread.setDaemon(true);
        thread.start();
    }

    /** The present placement of a workload, as published. */
    public Optional<Placement> placement(String workload) {
        return Optional.ofNullable(placements.get(workload));
    }

    /** In the order in which they came. */
    public List<Outcome> outcomes() {
        return outcomes;
    }

    public List<Decision> decisions() {
        return decisions;
    }

    public int deadLetters() {
        return deadLetters.get();
    }

    /** Records that are none of the job's, passed over. */
    public int unreadable() {
        return unreadable.get();
    }

    /** Why it stopped following before it was closed. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try {
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    hearOrPass(record);
                }
                listener.pause();
            }
            listener.end();
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    /** What is not a record of the job's is its business: it goes to the dead letters there. */
    private void hearOrPass(ConsumerRecord<byte[], byte[]> record) {
        try {
            hear(record);
        } catch (JacksonException e) {
            unreadable.incrementAndGet();
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        switch (record.topic()) {
            case "tradewind.detections" ->
                    listener.heard(Json.LENIENT.readValue(value, Detection.class));
            case "tradewind.decisions" -> {
                Decision decision = Json.LENIENT.readValue(value, Decision.class);
                decisions.add(decision);
                listener.heard(decision);
            }
            case "tradewind.outcomes" -> {
                Outcome outcome = Json.LENIENT.readValue(value, Outcome.class);
                outcomes.add(outcome);
                listener.heard(outcome);
            }
            case "tradewind.placements" -> {
                String workload = new String(record.key(), StandardCharsets.UTF_8);
                if (value == null) {
                    placements.remove(workload);
                } else {
                    placements.put(workload, Json.LENIENT.readValue(value, Placement.class));
                }
            }
            default -> {
                deadLetters.incrementAndGet();
                listener.heardDeadLetter(value);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
