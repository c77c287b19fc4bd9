package dev.tradewind.cli.signals;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Reading;
import dev.tradewind.rules.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes signals to the readings topic, each when the energy clock shows that it has become known.
 */
public final class Playback implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private volatile boolean stopped;

    private Playback(
            KafkaProducer<byte[], byte[]> producer,
            List<Timed> readings,
            String topic,
            EnergyClock clock) {
        this.producer = producer;
        this.thread = new Thread(() -> run(readings, topic, clock), "playback");
        thread.setDaemon(true);
    }

    record Timed(Instant knownAt, Reading reading) {}

    /** Starts at once, in a thread of its own. Rows that are known already are written first. */
    public static Playback start(
            String bootstrapServers, String topic, List<SignalRow> rows, EnergyClock clock) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        Playback playback =
                new Playback(
                        new KafkaProducer<>(
                                properties, new ByteArraySerializer(), new ByteArraySerializer()),
                        readings(rows),
                        topic,
                        clock);
        playback.thread.start();
        return playback;
    }

    /**
     * One reading an actual row; the forecast rows of a zone and signal that were made at one
     * instant are one curve.
     */
    static List<Timed> readings(List<SignalRow> rows) {
        List<Timed> readings = new ArrayList<>();
        Map<List<Object>, List<SignalRow>> curves = new LinkedHashMap<>();
        for (SignalRow row : rows) {
            if (row.isForecast()) {
                curves.computeIfAbsent(
                                List.of(row.zone(), row.signal(), row.generatedAt()),
                                k -> new ArrayList<>())
                        .add(row);
            } else {
                readings.add(
                        new Timed(
                                row.knownAt(),
                                new Reading(
                                        null,
                                        row.zone(),
                                        row.signal(),
                                        row.value(),
                                        row.unit(),
                                        row.datetime(),
                                        "PT1H",
                                        "actual",
                                        null,
                                        null,
                                        "playback",
                                        null,
                                        null)));
            }
        }
        for (List<SignalRow> curve : curves.values()) {
            SignalRow first = curve.get(0);
            List<Reading.Point> points =
                    curve.stream()
                            .sorted(Comparator.comparing(SignalRow::datetime))
                            .map(r -> new Reading.Point(r.datetime(), "PT1H", r.value()))
                            .toList();
            readings.add(
                    new Timed(
                            first.knownAt(),
                            new Reading(
                                    null,
                                    first.zone(),
                                    first.signal(),
                                    null,
                                    first.unit(),
                                    null,
                                    null,
                                    "forecast",
                                    first.generatedAt(),
                                    null,
                                    "playback",
                                    null,
                                    points)));
        }
        readings.sort(Comparator.comparing(Timed::knownAt));
        return readings;
    }

    private void run(List<Timed> readings, String topic, EnergyClock clock) {
        for (Timed timed : readings) {
            long due = clock.wallOf(timed.knownAt().toEpochMilli());
            for (long now = System.currentTimeMillis();
                    now < due && !stopped;
                    now = System.currentTimeMillis()) {
                LockSupport.parkNanos(this, Duration.ofMillis(due - now).toNanos());
            }
            if (stopped) {
                return;
            }
            byte[] key = timed.reading().zone().getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topic, key, Json.bytes(timed.reading())));
        }
        producer.flush();
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(2));
    }
}
