package dev.tradewind.cli.bench;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the benchmark reads: 100 zones of three signals, a reading a minute of each, in order of
 * time. Of each hundred minutes of a series ten in a row are over the thresholds of all rules on
 * its signal: one episode for each of those rules. The last reading of a series is out of all
 * bounds, for which there is a rule: when it has fired for every series, all is read.
 */
final class DetectionLoad {
    static final int RULES = 20;
    static final double EXCEEDED = 0.1;

    private static final int ZONES = 100;
    private static final int PARTITIONS = 4;
    private static final int PERIOD = 100;
    private static final int FROM = 45;
    private static final int TO = 55;
    private static final long MINUTE = 60_000;
    private static final double OUT_OF_BOUNDS = 100_000;
    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final List<String> SIGNALS = List.of("price", "carbonIntensity", "power");
    private static final List<String> UNITS = List.of("EUR/MWh", "gCO2eq/kWh", "W");

    private final int minutes;

    /**
     * @param readings about so many; whole periods of each series
     */
    DetectionLoad(int readings) {
        int periods = Math.max(1, readings / (ZONES * SIGNALS.size() * PERIOD));
        this.minutes = periods * PERIOD;
    }

    long readings() {
        return (long) minutes * series();
    }

    int series() {
        return ZONES * SIGNALS.size();
    }

    /** How often a rule other than that of the end has to fire. */
    long episodes() {
        return (long) ZONES * RULES * (minutes / PERIOD);
    }

    /** Shows a day after the last reading: nothing here is ahead of it. */
    EnergyClock clock() {
        return EnergyClock.startingAt(
                Instant.ofEpochMilli(START + (minutes + 1440) * MINUTE),
                1,
                System.currentTimeMillis());
    }

    Catalog catalog() {
        List<Site> sites = new ArrayList<>();
        for (int zone = 0; zone < ZONES; zone++) {
            String name = "site-" + zone;
            sites.add(
                    new Site(
                            name,
                            Map.of(),
                            zone(zone),
                            1,
                            null,
                            null,
                            null,
                            name,
                            0,
                            Map.of(),
                            Map.of(),
                            false,
                            Map.of()));
        }
        List<Rule> rules = new ArrayList<>();
        for (int rule = 0; rule < RULES; rule++) {
            rules.add(
                    rule(
                            "rule-" + rule,
                            SIGNALS.get(rule % SIGNALS.size()),
                            new Sustained(true, 100 + rule, 95, 5 * MINUTE, null)));
        }
        for (String signal : SIGNALS) {
            rules.add(
                    rule(
                            Tally.END + "-" + signal.toLowerCase(java.util.Locale.ROOT),
                            signal,
                            new Sustained(true, OUT_OF_BOUNDS, OUT_OF_BOUNDS, 0, null)));
        }
        return new Catalog("bench", sites, List.of(), rules);
    }

    void produce(Broker broker, String topic) throws Exception {
        broker.admin()
                .createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("linger.ms", "50");
        properties.put("batch.size", "500000");
        properties.put("buffer.memory", "100000000");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int minute = 0; minute < minutes; minute++) {
                for (int zone = 0; zone < ZONES; zone++) {
                    for (int signal = 0; signal < SIGNALS.size(); signal++) {
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        zone % PARTITIONS,
                                        zone(zone).getBytes(StandardCharsets.UTF_8),
                                        reading(minute, zone, signal)
                                                .getBytes(StandardCharsets.UTF_8)));
                    }
                }
            }
            // Event time passes the last reading only by one that is later.
            for (int zone = 0; zone < PARTITIONS; zone++) {
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                zone,
                                null,
                                reading(minutes, zone, "pue", "1", 1.2)
                                        .getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
        }
    }

    private String reading(int minute, int zone, int signal) {
        int phase = minute % PERIOD;
        double value = phase >= FROM && phase < TO ? 130 : 60;
        value += (minute * 7 + zone * 13 + signal) % 20;
        if (minute == minutes - 1) {
            value = OUT_OF_BOUNDS + 1;
        }
        return reading(minute, zone, SIGNALS.get(signal), UNITS.get(signal), value);
    }

    private static String reading(int minute, int zone, String signal, String unit, double value) {
        return "{\"zone\":\""
                + zone(zone)
                + "\",\"signal\":\""
                + signal
                + "\",\"value\":"
                + value
                + ",\"unit\":\""
                + unit
                + "\",\"datetime\":\""
                + Instant.ofEpochMilli(START + minute * MINUTE)
                + "\",\"duration\":\"PT1M\",\"kind\":\"actual\",\"source\":\"bench\"}";
    }

    private static String zone(int zone) {
        return "Z" + zone;
    }

    private static Rule rule(String name, String signal, Sustained when) {
        return Rule.sustained(name, "1", signal, "true", "true", when, Rule.Action.NOTIFY);
    }
}
