package dev.tradewind.cli.bench;

import dev.tradewind.cli.LocalJob;
import dev.tradewind.cli.bench.LatencyReport.Sample;
import dev.tradewind.cli.bench.LatencyTrace.Seen;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Reading;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long it takes from a reading's append to the execution of the command that follows from it:
 * the whole job on two sites of the testbed. Each workload has a signal and a rule of its own,
 * without {@code for}, that evacuates it; so it is sent to and fro, and each reading is a sample.
 * Readings come at random moments, for a command waits for the next checkpoint.
 */
public final class LatencyBench {
    private static final List<String> SITES = List.of("frankfurt", "oslo");
    private static final Duration CHECKPOINT = Duration.ofSeconds(1);

    /** What may be added to the checkpoint interval. */
    private static final Duration OVER = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP_ROUNDS = 3;
    private static final double HIGH = 150;
    private static final double LOW = 10;

    private final int workloads;
    private final int rounds;
    private final IntConsumer progress;

    /**
     * @param workloads that move at the same time
     * @param samples at least so many are taken
     * @param progress is told how many there are
     */
    public LatencyBench(int workloads, int samples, IntConsumer progress) {
        this.workloads = workloads;
        this.rounds = (samples + workloads - 1) / workloads;
        this.progress = progress;
    }

