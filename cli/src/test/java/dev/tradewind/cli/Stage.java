package dev.tradewind.cli;

import dev.tradewind.cli.follow.Follower;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Reading;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.Endpoints;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Some sites, one streaming workload that is fed without pause, and the topics by which a person
 * talks with the job.
 */
public final class Stage implements AutoCloseable {
    public static final String WORKLOAD = "shop/orders";
    public static final String FIRST = "frankfurt";
    public static final String SECOND = "oslo";
    public static final String INPUT = "orders.in";
    public static final String OUTPUT = "orders.out";
    public static final String GROUP = "orders";
    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Testbed testbed;
    private final Follower follower;
    private final Feeder feeder;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger requests = new AtomicInteger();
    private final String mode;

    private Stage(Testbed testbed, String mode, double perSecond) throws IOException {
        this.testbed = testbed;
        this.mode = mode;
        testbed.createTopic(FIRST, INPUT, PARTITIONS);
        testbed.createTopic(FIRST, OUTPUT, PARTITIONS);
        catalog("sites.yaml", sites(testbed.endpoints().sites()));
        catalog("policy.yaml", policy());
        this.follower = new Follower(testbed.controlServers(), "stage", new Follower.Listener() {});
        this.feeder = Feeder.start(testbed.bootstrapServers(FIRST), INPUT, PARTITIONS, perSecond);
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, testbed.controlServers());
        this.producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static Stage open(KubeApi.Mode kubernetes) throws IOException {
        return open(kubernetes, "group");
    }

    /**
     * @param mode of the application: {@code group} or {@code log}
     */
    public static Stage open(KubeApi.Mode kubernetes, String mode) throws IOException {
        return open(
                TestbedOptions.of(
                        List.of(
                                new TestbedOptions.Site(FIRST, "DE"),
                                new TestbedOptions.Site(SECOND, "NO")),
                        kubernetes),
                mode,
                100);
    }

    /**
     * @param options with {@link #FIRST} and {@link #SECOND} among the sites
     * @param mode of the application: {@code group} or {@code log}
     * @param perSecond records
     */
    public static Stage open(TestbedOptions options, String mode, double perSecond)
            throws IOException {
        Testbed testbed = Testbed.start(options);
        try {
            return new Stage(testbed, mode, perSecond);
        } catch (IOException | RuntimeException e) {
            testbed.close();
            throw e;
        }
    }

    public Testbed testbed() {
        return testbed;
    }

    public Follower follower() {
        return follower;
    }

    /** Writes a file of the catalog in one step. */
    public void catalog(String name, String text) throws IOException {
        Path dir = testbed.catalogDir();
        Path temporary = Files.writeString(dir.resolve(name + ".tmp"), text);
        Files.move(
                temporary,
                dir.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    public void submit() {
        request(WorkloadRequest.Action.submit, spec(mode), null);
    }

    public void move(String site) {
        request(WorkloadRequest.Action.move, null, site);
    }

    public void withdraw() {
        request(WorkloadRequest.Action.withdraw, null, null);
    }

    public void suspend() {
        request(WorkloadRequest.Action.suspend, null, null);
    }

    public void resume() {
        request(WorkloadRequest.Action.resume, null, null);
    }

    private void request(WorkloadRequest.Action action, WorkloadSpec spec, String site) {
        WorkloadRequest request =
                new WorkloadRequest(
                        action,
                        "r-" + requests.incrementAndGet(),
                        WORKLOAD,
                        spec,
                        site,
                        null,
                        null);
        send("tradewind.requests", WORKLOAD, Json.bytes(request));
    }

    /** A price that holds from this moment for an hour. */
    public void price(String zone, double value) {
        Reading reading =
                new Reading(
                        null,
                        zone,
                        "price",
                        value,
                        "EUR/MWh",
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        "PT1H",
                        "actual",
                        null,
                        null,
                        "test",
                        null,
                        null);
        send("tradewind.readings", zone, Json.bytes(reading));
    }

    public void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
        producer.flush();
    }

    public Placement awaitRunningAt(String site) {
        return awaitPlacement(
                "running at " + site,
                p ->
                        p.phase() == Placement.Phase.running
                                && site.equals(p.site())
                                && p.commandId() == null);
    }

    public Placement awaitPlacement(String what, Predicate<Placement> condition) {
        try {
            Awaitility.await(WORKLOAD + " is " + what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> follower.placement(WORKLOAD).filter(condition).isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + lastWords(), e);
        }
        return follower.placement(WORKLOAD).orElseThrow();
    }

    /** Waits until the workload puts out more at this site than it has. */
    public void awaitFlow(String site) {
        long before = outputs(site);
        Awaitility.await("output at " + site)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> outputs(site) > before);
    }

    private long outputs(String site) {
        return outputEnds(site).stream().mapToLong(Long::longValue).sum();
    }

