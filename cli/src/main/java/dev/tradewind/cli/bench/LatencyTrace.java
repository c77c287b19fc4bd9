package dev.tradewind.cli.bench;

import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * When things happened, by wall time. What the job writes in a transaction reaches the broker at
 * once, though nobody may read it before the checkpoint: so the broker's own clock says when a
 * detection or a decision was made.
 */
final class LatencyTrace implements AutoCloseable {
    private static final String DETECTIONS = "tradewind.detections";
    private static final String DECISIONS = "tradewind.decisions";
    private static final String OUTCOMES = "tradewind.outcomes";
    private static final String PLACEMENTS = "tradewind.placements";

    /**
     * @param millis when the broker had it
     */
    record Seen<T>(T record, long millis) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final Map<String, Seen<Detection>> fired = new HashMap<>();
    private final Map<String, Seen<Decision>> moves = new HashMap<>();
    private final Map<String, Outcome> accepted = new HashMap<>();
    private final Map<String, Placement> placements = new HashMap<>();
    private volatile boolean stopped;
    private RuntimeException failure;

    private LatencyTrace(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.thread = new Thread(this::run, "latency-trace");
        thread.setDaemon(true);
    }

    static LatencyTrace start(Broker control)
            throws ExecutionException, InterruptedException, TimeoutException {
        for (String topic : List.of(DETECTIONS, DECISIONS)) {
            control.admin()
                    .incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(
                                                            "message.timestamp.type",
                                                            "LogAppendTime"),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, control.bootstrapServers());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "latency");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(DETECTIONS, DECISIONS, OUTCOMES, PLACEMENTS));
        LatencyTrace trace = new LatencyTrace(consumer);
        trace.thread.start();
        return trace;
    }

    /** The last firing of a rule that began with the reading of this instant. */
    Seen<Detection> fired(String rule, long onsetMillis) {
        Seen<Detection> seen = fired.get(rule);
        return seen != null && seen.record().onset().toEpochMilli() == onsetMillis ? seen : null;
    }

    /** The decision that leads to an epoch. */
    Seen<Decision> move(String workload, long epoch) {
        Seen<Decision> seen = moves.get(workload);
        return seen != null && seen.record().epoch() == epoch ? seen : null;
    }

    /** The first word of the actuator on an epoch. */
    Outcome accepted(String workload, long epoch) {
        Outcome outcome = accepted.get(workload);
        return outcome != null && outcome.epoch() == epoch ? outcome : null;
    }

    /** Where it runs, with nothing under way. */
    Placement settled(String workload) {
        Placement placement = placements.get(workload);
        return placement != null
                        && placement.phase() == Placement.Phase.running
                        && placement.commandId() == null
                ? placement
                : null;
    }

    /**
     * Waits until there is something.
     *
     * @param what is waited for, for people
     * @throws TimeoutException saying what didn't come
     */
    <T> T await(String what, Duration atMost, Supplier<T> condition)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (this) {
            while (true) {
                if (failure != null) {
                    throw failure;
                }
                Optional<T> there = Optional.ofNullable(condition.get());
                if (there.isPresent()) {
                    return there.get();
                }
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new TimeoutException(what + " did not come within " + atMost);
                }
                wait(left);
            }
        }
    }

    private void run() {
        try {
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    hear(record);
                }
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = e;
                notifyAll();
            }
        } finally {
            consumer.close();
        }
    }

    private synchronized void hear(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (value == null) {
            placements.remove(key);
            return;
        }
        switch (record.topic()) {
            case DETECTIONS -> {
                Detection detection = Json.LENIENT.readValue(value, Detection.class);
                if (detection.kind() == Detection.Kind.fired) {
                    fired.put(detection.ruleId(), new Seen<>(detection, record.timestamp()));
                }
            }
            case DECISIONS -> {
                Decision decision = Json.LENIENT.readValue(value, Decision.class);
                if (decision.verdict() == Decision.Verdict.move) {
                    moves.put(decision.workload(), new Seen<>(decision, record.timestamp()));
                }
            }
            case OUTCOMES -> {
                Outcome outcome = Json.LENIENT.readValue(value, Outcome.class);
                Outcome last = accepted.get(outcome.workload());
                if (outcome.status() == Outcome.Status.accepted
                        && (last == null || last.epoch() < outcome.epoch())) {
                    accepted.put(outcome.workload(), outcome);
                }
            }
            default -> placements.put(key, Json.LENIENT.readValue(value, Placement.class));
        }
        notifyAll();
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
