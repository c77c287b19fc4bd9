package dev.tradewind.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sinks.kubernetes.KubernetesClients;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that a person may ask for, of one streaming workload that is fed without pause, and a Job
 * with a deadline beside it; no feed says anything about energy the whole time.
 */
class LifecycleIT {
    private static final String REPORT = "shop/report";
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Longer than a busy machine takes from a decision's moment to the next. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private int requests;

    @Test
    void aWorkloadFromItsSubmissionToItsWithdrawal(@TempDir Path savepoints) throws Exception {
        Map<String, String> options =
                Map.of(
                        "checkpoint.interval",
                        "500ms",
                        "placement.parallelism",
                        "2",
                        "placement.startMargin",
                        MARGIN.toSeconds() + "s");
        try (Stage stage = Stage.open(KubeApi.Mode.EMBEDDED);
                KubernetesClient frankfurt = client(stage, Stage.FIRST);
                KubernetesClient oslo = client(stage, Stage.SECOND)) {
            stage.catalog("sites.yaml", sites());
            rename(stage.testbed().connectionsDir().resolve("oslo.yaml"), "oslo", "north");
            LocalJob job =
                    LocalJob.start(stage.testbed(), options, null, GaugesReporter.configuration());
            try {
                request(stage, Stage.WORKLOAD, Action.submit, orders("1"), null);
                long epoch = stage.awaitRunningAt(Stage.FIRST).epoch();
                assertThat(environment(frankfurt))
                        .containsEntry("ZONE", "DE")
                        .containsEntry("TIER", "core of frankfurt")
                        .containsEntry("STORAGE", "fast-frankfurt");

                request(stage, Stage.WORKLOAD, Action.pin, null, Stage.SECOND);
                Placement pinned = stage.awaitRunningAt(Stage.SECOND);
                assertThat(pinned)
                        .returns(++epoch, Placement::epoch)
                        .returns(Stage.SECOND, Placement::pinnedTo);
                assertThat(environment(oslo))
                        .containsEntry("ZONE", "NO")
                        .containsEntry("TIER", "core of oslo")
                        .containsEntry("STORAGE", "fast-oslo");
                assertThat(pods(frankfurt)).isEmpty();

                request(stage, Stage.WORKLOAD, Action.unpin, null, null);
                assertThat(stage.awaitPlacement("unpinned", p -> p.pinnedTo() == null))
                        .returns(Stage.SECOND, Placement::site)
                        .returns(epoch, Placement::epoch);

                request(stage, Stage.WORKLOAD, Action.suspend, null, null);
                stage.awaitPlacement("suspended", p -> p.phase() == Phase.suspended);
                epoch++;
                assertThat(pods(oslo)).isEmpty();
                request(stage, Stage.WORKLOAD, Action.resume, null, null);
                assertThat(stage.awaitRunningAt(Stage.SECOND).epoch()).isEqualTo(++epoch);

                Set<String> before = pods(oslo);
                request(stage, Stage.WORKLOAD, Action.update, manifestsOf(orders("2")), null);
                long updated = ++epoch;
                stage.awaitPlacement(
                        "updated",
                        p ->
                                p.phase() == Phase.running
                                        && p.epoch() == updated
                                        && p.commandId() == null);
                assertThat(environment(oslo)).containsEntry("VERSION", "2");
                assertThat(pods(oslo)).hasSize(1).doesNotContainAnyElementsOf(before);

                job = aJobWithADeadline(stage, job, options, savepoints);

                AuditReport audit = stage.audit(Stage.SECOND);
                assertThat(audit.clean()).as(audit.toString()).isTrue();
                assertThat(audit.produced()).isGreaterThan(500);

                request(stage, Stage.WORKLOAD, Action.withdraw, null, null);
                await("a tombstone", () -> stage.follower().placement(Stage.WORKLOAD).isEmpty());
                for (KubernetesClient site : List.of(frankfurt, oslo)) {
                    assertThat(site.apps().deployments().inNamespace("shop").list().getItems())
                            .isEmpty();
                    assertThat(pods(site)).isEmpty();
                }
                assertThat(job.failure()).isEmpty();
            } finally {
                job.close();
            }
        }
    }

