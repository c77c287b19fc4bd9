package dev.tradewind.job.handover;

import static dev.tradewind.job.handover.CountingJob.GROUP;
import static dev.tradewind.job.handover.CountingJob.INPUT;
import static dev.tradewind.job.handover.CountingJob.OUTPUT;
import static org.apache.flink.connector.base.DeliveryGuarantee.AT_LEAST_ONCE;
import static org.apache.flink.connector.base.DeliveryGuarantee.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.agent.FlinkOperator;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Fault;
import dev.tradewind.testbed.linking.Fault.Target;
import dev.tradewind.testbed.linking.Faults;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Flink job with state in itself and offsets of Kafka in its savepoint goes from one site to the
 * other by the actuator, and on there, in another Flink cluster, on other brokers. Flink, Kafka and
 * the savepoint are real; the operator is played, and so is Cluster Linking. With {@code -Pslow}.
 */
class SavepointFitsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;
    private static final String A = "frankfurt";
    private static final String B = "oslo";

    private static final String DEFINITION =
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"flinkdeployments.flink.apache.org"},
             "spec":{"group":"flink.apache.org","scope":"Namespaced",
              "names":{"plural":"flinkdeployments","singular":"flinkdeployment","kind":"FlinkDeployment"},
              "versions":[{"name":"v1beta1","served":true,"storage":true,"subresources":{"status":{}},
               "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """;

    /** One told of what it had counted when it had read a record. */
    private record Told(int partition, long offset, String site, long count, long number) {
        TopicPartition input() {
            return new TopicPartition(INPUT, partition);
        }
    }

    @TempDir private Path bucket;

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final Map<String, FlinkAtSite> flink = new HashMap<>();
    private final Map<String, FlinkOperator> operators = new HashMap<>();
    private Testbed testbed;
    private Sites sites;
    private Actuator actuator;

    @BeforeEach
    void start() throws Exception {
        testbed = Testbed.start(TestbedOptions.of(2, KubeApi.Mode.AUTO));
        for (TestbedSite site : testbed.sites()) {
            Path kubeconfig = site.kube().kubeconfig();
            define(kubeconfig);
            FlinkAtSite cluster = FlinkAtSite.start(bucket);
            flink.put(site.name(), cluster);
            operators.put(site.name(), FlinkOperator.start(kubeconfig, cluster));
        }
        testbed.createTopic(A, INPUT, PARTITIONS);
        testbed.createTopic(A, OUTPUT, PARTITIONS);
        sites = new ConnectedSites(testbed.connectionsDir(), 5_000);
        actuator =
                new Actuator(
                        sites,
                        OutcomePublisher.telling(outcomes::add),
                        ActuatorConfig.of("test"),
                        new ActuatorMetrics());
    }

    private static void define(Path kubeconfig) {
        try (KubernetesClient client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                        .build()) {
            client.resource(
                            client.getKubernetesSerialization()
                                    .unmarshal(DEFINITION, CustomResourceDefinition.class))
                    .create();
        }
    }

    @AfterEach
    void stop() {
        actuator.close();
        sites.close();
        operators.values().forEach(FlinkOperator::close);
        flink.values().forEach(FlinkAtSite::close);
        testbed.close();
    }

    @Test
    void aJobGoesOnAtTheOtherSiteWhereItStoodAndCountsOn() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers(A), INPUT, PARTITIONS, 200);
        completes(run(1, null, A, AT_LEAST_ONCE, true));
        await().atMost(SOON).until(() -> told(A).size() > 300);
        completes(run(2, A, B, AT_LEAST_ONCE, true));
        assertThat(outcomes)
                .filteredOn(o -> o.epoch() == 2)
                .extracting(Outcome::step)
                .containsSubsequence("quiesceSource", "carryState", "reverse", "startTarget");
        wentOn(feeder);
    }

    /**
     * Where nothing says how far it has read but the savepoint, which Tradewind can't read. A
     * source that is to start beyond the end of a mirror starts at its beginning.
     */
    @Test
    void aJobThatCommitsNothingIsNotStartedBeforeTheMirrorHasWhatItHasRead() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers(A), INPUT, PARTITIONS, 200);
        completes(run(1, null, A, AT_LEAST_ONCE, false));
        await().atMost(SOON).until(() -> told(A).size() > 300);
        Faults faults = testbed.site(B).linking().faults();
        flink.get(A)
                .beforeStop(
                        () -> {
                            faults.arm(Fault.of(Fault.Kind.ENDLESS_LAG).at(Target.topic(INPUT)));
                            long read = told(A).size();
                            await().atMost(SOON).until(() -> told(A).size() > read + 200);
                        });
        Command move = run(2, A, B, AT_LEAST_ONCE, false);
        actuator.submit(move);
        await().atMost(SOON).until(() -> flink.get(A).hasStopped());
        Fault looks =
                Fault.of(Fault.Kind.SLOW)
                        .at(Target.requests("GET", "mirrors"))
                        .delayed(Duration.ZERO);
        faults.arm(looks);
        await("it waits for the mirror, or starts without it")
                .atMost(SOON)
                .until(
                        () ->
                                reached(move, "carryState")
                                        ? !operators.get(B).starts().isEmpty()
                                        : looks.struck() > 12);
        faults.clear();
        completes(move);
        wentOn(feeder);
    }

    /** Topics with transactional producers are not for Cluster Linking. */
    @Test
    void aJobThatWritesInTransactionsIsRefusedAndGoesOnWhereItIs() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers(A), INPUT, PARTITIONS, 200);
        completes(run(1, null, A, EXACTLY_ONCE, true));
        await().atMost(SOON).until(() -> told(A).size() > 300);
        Command move = run(2, A, B, EXACTLY_ONCE, true);
        actuator.submit(move);
        await().atMost(SOON).until(() -> end(move) != null);
        feeder.stop();

        assertThat(end(move).status()).as(end(move).toString()).isEqualTo(Status.refused);
        assertThat(end(move).message())
                .contains("topic orders.out at frankfurt has transactional producers");
        assertThat(operators.get(B).starts()).isEmpty();
        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers(A),
                        INPUT,
                        testbed.bootstrapServers(A),
                        OUTPUT,
                        Duration.ofSeconds(30));
        assertThat(report.clean()).as(report.toString()).isTrue();
    }

    /** At B, with what it had read and counted at A, and no record twice. */
    private void wentOn(Feeder feeder) {
        long moved = feeder.acknowledged();
        await().atMost(SOON).until(() -> feeder.acknowledged() > moved + 300);
        feeder.stop();
        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers(A),
                        INPUT,
                        testbed.bootstrapServers(B),
                        OUTPUT,
                        Duration.ofSeconds(30));
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.pauses()).as("changes of site").hasSize(1);

        List<Told> told = told(B);
        assertThat(told)
                .as("an offset is of the same record at both sites")
                .allMatch(t -> t.number() == t.offset() * PARTITIONS + t.partition());
        assertThat(told)
                .as("each record is the one of its key that it is, state included")
                .allMatch(t -> t.count() == t.offset() + 1);
        assertThat(operators.get(B).starts()).hasSize(1);
        Map<TopicPartition, Long> kept =
                FlinkAtSite.offsets(bucket, operators.get(B).starts().get(0));
        assertThat(kept.values()).hasSize(PARTITIONS).allMatch(offset -> offset > 0);
        assertThat(firsts(told, B))
                .as("what was read first at %s is what the savepoint says", B)
                .isEqualTo(kept);
    }

    private boolean reached(Command command, String step) {
        return outcomes.stream()
                .anyMatch(o -> o.epoch() == command.epoch() && step.equals(o.step()));
    }

    private static Map<TopicPartition, Long> firsts(List<Told> told, String site) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        told.stream()
                .filter(t -> t.site().equals(site))
                .forEach(t -> firsts.putIfAbsent(t.input(), t.offset()));
        return firsts;
    }

    private void completes(Command command) {
        actuator.submit(command);
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(
                                            flink.values().stream()
                                                            .anyMatch(f -> f.failure() != null)
                                                    || end(command) != null)
                                    .as(outcomes.toString())
                                    .isTrue();
                        });
        flink.forEach((site, f) -> assertThat(f.failure()).as(site).isNull());
        assertThat(end(command).status()).as(end(command).toString()).isEqualTo(Status.completed);
    }

    private Outcome end(Command command) {
        return outcomes.stream()
                .filter(o -> o.commandId().equals(command.commandId()))
                .filter(o -> o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    /** All that is in the output at a site. */
    private List<Told> told(String site) {
        List<Told> told = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", testbed.bootstrapServers(site)),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(p -> new TopicPartition(OUTPUT, p))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode value = JsonMapper.shared().readTree(r.value());
                    JsonNode input = value.path("input");
                    told.add(
                            new Told(
                                    input.path("partition").asInt(),
                                    input.path("offset").asLong(),
                                    value.path("site").asString(),
                                    value.path("count").asLong(),
                                    value.path("record").path("seq").asLong()));
                }
            }
        }
        return told;
    }

    private static Command run(
            long epoch, String from, String to, DeliveryGuarantee guarantee, boolean commits) {
        String manifest =
                """
                {"apiVersion":"flink.apache.org/v1beta1","kind":"FlinkDeployment","metadata":{"name":"orders"},"spec":{
                 "image":"example/flink","flinkVersion":"v2_3","serviceAccount":"default",
                 "flinkConfiguration":{"execution.checkpointing.savepoint-dir":"%s/savepoints"},
                 "jobManager":{"resource":{"memory":"1g","cpu":1}},"taskManager":{"resource":{"memory":"1g","cpu":1}},
                 "job":{"jarURI":"local:///opt/job.jar","parallelism":%d,"upgradeMode":"savepoint",
                  "args":["${site.bootstrapServers}","${site.name}","%s","%s"]}}}
                """
                        .formatted(
                                FlinkAtSite.BUCKET,
                                CountingJob.PARALLELISM,
                                guarantee.name(),
                                commits);
        WorkloadSpec spec =
                new WorkloadSpec(
                        null,
                        List.of(manifest),
                        null,
                        null,
                        new WorkloadSpec.Topics(A, List.of(INPUT), List.of(OUTPUT)),
                        List.of(GROUP),
                        null,
                        null,
                        null,
                        null,
                        null);
        return new Command(
                "orders-" + epoch,
                "d-" + epoch,
                "shop/orders",
                epoch,
                Action.run,
                from,
                to,
                from,
                spec,
                new Guard(
                        List.of("shop"),
                        List.of("FlinkDeployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                Instant.EPOCH,
                Map.of(),
                null);
    }
}