    /** Of the site's Kubernetes API, with every right; the caller closes it. */
    public KubernetesClient admin(String site) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(testbed.site(site).kube().kubeconfig().toFile()))
                .build();
    }

    /** Up to where the output is written at this site, by partition. */
    public List<Long> outputEnds(String site) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            asked.put(new TopicPartition(OUTPUT, p), OffsetSpec.latest());
        }
        try {
            return testbed
                    .site(site)
                    .broker()
                    .admin()
                    .listOffsets(asked)
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .sorted(Comparator.comparingInt(e -> e.getKey().partition()))
                    .map(e -> e.getValue().offset())
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker at " + site + " does not answer", e);
        }
    }

    /** The last word on a withdrawn workload is that there is none. */
    public void awaitWithdrawn() {
        Awaitility.await(WORKLOAD + " is withdrawn")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> follower.placement(WORKLOAD).isEmpty());
    }

    /** Waits until something is told of the step: that it was done, or is waited for. */
    public void awaitStep(long epoch, String step) {
        awaitOutcome("step " + step, epoch, o -> step.equals(o.step()));
    }

    /** Waits until the step is told to be done. */
    public void awaitDone(long epoch, String step) {
        awaitOutcome(
                "step " + step + " done",
                epoch,
                o -> o.status() == Outcome.Status.step && step.equals(o.step()));
    }

    /** The last word on the command of this epoch. */
    public Outcome awaitEnd(long epoch) {
        awaitOutcome("end", epoch, o -> o.status().isTerminal());
        return outcomes(epoch).stream()
                .filter(o -> o.status().isTerminal())
                .findFirst()
                .orElseThrow();
    }

    private void awaitOutcome(String what, long epoch, Predicate<Outcome> condition) {
        try {
            Awaitility.await(what + " of epoch " + epoch)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> outcomes(epoch).stream().anyMatch(condition));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + lastWords(), e);
        }
    }

    public List<Outcome> outcomes(long epoch) {
        return follower.outcomes().stream().filter(o -> o.epoch() == epoch).toList();
    }

    /** Ends the feeding and counts, at the site where the owned topic is writable. */
    public AuditReport audit(String site) {
        feeder.stop();
        return Audit.run(
                testbed.bootstrapServers(FIRST),
                INPUT,
                testbed.bootstrapServers(site),
                OUTPUT,
                Duration.ofSeconds(30));
    }

    private String lastWords() {
        return "\nplacement: "
                + follower.placement(WORKLOAD).map(Json::text).orElse("none")
                + "\nlast outcomes: "
                + tail(follower.outcomes())
                + "\nlast decisions: "
                + tail(follower.decisions());
    }

    private static String tail(List<?> records) {
        List<?> all = List.copyOf(records);
        return all.subList(Math.max(0, all.size() - 12), all.size()).stream()
                .map(Json::text)
                .reduce("", (a, b) -> a + "\n  " + b);
    }

    /**
     * A Deployment of the testbed's application.
     *
     * @param mode {@code group}, or {@code log}: by its own output that knows where it is, so it
     *     must run once
     */
    public static String manifest(String mode) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders"},
                 "spec":{"replicas":1,"strategy":{"type":"%s"},"selector":{"matchLabels":{"app":"orders"}},
                  "template":{"metadata":{"labels":{"app":"orders"}},
                   "spec":{"terminationGracePeriodSeconds":10,"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},{"name":"SITE_NAME","value":"${site.name}"},
                    {"name":"INPUT","value":"orders.in"},{"name":"OUTPUT","value":"orders.out"},
                    {"name":"GROUP","value":"orders"},{"name":"MODE","value":"%s"}]}]}}}}"""
                .formatted(mode.equals("log") ? "Recreate" : "RollingUpdate", mode);
    }

    /** The workload that is fed. */
    public static WorkloadSpec spec(String mode) {
        return new WorkloadSpec(
                Map.of("class", "stream"),
                List.of(manifest(mode)),
                Map.of("cpu", "8", "memory", "32Gi"),
                "12 kW",
                new WorkloadSpec.Topics(FIRST, List.of(INPUT), List.of(OUTPUT)),
                List.of("orders"),
                null,
                List.of(FIRST),
                null,
                null,
                new WorkloadSpec.Move("1 GB", "PT30S", null, null));
    }

    private static String sites(List<Endpoints.Site> sites) {
        return sites.stream().map(s -> site(s.name(), s.zone())).collect(Collectors.joining());
    }

    private static String site(String name, String zone) {
        return """
        apiVersion: tradewind.dev/v1
        kind: Site
        metadata: {name: %1$s, labels: {jurisdiction: gdpr}}
        spec: {zone: "%2$s", pue: 1.2, capacity: {cpu: "64", memory: 256Gi, power: 200 kW}, connection: %1$s, transfer: {default: 0.01 EUR/GB}}
        ---
        """
                .formatted(name, zone);
    }

    /** As text, to which more of its spec can be appended. */
    public static String policy() {
        return """
        apiVersion: tradewind.dev/v1
        kind: Policy
        metadata: {name: default}
        spec:
          workloads: "true"
          replan: {every: never}
          moves: {minResidence: 0s}
          namespaces: [shop]
          kinds: [Deployment, Job, Service, ConfigMap]
          rebuildMirrors: true
        """;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        feeder.close();
        follower.close();
        testbed.close();
    }
}