    /**
     * It is started in time though nothing is known of any site, and its end is heard of though the
     * job that had started it was stopped and goes on from a savepoint.
     */
    private LocalJob aJobWithADeadline(
            Stage stage, LocalJob job, Map<String, String> options, Path savepoints)
            throws Exception {
        Instant deadline = Instant.now().plusSeconds(33);
        Duration expected = Duration.ofSeconds(15);
        request(stage, REPORT, Action.submit, report(deadline, expected, 12_000), null);
        await("a plan", () -> phase(stage) == Phase.waiting);
        await("a start", () -> phase(stage) == Phase.running);
        Decision started =
                stage.follower().decisions().stream()
                        .filter(d -> d.workload().equals(REPORT))
                        .filter(d -> d.verdict() == Decision.Verdict.start)
                        .findFirst()
                        .orElseThrow();
        Instant last = deadline.minus(expected);
        assertThat(started.at()).isBetween(last.minus(MARGIN), last);

        String savepoint = job.stopWithSavepoint(savepoints.toUri().toString());
        job.close();
        LocalJob resumed = LocalJob.start(stage.testbed(), options, savepoint, new Configuration());
        await("its end", () -> phase(stage) == Phase.finished);
        assertThat(stage.follower().placement(REPORT).orElseThrow().epoch()).isEqualTo(1);
        request(stage, REPORT, Action.withdraw, null, null);
        await("a tombstone", () -> stage.follower().placement(REPORT).isEmpty());
        return resumed;
    }

    /** The catalog names a connection, and that needn't have the site's name. */
    private static void rename(Path connection, String from, String to) throws IOException {
        String text = Files.readString(connection);
        String name = "metadata: {name: " + from + "}";
        assertThat(text).containsOnlyOnce(name);
        Files.writeString(connection, text.replace(name, "metadata: {name: " + to + "}"));
    }

    private static Phase phase(Stage stage) {
        return stage.follower().placement(REPORT).map(Placement::phase).orElse(null);
    }

    private void request(
            Stage stage, String workload, Action action, WorkloadSpec spec, String site) {
        stage.send(
                "tradewind.requests",
                workload,
                Json.bytes(
                        new WorkloadRequest(
                                action,
                                "lifecycle-" + ++requests,
                                workload,
                                spec,
                                site,
                                null,
                                null)));
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(condition::getAsBoolean);
    }

    private static KubernetesClient client(Stage stage, String site) {
        return KubernetesClients.open(stage.testbed().site(site).kube().kubeconfig(), 5_000);
    }

    private static Set<String> pods(KubernetesClient site) {
        return site.pods().inNamespace("shop").list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .map((Pod p) -> p.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static Map<String, String> environment(KubernetesClient site) {
        return site
                .apps()
                .deployments()
                .inNamespace("shop")
                .withName("orders")
                .require()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv()
                .stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static String sites() {
        return """
        apiVersion: tradewind.dev/v1
        kind: Site
        metadata: {name: frankfurt, labels: {tier: core of frankfurt}}
        spec: {zone: DE, connection: frankfurt, values: {storage: fast-frankfurt}}
        ---
        apiVersion: tradewind.dev/v1
        kind: Site
        metadata: {name: oslo, labels: {tier: core of oslo}}
        spec: {zone: "NO", connection: north, values: {storage: fast-oslo}}
        """;
    }

    private static WorkloadSpec orders(String version) {
        String manifest =
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders"},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"app":"orders"}},
                  "template":{"metadata":{"labels":{"app":"orders"}},
                   "spec":{"terminationGracePeriodSeconds":10,"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},{"name":"SITE_NAME","value":"${site.name}"},
                    {"name":"ZONE","value":"${site.zone}"},{"name":"TIER","value":"${site.labels.tier}"},
                    {"name":"STORAGE","value":"${site.values.storage}"},{"name":"VERSION","value":"%s"},
                    {"name":"INPUT","value":"orders.in"},{"name":"OUTPUT","value":"orders.out"},
                    {"name":"GROUP","value":"orders"},{"name":"MODE","value":"group"}]}]}}}}"""
                        .formatted(version);
        return new WorkloadSpec(
                null,
                List.of(manifest),
                null,
                null,
                new WorkloadSpec.Topics(Stage.FIRST, List.of(Stage.INPUT), List.of(Stage.OUTPUT)),
                List.of("orders"),
                null,
                List.of(Stage.FIRST),
                null,
                null,
                null);
    }

    private static WorkloadSpec manifestsOf(WorkloadSpec spec) {
        return new WorkloadSpec(
                null, spec.manifests(), null, null, null, null, null, null, null, null, null);
    }

    private static WorkloadSpec report(Instant deadline, Duration expected, long workMillis) {
        String manifest =
                """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report"},
                 "spec":{"backoffLimit":0,"template":{"metadata":{"labels":{"app":"report"}},
                   "spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"MODE","value":"batch"},{"name":"WORK_MILLIS","value":"%d"}]}]}}}}"""
                        .formatted(workMillis);
        return new WorkloadSpec(
                null,
                List.of(manifest),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new WorkloadSpec.Schedule(null, deadline, expected.toString(), false),
                null);
    }
}
