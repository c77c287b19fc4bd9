package dev.tradewind.job.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.job.Main;
import dev.tradewind.job.journal.Journal;
import dev.tradewind.job.journal.JournalWriter;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogInForce.LiveRule;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kafka.Broker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The very graph of the job on a cluster in this JVM, its topics on a real broker. */
class TopologyIT {
    private static final Instant ORIGIN = Instant.parse("2026-03-01T12:00:00Z");

    /** A minute of energy passes in a sixth of a second. */
    private static final double RATE = 360;

    private static final String SITES =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE, connection: frankfurt}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: NO, connection: oslo}
            """;

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path directory;
    private Broker broker;
    private TradewindOptions options;
    private EnergyClock clock;
    private KafkaProducer<byte[], byte[]> producer;
    private JobClient job;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start("control");
        Files.createDirectories(directory.resolve("catalog"));
        Files.createDirectories(directory.resolve("connections"));
        options =
                TradewindOptions.parse(
                        "--kafka.bootstrap.servers",
                        broker.bootstrapServers(),
                        "--catalog.dir",
                        directory.resolve("catalog").toString(),
                        "--catalog.poll=100ms",
                        "--connections.dir",
                        directory.resolve("connections").toString(),
                        "--clock.origin",
                        ORIGIN.toString(),
                        "--clock.rate",
                        Double.toString(RATE),
                        "--clock.wallOrigin",
                        Instant.now().toString(),
                        "--watermark.idle=200ms",
                        "--watermark.interval=20ms",
                        "--watermark.ticker.bound=30s",
                        "--checkpoint.interval=200ms",
                        "--readings.maxAhead=2h",
                        "--parallelism=2",
                        "--placement.parallelism=2");
        clock = options.clock(0);
        broker.admin()
                .createTopics(
                        Stream.of(
                                        options.get(TradewindOptions.READINGS),
                                        options.get(TradewindOptions.REQUESTS),
                                        options.get(TradewindOptions.OUTCOMES),
                                        options.get(TradewindOptions.COMMANDS),
                                        options.get(TradewindOptions.DECISIONS),
                                        options.get(TradewindOptions.PLACEMENTS),
                                        options.get(TradewindOptions.DETECTIONS),
                                        options.get(TradewindOptions.CATALOG),
                                        options.get(TradewindOptions.DEADLETTERS),
                                        options.get(TradewindOptions.LEDGER_DAYS),
                                        options.get(TradewindOptions.ADMISSION))
                                .map(topic -> new NewTopic(topic, 2, (short) 1))
                                .toList())
                .all()
                .get(30, TimeUnit.SECONDS);
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() throws Exception {
        if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get(30, TimeUnit.SECONDS);
        }
        producer.close();
        broker.close();
    }

    @Test
    void aDearHourIsDetectedAndWhatCantBeReadIsToldAndTheJobGoesOn() throws Exception {
        catalog(SITES + rule("120 EUR/MWh"));
        job = run(null);
        send("not json at all");
        send("[1, 2]");
        send(reading("DE", "NaN", 0));
        Instant onset = send(reading("DE", "130", 0));
        send(reading("NO", "40", 0));

        List<Detection> fired = detections(1);
        assertThat(fired)
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.kind()).isEqualTo(Detection.Kind.fired);
                            assertThat(d.site()).isEqualTo("frankfurt");
                            assertThat(d.onset()).isEqualTo(onset);
                            assertThat(d.at()).isEqualTo(onset.plus(Duration.ofMinutes(15)));
                            assertThat(d.value()).isEqualTo(130);
                        });
        List<ConsumerRecord<byte[], byte[]>> letters =
                records(options.get(TradewindOptions.DEADLETTERS), 3);
        assertThat(letters)
                .extracting(letter -> new String(letter.value(), StandardCharsets.UTF_8))
                .contains("not json at all", "[1, 2]");
        assertThat(letters)
                .allSatisfy(
                        letter -> {
                            assertThat(header(letter, "tradewind_topic"))
                                    .isEqualTo(options.get(TradewindOptions.READINGS));
                            assertThat(header(letter, "tradewind_reason")).isNotBlank();
                        });
        ConsumerRecord<byte[], byte[]> detection =
                records(options.get(TradewindOptions.DETECTIONS), 1).get(0);
        assertThat(header(detection, "ce_type")).isEqualTo("dev.tradewind.detection.v1");
        assertThat(header(detection, "ce_id")).isEqualTo(fired.get(0).detectionId() + "/fired");
        assertThat(header(detection, "ce_source")).isEqualTo(JournalWriter.SOURCE);
    }

    @Test
    void anEditOfTheCatalogIsInForceWithoutARestart() throws Exception {
        catalog(SITES);
        job = run(null);
        send(reading("DE", "110", 0));
        catalog(SITES + rule("100 EUR/MWh"));
        assertThat(detections(1))
                .singleElement()
                .extracting(Detection::site)
                .isEqualTo("frankfurt");
        catalog(SITES + "this: is no catalog\n");
        catalog(SITES);
        List<Detection> all = detections(2);
        assertThat(all)
                .extracting(Detection::kind)
                .containsExactly(Detection.Kind.fired, Detection.Kind.cleared);
        assertThat(all.get(1).reason()).contains("changed or removed");
        assertThat(job.getJobStatus().get())
                .isEqualTo(org.apache.flink.api.common.JobStatus.RUNNING);
    }

    @Test
    void whichCatalogIsInForceAndWhatWasRejectedIsPublished() throws Exception {
        catalog(SITES + rule("120 EUR/MWh"));
        job = run(null);
        // The catalog, and a tombstone: nothing is rejected.
        ConsumerRecord<byte[], byte[]> first = last(CatalogInForce.KEY, 2);
        CatalogInForce one = Json.STRICT.readValue(first.value(), CatalogInForce.class);
        assertThat(one.sites()).containsExactly("frankfurt", "oslo");
        assertThat(one.rules()).extracting(LiveRule::name).containsExactly("dear");
        assertThat(one.since()).isBetween(ORIGIN, Instant.ofEpochMilli(clock.now()));
        assertThat(header(first, "ce_type")).isEqualTo("dev.tradewind.catalog.v1");

        catalog(SITES + rule("120 EUR/MHw"));
        CatalogRejected rejected =
                Json.STRICT.readValue(last(CatalogRejected.KEY, 3).value(), CatalogRejected.class);
        assertThat(rejected.inForce()).isEqualTo(one.version());
        assertThat(rejected.problems())
                .singleElement()
                .satisfies(
                        p -> {
                            assertThat(p.file()).isEqualTo("all.yaml");
                            assertThat(p.line()).isEqualTo(16);
                            assertThat(p.message()).contains("MHw");
                        });

        catalog(SITES + rule("130 EUR/MWh"));
        CatalogInForce two =
                Json.STRICT.readValue(last(CatalogInForce.KEY, 5).value(), CatalogInForce.class);
        assertThat(two.version()).isNotEqualTo(one.version());
        assertThat(two.since()).isAfter(one.since());
        assertThat(two.rules().get(0).version()).isNotEqualTo(one.rules().get(0).version());
        assertThat(last(CatalogRejected.KEY, 5).value()).as("it is right again").isNull();
    }

    /** The last of a key, when the topic of the catalog has so many records. */
    private ConsumerRecord<byte[], byte[]> last(String key, int count) {
        return records(options.get(TradewindOptions.CATALOG), count).stream()
                .filter(record -> key.equals(new String(record.key(), StandardCharsets.UTF_8)))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    @Test
    void aSavepointKeepsLevelsAndCatalogAndNothingIsSaidTwice() throws Exception {
        catalog(SITES + rule("120 EUR/MWh"));
        job = run(null);
        send(reading("DE", "130", 0));
        String id = detections(1).get(0).detectionId();

        String savepoint =
                job.stopWithSavepoint(
                                false,
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        // The catalog in force is in the savepoint; the directory may be empty for a while.
        Files.delete(directory.resolve("catalog/all.yaml"));
        job = run(savepoint);
        send(reading("DE", "90", 0));
        assertThat(detections(2))
                .extracting(d -> d.kind() + " " + d.detectionId())
                .containsExactly("fired " + id, "cleared " + id);
    }

    private JobClient run(String savepoint) throws Exception {
        Configuration configuration = new Configuration();
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = Main.environment(options, configuration);
        Sink<Command> commands = new DiscardingSink<>();
        // By a file, as credentials are: what each client gets are references that it resolves.
        Path file =
                Files.writeString(
                        directory.resolve("kafka.properties"), "reconnect.backoff.ms=123\n");
        Map<String, String> clients = KafkaClients.properties(file.toString());
        assertThat(clients).containsKey("config.providers").doesNotContainValue("123");
        Topology.define(
                env,
                options,
                clock,
                Main.inputs(options, clock, clients, null),
                new Outputs(
                        commands, Journal.sink(options, clients), WayBack.sink(options, clients)));
        return env.executeAsync("tradewind");
    }

    private static String rule(String above) {
        return """
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: dear}
                spec:
                  signal: price
                  when: {sustained: {above: %s, until: 100 EUR/MWh, for: 15m, maxGap: 3h}}
                  then: reconsider
                """
                .formatted(above);
    }

    /** Written aside and moved: the job never sees half of it. */
    private void catalog(String text) throws Exception {
        Path aside = Files.writeString(directory.resolve("aside"), text);
        Files.move(aside, directory.resolve("catalog/all.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private String reading(String zone, String value, int minutesAgo) {
        Instant start =
                Instant.ofEpochMilli(clock.now() - minutesAgo * 60_000L - clock.now() % 1000);
        return """
                {"zone":"%s","signal":"price","value":%s,"unit":"EUR/MWh","datetime":"%s","duration":"PT4H","kind":"actual"}"""
                .formatted(zone, value, start);
    }

    /** Sends it and returns the start of its interval, where it has one. */
    private Instant send(String reading) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                options.get(TradewindOptions.READINGS),
                                0,
                                null,
                                reading.getBytes(StandardCharsets.UTF_8)))
                .get(30, TimeUnit.SECONDS);
        int at = reading.indexOf("\"datetime\":\"");
        return at < 0
                ? null
                : Instant.parse(reading.substring(at + 12, reading.indexOf('"', at + 12)));
    }

    private List<Detection> detections(int count) {
        return records(options.get(TradewindOptions.DETECTIONS), count).stream()
                .map(record -> Json.STRICT.readValue(record.value(), Detection.class))
                .toList();
    }

    /**
     * Committed records of a topic from its beginning, when there are so many; no more, no less.
     */
    private List<ConsumerRecord<byte[], byte[]>> records(String topic, int count) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        properties.put("auto.offset.reset", "earliest");
        properties.put("group.id", "test-" + System.nanoTime());
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> {
                                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                                return records.size() >= count;
                            });
        }
        assertThat(records).hasSize(count);
        return records;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
