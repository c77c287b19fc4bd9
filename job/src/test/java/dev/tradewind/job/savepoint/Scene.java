package dev.tradewind.job.savepoint;

import static org.awaitility.Awaitility.await;

import dev.tradewind.job.Main;
import dev.tradewind.job.journal.Journal;
import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.RecoveryPort;
import dev.tradewind.job.topology.Commands;
import dev.tradewind.job.topology.Outputs;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.job.topology.WayBack;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kafka.Broker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The graph of the job as {@link Main} wires it, with Kafka at both ends, and two sites that never
 * answer: a command stays under way until this says what became of it.
 *
 * <p>The one seam is what is asked at a start without state, which would have to reach the sites.
 */
final class Scene implements AutoCloseable {
    static final int READINGS_PARTITIONS = 2;

    private final Path directory;
    private final Broker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private JobClient job;

    private Scene(Path directory, Broker broker) {
        this.directory = directory;
        this.broker = broker;
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        this.producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Scene open(Path directory) throws Exception {
        Broker broker = Broker.start("control");
        Files.createDirectories(directory.resolve("catalog"));
        Path connections = Files.createDirectories(directory.resolve("connections"));
        for (String site : List.of("frankfurt", "oslo")) {
            Path kubeconfig =
                    Files.writeString(
                            directory.resolve(site + ".kubeconfig"),
                            """
                            apiVersion: v1
                            kind: Config
                            clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
                            users: [{name: a, user: {}}]
                            contexts: [{name: a, context: {cluster: a, user: a}}]
                            current-context: a
                            """);
            Files.writeString(
                    connections.resolve(site + ".yaml"),
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Connection
                    metadata: {name: %s}
                    spec: {kubernetes: {kubeconfig: "%s"}}
                    """
                            .formatted(site, kubeconfig));
        }
        List<NewTopic> topics = new ArrayList<>();
        topics.add(new NewTopic("tradewind.readings", READINGS_PARTITIONS, (short) 1));
        for (String name :
                List.of(
                        "requests",
                        "outcomes",
                        "commands",
                        "decisions",
                        "placements",
                        "detections",
                        "catalog",
                        "deadletters",
                        "ledger",
                        "admission")) {
            topics.add(new NewTopic("tradewind." + name, 1, (short) 1));
        }
        broker.admin().createTopics(topics).all().get(30, TimeUnit.SECONDS);
        return new Scene(directory, broker);
    }

    /** Written aside and moved: the job never sees half of it. Null: there is none. */
    void catalog(String text) throws IOException {
        Path file = directory.resolve("catalog/all.yaml");
        if (text == null) {
            Files.deleteIfExists(file);
            return;
        }
        Files.move(Files.writeString(directory.resolve("aside"), text), file);
    }

    /**
     * @param savepoint null: it starts without state
     * @param now what the energy clock shows now
     * @param recovery asked when it starts without state
     */
    void start(Path savepoint, Instant now, RecoveryPort recovery) throws Exception {
        TradewindOptions options = options(now);
        Configuration configuration = new Configuration();
        // The whole savepoint is one file then.
        configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
        if (savepoint != null) {
            configuration.set(
                    StateRecoveryOptions.SAVEPOINT_PATH,
                    savepoint.toAbsolutePath().toUri().toString());
        }
        EnergyClock clock = options.clock(0);
        StreamExecutionEnvironment env = Main.environment(options, configuration);
        Topology.define(
                env,
                options,
                clock,
                Main.inputs(options, clock, Map.of(), recovery),
                new Outputs(
                        Commands.sink(options),
                        Journal.sink(options, Map.of()),
                        WayBack.sink(options, Map.of())));
        job = env.executeAsync("tradewind");
    }

    private TradewindOptions options(Instant now) throws OptionsException {
        return TradewindOptions.parse(
                "--kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "--catalog.dir",
                directory.resolve("catalog").toString(),
                "--catalog.poll=100ms",
                "--connections.dir",
                directory.resolve("connections").toString(),
                "--clock.origin",
                now.toString(),
                "--clock.wallOrigin",
                Instant.now().toString(),
                "--watermark.idle=200ms",
                "--watermark.interval=20ms",
                "--checkpoint.interval=200ms",
                "--placement.ledger=10000h",
                "--ledger.every=1s",
                "--actuator.call=1s",
                "--handover.deadline.check=10h",
                "--parallelism=2");
    }

    JobClient job() {
        return job;
    }

    void reading(String zone, double price, Instant start) {
        send(
                "readings",
                zone.equals("DE") ? 0 : 1,
                zone,
                """
                {"zone":"%s","signal":"price","value":%s,"unit":"EUR/MWh","datetime":"%s","duration":"PT6H","kind":"actual"}"""
                        .formatted(zone, price, start)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Of a signal in zone DE. */
    void value(String signal, double value, Instant start, String duration) {
        send(
                "readings",
                0,
                "DE",
                """
                {"zone":"DE","signal":"%s","value":%s,"datetime":"%s","duration":"%s","kind":"actual"}"""
                        .formatted(signal, value, start, duration)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Of a signal in zone DE: two hours from 14:00 on. */
    void forecast(String signal, double value, Instant generated) {
        send(
                "readings",
                0,
                "DE",
                """
                {"zone":"DE","signal":"%s","kind":"forecast","generatedAt":"%s",
                 "points":[{"datetime":"%s","duration":"PT2H","value":%s}]}"""
                        .formatted(signal, generated, Kept.T0.plus(Duration.ofHours(2)), value)
                        .getBytes(StandardCharsets.UTF_8));
    }

    void request(
            String workload, WorkloadRequest.Action action, String requestId, WorkloadSpec spec) {
        send(
                "requests",
                0,
                workload,
                Json.bytes(
                        new WorkloadRequest(action, requestId, workload, spec, null, null, null)));
    }

    void outcome(Command of, Outcome.Status status) {
        send(
                "outcomes",
                0,
                of.workload(),
                Json.bytes(
                        new Outcome(
                                of.commandId(),
                                of.workload(),
                                of.epoch(),
                                status,
                                null,
                                null,
                                Instant.now(),
                                null,
                                null,
                                "so it is said")));
    }

    private void send(String topic, int partition, String key, byte[] value) {
        producer.send(
                new ProducerRecord<>(
                        "tradewind." + topic,
                        partition,
                        key.getBytes(StandardCharsets.UTF_8),
                        value));
        producer.flush();
    }

    /**
     * Records that the job has read already in another life. Readings and requests are such as
     * would be dead letters if they were read again. Outcomes are of no workload: the job writes
     * them too, so that some may have come after the savepoint.
     */
    void fill(Map<TopicPartition, Long> ends) {
        byte[] outcome =
                Json.bytes(
                        new Outcome(
                                "none",
                                "shop/none",
                                1,
                                Outcome.Status.step,
                                null,
                                null,
                                Kept.T0,
                                null,
                                null,
                                null));
        ends.forEach(
                (at, end) -> {
                    for (long i = 0; i < end; i++) {
                        byte[] value =
                                at.topic().endsWith("outcomes")
                                        ? outcome
                                        : "read before".getBytes(StandardCharsets.UTF_8);
                        producer.send(
                                new ProducerRecord<>(at.topic(), at.partition(), null, value));
                    }
                });
        producer.flush();
    }

    /** Where the topics that the job reads end. */
    Map<TopicPartition, Long> ends()
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int i = 0; i < READINGS_PARTITIONS; i++) {
            wanted.put(new TopicPartition("tradewind.readings", i), OffsetSpec.latest());
        }
        wanted.put(new TopicPartition("tradewind.requests", 0), OffsetSpec.latest());
        wanted.put(new TopicPartition("tradewind.outcomes", 0), OffsetSpec.latest());
        Map<TopicPartition, Long> ends =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        broker.admin()
                .listOffsets(wanted)
                .all()
                .get(30, TimeUnit.SECONDS)
                .forEach((at, info) -> ends.put(at, info.offset()));
        return ends;
    }

    List<Detection> detections() {
        return records("detections", Detection.class);
    }

    List<Decision> decisions() {
        return records("decisions", Decision.class);
    }

    List<Command> commands() {
        return records("commands", Command.class);
    }

    List<Placement> placements() {
        return records("placements", Placement.class);
    }

    List<LedgerDay> ledger() {
        return records("ledger", LedgerDay.class);
    }

    /** As they are in the topic, without the reasons. */
    List<byte[]> deadLetters() {
        return committed("deadletters");
    }

    private <T> List<T> records(String topic, Class<T> type) {
        return committed(topic).stream()
                .filter(value -> value != null)
                .map(value -> Json.LENIENT.readValue(value, type))
                .toList();
    }

    /** Of the admin clients in this process: what a job has opened is closed when it ends. */
    static long adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("kafka-admin-client-thread"))
                .count();
    }

    /** Every committed record of a topic. */
    private List<byte[]> committed(String name) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition("tradewind." + name, 0);
        List<byte[]> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> records.add(r.value()));
            }
        }
        return records;
    }

    /** The command of this workload, once it is published. */
    Command command(String workload) {
        List<Command> found = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            found.addAll(
                                    commands().stream()
                                            .filter(c -> c.workload().equals(workload))
                                            .toList());
                            return !found.isEmpty();
                        });
        return found.get(0);
    }

    void awaitDecision(String workload, Decision.Verdict verdict) {
        await(workload + " " + verdict)
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                decisions().stream()
                                        .anyMatch(
                                                d ->
                                                        d.workload().equals(workload)
                                                                && d.verdict() == verdict));
    }

    void awaitPhase(String workload, Placement.Phase phase) {
        await(workload + " " + phase)
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            List<Placement> of =
                                    placements().stream()
                                            .filter(p -> p.workload().equals(workload))
                                            .toList();
                            return !of.isEmpty() && of.get(of.size() - 1).phase() == phase;
                        });
    }

    List<Detection> detections(String rule) {
        return detections().stream().filter(one -> one.ruleId().equals(rule)).toList();
    }

    void awaitDetections(String rule, int count) {
        await(count + " detections of " + rule)
                .atMost(Duration.ofSeconds(60))
                .until(() -> detections(rule).size() >= count);
    }

    @Override
    public void close() {
        try {
            if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
                job.cancel().get(30, TimeUnit.SECONDS);
                // Its slots are the next one's, and without its broker it takes long to end.
                await("the end of the job")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> job.getJobStatus().get().isGloballyTerminalState());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the job can't be ended", e);
        } finally {
            producer.close(Duration.ofSeconds(2));
            broker.close();
        }
    }
}
