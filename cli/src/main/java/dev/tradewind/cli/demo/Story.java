package dev.tradewind.cli.demo;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the job's topics, as any user could, and prints what happens in order of time. */
final class Story implements AutoCloseable {
    /**
     * Records of one moment reach us by several topics; they are held this long to be told in
     * order.
     */
    private static final Duration HELD = Duration.ofMillis(400);

    private static final Duration QUIET = Duration.ofSeconds(8);

    private final EnergyClock clock;
    private final Teller teller;
    private final PrintStream out;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final Map<String, Placement> placements = new ConcurrentHashMap<>();
    private final List<Outcome> outcomes =
            java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger deadLetters = new AtomicInteger();
    private volatile boolean stopped;
    private volatile RuntimeException failure;
    private volatile java.util.function.Supplier<String> progress = () -> "";

    private record Held(StoryLine line, long heardAt) implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            return line.compareTo(other.line);
        }
    }

    Story(String bootstrapServers, EnergyClock clock, PrintStream out) {
        this.clock = clock;
        this.teller = new Teller(clock);
        this.out = out;
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "tradewind-demo-story");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(
                List.of(
                        "tradewind.detections",
                        "tradewind.decisions",
                        "tradewind.outcomes",
                        "tradewind.placements",
                        "tradewind.deadletters"));
        this.thread = new Thread(this::run, "story");
        thread.setDaemon(true);
        thread.start();
    }

    /** What the progress line says while nothing happens. */
    void progress(java.util.function.Supplier<String> text) {
        progress = text;
    }

    /** The present placement of a workload, as published. */
    Optional<Placement> placement(String workload) {
        return Optional.ofNullable(placements.get(workload));
    }

    List<Outcome> outcomes() {
        synchronized (outcomes) {
            return List.copyOf(outcomes);
        }
    }

    int deadLetters() {
        return deadLetters.get();
    }

    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try {
            long lastTold = System.nanoTime();
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    hear(record).ifPresent(line -> held.add(new Held(line, System.nanoTime())));
                }
                if (tellHeld(System.nanoTime() - HELD.toNanos())) {
                    lastTold = System.nanoTime();
                } else if (System.nanoTime() - lastTold > QUIET.toNanos()) {
                    out.println(
                            stamp(Instant.ofEpochMilli(clock.now()))
                                    + "         ... "
                                    + progress.get());
                    lastTold = System.nanoTime();
                }
            }
            tellHeld(Long.MAX_VALUE);
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    private Optional<StoryLine> hear(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        switch (record.topic()) {
            case "tradewind.detections":
                return teller.tell(Json.LENIENT.readValue(value, Detection.class));
            case "tradewind.decisions":
                return teller.tell(Json.LENIENT.readValue(value, Decision.class));
            case "tradewind.outcomes":
                Outcome outcome = Json.LENIENT.readValue(value, Outcome.class);
                outcomes.add(outcome);
                return teller.tell(outcome);
            case "tradewind.placements":
                String workload = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
                if (value == null) {
                    placements.remove(workload);
                } else {
                    placements.put(workload, Json.LENIENT.readValue(value, Placement.class));
                }
                return Optional.empty();
            default:
                deadLetters.incrementAndGet();
                return Optional.of(
                        new StoryLine(
                                Instant.ofEpochMilli(clock.now()),
                                3,
                                "DEAD LETTER "
                                        + new String(
                                                value, java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    private boolean tellHeld(long heardBefore) {
        boolean told = false;
        while (!held.isEmpty() && held.peek().heardAt() - heardBefore <= 0) {
            StoryLine line = held.poll().line();
            out.println(stamp(line.at()) + "  " + line.text());
            told = true;
        }
        return told;
    }

    private static String stamp(Instant at) {
        return Teller.hour(at);
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