    public LatencyReport run()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Testbed testbed = Testbed.start(TestbedOptions.of(2, KubeApi.Mode.EMBEDDED))) {
            Files.writeString(testbed.catalogDir().resolve("catalog.yaml"), catalog(workloads));
            try (LatencyTrace trace = LatencyTrace.start(testbed.control());
                    LocalJob job =
                            LocalJob.start(
                                    testbed,
                                    Map.of("checkpoint.interval", CHECKPOINT.toSeconds() + "s"));
                    KafkaProducer<byte[], byte[]> producer = producer(testbed)) {
                List<Sample> samples = sendToAndFro(trace, producer);
                job.failure()
                        .ifPresent(
                                why -> {
                                    throw new IllegalStateException(why);
                                });
                return LatencyReport.of(samples, workloads, CHECKPOINT, OVER);
            }
        }
    }

    private List<Sample> sendToAndFro(LatencyTrace trace, KafkaProducer<byte[], byte[]> producer)
            throws InterruptedException, ExecutionException {
        AtomicInteger taken = new AtomicInteger();
        List<Callable<List<Sample>>> loops = new ArrayList<>();
        for (int i = 0; i < workloads; i++) {
            int number = i;
            loops.add(() -> loop(trace, producer, number, taken));
        }
        ExecutorService threads = Executors.newFixedThreadPool(workloads);
        try {
            List<Sample> samples = new ArrayList<>();
            for (Future<List<Sample>> loop : threads.invokeAll(loops)) {
                samples.addAll(loop.get());
            }
            return samples;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Sample> loop(
            LatencyTrace trace,
            KafkaProducer<byte[], byte[]> producer,
            int number,
            AtomicInteger taken)
            throws InterruptedException, ExecutionException, TimeoutException {
        Random random = new Random(number);
        String workload = workload(number);
        producer.send(
                        new ProducerRecord<>(
                                "tradewind.requests", bytes(workload), Json.bytes(submit(number))))
                .get();
        Placement placement =
                trace.await(
                        workload + " running",
                        PATIENCE.multipliedBy(2),
                        () -> trace.settled(workload));
        List<Sample> samples = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            LockSupport.parkNanos(random.nextLong(CHECKPOINT.toNanos()));
            Sample sample = move(trace, producer, number, placement);
            if (round >= 0) {
                samples.add(sample);
                progress.accept(taken.incrementAndGet());
            }
            long epoch = placement.epoch();
            placement =
                    trace.await(
                            workload + " at rest after epoch " + epoch,
                            PATIENCE,
                            () -> {
                                Placement there = trace.settled(workload);
                                return there != null && there.epoch() > epoch ? there : null;
                            });
        }
        return samples;
    }

    private static Sample move(
            LatencyTrace trace,
            KafkaProducer<byte[], byte[]> producer,
            int number,
            Placement placement)
            throws InterruptedException, ExecutionException, TimeoutException {
        String workload = workload(number);
        long epoch = placement.epoch() + 1;
        long appended = send(producer, signal(number), placement.site(), HIGH);
        Outcome accepted =
                trace.await(
                        "epoch " + epoch + " of " + workload + " being accepted",
                        PATIENCE,
                        () -> trace.accepted(workload, epoch));
        // It may come back from now on.
        send(producer, signal(number), placement.site(), LOW);
        Seen<Detection> detection =
                trace.await(
                        "the detection for " + workload,
                        PATIENCE,
                        () -> trace.fired(rule(number), appended));
        Seen<Decision> decision =
                trace.await(
                        "the decision for " + workload,
                        PATIENCE,
                        () -> trace.move(workload, epoch));
        return new Sample(
                detection.millis() - appended,
                decision.millis() - detection.millis(),
                accepted.at().toEpochMilli() - decision.millis());
    }

    /** Returns when the broker has it; the instant before it was sent. */
    static long send(
            KafkaProducer<byte[], byte[]> producer, String signal, String site, double value)
            throws InterruptedException, ExecutionException {
        long now = System.currentTimeMillis();
        Reading reading =
                new Reading(
                        site,
                        null,
                        signal,
                        value,
                        null,
                        Instant.ofEpochMilli(now),
                        "PT1H",
                        "actual",
                        null,
                        null,
                        "bench",
                        null,
                        null);
        producer.send(
                        new ProducerRecord<>(
                                "tradewind.readings", null, now, bytes(site), Json.bytes(reading)))
                .get();
        return now;
    }

    static KafkaProducer<byte[], byte[]> producer(Testbed testbed) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, testbed.controlServers());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** An application without topics: what is measured ends before its data would move. */
    private static WorkloadRequest submit(int number) {
        String name = "light-" + number;
        String manifest =
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"app":"%1$s"}},
                  "template":{"metadata":{"labels":{"app":"%1$s"}},
                   "spec":{"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"MODE","value":"batch"},{"name":"WORK_MILLIS","value":"86400000"}]}]}}}}"""
                        .formatted(name);
        WorkloadSpec spec =
                new WorkloadSpec(
                        Map.of("number", Integer.toString(number)),
                        List.of(manifest),
                        Map.of("cpu", "1", "memory", "1Gi"),
                        "100 W",
                        null,
                        null,
                        null,
                        List.of(SITES.get(number % SITES.size())),
                        null,
                        null,
                        null);
        return new WorkloadRequest(
                WorkloadRequest.Action.submit,
                "bench-" + number,
                workload(number),
                spec,
                null,
                null,
                null);
    }

    private static String catalog(int workloads) {
        StringBuilder yaml = new StringBuilder();
        for (String site : SITES) {
            yaml.append(
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Site
                    metadata: {name: %1$s}
                    spec: {zone: Z-%1$s, pue: 1.2, capacity: {cpu: "1000", memory: 4Ti, power: 1 MW}, connection: %1$s, transfer: {default: 0.01 EUR/GB}}
                    ---
                    """
                            .formatted(site));
        }
        yaml.append(
                """
                apiVersion: tradewind.dev/v1
                kind: Policy
                metadata: {name: default}
                spec:
                  workloads: "true"
                  replan: {every: never}
                  moves: {minResidence: 0s, inFlight: 1000, perSitePair: 1000}
                  namespaces: [shop]
                  kinds: [Deployment]
                """);
        for (int i = 0; i < workloads; i++) {
            yaml.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Rule
                    metadata: {name: %s}
                    spec:
                      signal: %s
                      workloads: "workload.labels.number == '%d'"
                      when:
                        sustained: {above: 100, until: 50, for: 0s}
                      then: evacuate
                    """
                            .formatted(rule(i), signal(i), i));
        }
        return yaml.toString();
    }

    private static String workload(int number) {
        return "shop/light-" + number;
    }

    private static String rule(int number) {
        return "crowded-" + number;
    }

    private static String signal(int number) {
        return "crowd" + number;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
