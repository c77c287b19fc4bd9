package dev.tradewind.cli.bench;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the benchmark reads: 100 zones of three signals, a reading of each every ten seconds, in
 * order of time; one record in a thousand can't be read. Power comes in kW and is converted.
 *
 * <p>Once a period each signal is over all thresholds of its rules for {@code exceeded} of the
 * period in a row, price first, carbon intensity a quarter of a period later, power half of one: so
 * price and power are never over theirs at once, and plain flink-cep can say of them which came
 * first without knowing what was before. In every second period there is a dip into the hysteresis,
 * which ends nothing, in every fourth one below it, which does. In every second period carbon
 * intensity goes very high.
 *
 * <p>At the very end each zone has one reading of a signal of its own, for the rules that tell that
 * all is read.
 */
final class DetectionLoad {
    static final int ZONES = 100;
    static final List<String> SIGNALS = List.of("price", "carbonIntensity", "power");
    static final long STEP_MILLIS = 10_000;

    /** In the last reading of each zone it is over {@link #THE_END}. */
    static final String LAST_SIGNAL = "pue";

    static final double THE_END = 50;

    /** Rules are entered at this value or up to {@link #SPREAD} over it, and left under EXIT. */
    static final double ENTER = 100;

    static final double SPREAD = 20;
    static final double EXIT = 95;
    static final double VERY_HIGH = 250;

    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final List<String> UNITS = List.of("EUR/MWh", "gCO2eq/kWh", "kW");
    private static final int PARTITIONS = 4;
    private static final int EVERY_UNREADABLE = 1_000;
    private static final String UNREADABLE = "{\"zone\":\"Z0\",\"signal\":\"price\",\"value\":";

    private final int percent;
    private final int steps;
    private final int period;
    private final int over;

    /**
     * @param percent of the time in which a signal is over the thresholds, 1 to 50
     * @param period in steps; at least 10 are over the thresholds in a row
     * @param readings about so many
     */
    DetectionLoad(int percent, int period, int readings) {
        this.percent = percent;
        this.period = period;
        this.steps = Math.max(2, readings / series());
        this.over = period * percent / 100;
    }

    static int series() {
        return ZONES * SIGNALS.size();
    }

    static String zone(int zone) {
        return "Z" + zone;
    }

    String topic() {
        return "bench.readings." + percent + "." + period;
    }

    long readings() {
        return (long) steps * series();
    }

    long unreadable() {
        return readings() / EVERY_UNREADABLE;
    }

    /** How long price is over its thresholds before power is, in steps and halves of a period. */
    int halfPeriod() {
        return period / 2;
    }

    /** Of the very last readings. */
    long lastMillis() {
        return at(steps);
    }

    /** Of the readings of the last step of the first so many. */
    long lastMillis(int prefix) {
        return at(stepsOf(prefix) - 1);
    }

    private int stepsOf(int prefix) {
        return Math.min(steps, Math.max(2, prefix / series()));
    }

    /** Whole steps of about so many readings. */
    long readingsOf(int prefix) {
        return (long) stepsOf(prefix) * series();
    }

    private static long at(int step) {
        return START + step * STEP_MILLIS;
    }

    /** Shows a day after the last reading: nothing here is ahead of it. */
    EnergyClock clock() {
        return EnergyClock.startingAt(
                Instant.ofEpochMilli(lastMillis() + 86_400_000), 1, System.currentTimeMillis());
    }

    /** Where in the topic each partition's share of so many readings ends. */
    Map<TopicPartition, Long> endOf(int prefix) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int zone = 0; zone < ZONES; zone++) {
            ends.merge(
                    new TopicPartition(topic(), zone % PARTITIONS),
                    (long) stepsOf(prefix) * SIGNALS.size(),
                    Long::sum);
        }
        // Those that can't be read are beside the readings, and go with the first zone's.
        ends.merge(
                new TopicPartition(topic(), 0), readingsOf(prefix) / EVERY_UNREADABLE, Long::sum);
        return ends;
    }

    void produce(Broker broker) throws Exception {
        broker.admin()
                .createTopics(List.of(new NewTopic(topic(), PARTITIONS, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("linger.ms", "50");
        properties.put("batch.size", "500000");
        properties.put("buffer.memory", "100000000");
        // A partition that was made just now may refuse the first batch and take the second.
        properties.put("max.in.flight.requests.per.connection", "1");
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            long sent = 0;
            for (int step = 0; step < steps; step++) {
                String datetime = Instant.ofEpochMilli(at(step)).toString();
                for (int zone = 0; zone < ZONES; zone++) {
                    for (int signal = 0; signal < SIGNALS.size(); signal++) {
                        send(
                                producer,
                                zone % PARTITIONS,
                                reading(step, zone, signal, datetime),
                                failure);
                        if (++sent % EVERY_UNREADABLE == 0) {
                            send(producer, 0, UNREADABLE, failure);
                        }
                    }
                }
            }
            String datetime = Instant.ofEpochMilli(at(steps)).toString();
            for (int zone = 0; zone < ZONES; zone++) {
                String last = reading(zone, LAST_SIGNAL, THE_END + 1, "1", datetime);
                send(producer, zone % PARTITIONS, last, failure);
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            int partition,
            String json,
            AtomicReference<Exception> failure) {
        producer.send(
                new ProducerRecord<>(
                        topic(), partition, null, json.getBytes(StandardCharsets.UTF_8)),
                (sent, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    private String reading(int step, int zone, int signal, String datetime) {
        double value = value(step, zone, signal);
        return reading(
                zone,
                SIGNALS.get(signal),
                signal == 2 ? value / 1_000 : value,
                UNITS.get(signal),
                datetime);
    }

    private static String reading(
            int zone, String signal, double value, String unit, String datetime) {
        return "{\"zone\":\""
                + zone(zone)
                + "\",\"signal\":\""
                + signal
                + "\",\"value\":"
                + value
                + ",\"unit\":\""
                + unit
                + "\",\"datetime\":\""
                + datetime
                + "\",\"duration\":\"PT10S\",\"kind\":\"actual\",\"source\":\"bench\"}";
    }

    private double value(int step, int zone, int signal) {
        double noise = (step * 7 + zone * 13 + signal) % 20;
        // Zones are not in step. What is over at first is left out: each level is seen to be
        // entered.
        int shifted = step + zone * 37 + period - signal * period / 4;
        int phase = shifted % period;
        int nth = shifted / period;
        boolean high = phase < over && phase < step;
        if (high && nth % 2 == 0 && phase == 2) {
            return EXIT + 2;
        }
        if (!high || nth % 4 == 3 && (phase == 3 || phase == 4)) {
            return 60 + noise;
        }
        return (signal == 1 && nth % 2 == 1 ? VERY_HIGH : ENTER + SPREAD) + 10 + noise;
    }
}
