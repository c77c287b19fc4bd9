package dev.tradewind.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.rules.LiveCommand;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import dev.tradewind.testbed.kube.KubeApi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Everything that a person or a broken feed may send to the running job. None of it stops it, and
 * all of it is answered.
 */
class BadInputIT {
    private static final List<String> READINGS =
            List.of(
                    "not json",
                    "[1,2]",
                    "42",
                    reading("\"value\":NaN"),
                    reading("\"value\":1e999"),
                    reading("\"value\":\"87.4\""),
                    reading("\"value\":1,\"unit\":\"EUR/parsec\""),
                    reading("\"value\":1,\"unit\":\"XAU/MWh\""),
                    "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":1,\"unit\":\"EUR/MWh\",\"datetime\":\"9999-01-01T00:00:00Z\"}",
                    "{\"zone\":\"DE\",\"signal\":\"price\",\"value\":1,\"unit\":\"EUR/MWh\",\"datetime\":\"1970-01-01T00:00:00Z\"}",
                    "{\"zone\":\"DE\",\"pad\":\"" + "x".repeat(900_000) + "\"}");

    private static final List<String> UNREADABLE_REQUESTS =
            List.of(
                    "{",
                    "{\"action\":\"explode\",\"workload\":\"shop/orders\"}",
                    "{\"action\":\"pin\",\"workload\":\"no-namespace\",\"site\":\"oslo\"}",
                    "{\"action\":\"submit\",\"workload\":\"shop/x\",\"spec\":{\"manifests\":\"none\"}}");

    /** Requests that are read and can't be honoured, each with a word of the reason. */
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry(
                            submit(
                                    "privileged",
                                    pod("\"securityContext\":{\"privileged\":true}", ""),
                                    ""),
                            "privileged"),
                    Map.entry(
                            submit(
                                    "hostpath",
                                    pod(
                                            "",
                                            "\"volumes\":[{\"name\":\"h\",\"hostPath\":{\"path\":\"/\"}}],"),
                                    ""),
                            "hostPath"),
                    Map.entry(
                            submit("account", pod("", "\"serviceAccountName\":\"admin\","), ""),
                            "admin"),
                    Map.entry(
                            submit(
                                    "secret",
                                    pod(
                                            "\"envFrom\":[{\"secretRef\":{\"name\":\"root-password\"}}]",
                                            ""),
                                    ""),
                            "root-password"),
                    Map.entry(
                            submit(
                                    "elsewhere",
                                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"namespace\":\"kube-system\"}}",
                                    ""),
                            "kube-system"),
                    Map.entry(
                            submit(
                                    "wide",
                                    "{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"ClusterRole\",\"metadata\":{\"name\":\"a\"}}",
                                    ""),
                            "ClusterRole"),
                    Map.entry(
                            submit("placeholder", config("${site.password}"), ""), "site.password"),
                    Map.entry(submit("cel", config("x"), ",\"sites\":\"site.labels.\""), "sites"),
                    Map.entry(submit("celtype", config("x"), ",\"sites\":\"site.name\""), "sites"),
                    Map.entry(
                            submit(
                                    "nowhere",
                                    config("x"),
                                    ",\"sites\":\"site.name == 'atlantis'\""),
                            "no site will do"),
                    Map.entry(
                            submit(
                                    "many",
                                    String.join(
                                            ",",
                                            java.util.Collections.nCopies(10_000, config("x"))),
                                    ""),
                            "manifests"),
                    Map.entry(
                            "{\"action\":\"submit\",\"workload\":\"kube-system/x\",\"spec\":{\"manifests\":["
                                    + config("x")
                                    + "]}}",
                            "namespace"),
                    Map.entry(
                            "{\"action\":\"pin\",\"workload\":\"shop/orders\",\"site\":\"atlantis\"}",
                            "atlantis"),
                    Map.entry(
                            "{\"action\":\"move\",\"workload\":\"shop/unknown\",\"site\":\"oslo\"}",
                            "no such workload"));

    @Test
    void nothingOfItStopsTheJob() throws Exception {
        try (Stage stage = Stage.open(KubeApi.Mode.EMBEDDED);
                LocalJob job =
                        LocalJob.start(
                                stage.testbed(),
                                Map.of("checkpoint.interval", "500ms"),
                                null,
                                GaugesReporter.configuration())) {
            stage.submit();
            Placement placed = stage.awaitRunningAt(Stage.FIRST);

            READINGS.forEach(
                    r ->
                            stage.send(
                                    "tradewind.readings",
                                    "DE",
                                    r.getBytes(StandardCharsets.UTF_8)));
            UNREADABLE_REQUESTS.forEach(
                    r -> stage.send("tradewind.requests", "x", r.getBytes(StandardCharsets.UTF_8)));
            Awaitility.await("dead letters")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(stage.follower().deadLetters())
                                            .isEqualTo(
                                                    READINGS.size() + UNREADABLE_REQUESTS.size()));

            for (Map.Entry<String, String> bad : REFUSED.entrySet()) {
                int before = stage.follower().decisions().size();
                stage.send(
                        "tradewind.requests", "x", bad.getKey().getBytes(StandardCharsets.UTF_8));
                Awaitility.await(
                                "an answer to "
                                        + bad.getKey()
                                                .substring(0, Math.min(200, bad.getKey().length())))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> stage.follower().decisions().size() > before);
                Decision answer = stage.follower().decisions().get(before);
                assertThat(answer.reason())
                        .as(bad.getKey().substring(0, Math.min(200, bad.getKey().length())))
                        .containsIgnoringCase(bad.getValue());
                assertThat(answer.verdict())
                        .as(answer.reason())
                        .isIn(Decision.Verdict.refused, Decision.Verdict.delayed);
            }

            forgedOutcome(stage, placed);
            brokenCatalogs(stage);

            // All the same it goes on, with everything in its place.
            stage.move(Stage.SECOND);
            Placement moved = stage.awaitRunningAt(Stage.SECOND);
            assertThat(moved.epoch()).isEqualTo(placed.epoch() + 1);
            assertThat(job.failure()).isEmpty();
            assertThat(GaugesReporter.restarts()).isZero();
            assertThat(stage.audit(Stage.SECOND).clean()).isTrue();
        }
    }

    /** One that says of the present epoch that the workload is elsewhere changes nothing. */
    private static void forgedOutcome(Stage stage, Placement placed) {
        Outcome forged =
                new Outcome(
                        "forged",
                        Stage.WORKLOAD,
                        placed.epoch(),
                        Outcome.Status.completed,
                        "DONE",
                        Stage.SECOND,
                        Instant.now(),
                        1L,
                        null,
                        "believe me");
        stage.send("tradewind.outcomes", Stage.WORKLOAD, Json.bytes(forged));
        stage.send(
                "tradewind.outcomes", Stage.WORKLOAD, "nonsense".getBytes(StandardCharsets.UTF_8));
        Awaitility.await("the unreadable outcome's dead letter")
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                stage.follower().deadLetters()
                                        == READINGS.size() + UNREADABLE_REQUESTS.size() + 1);
        assertThat(stage.follower().placement(Stage.WORKLOAD).orElseThrow().site())
                .isEqualTo(Stage.FIRST);
    }

    /**
     * Each is rejected, and the sites of the last good one stay in force: the move after it shows
     * that.
     */
    private static void brokenCatalogs(Stage stage) throws IOException {
        stage.catalog(
                "twice.yaml",
                "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: oslo}\nspec: {zone: X}\n");
        stage.catalog(
                "bomb.yaml",
                "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b]\n");
        stage.catalog("half.yaml", "apiVersion: tradewind.dev/v1\nkind: Rule\nmetadata: {name: ha");
        Awaitility.await("what keeps the directory from being in force is told")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> {
                            StringWriter told = new StringWriter();
                            int exit =
                                    new CommandLine(new LiveCommand())
                                            .setOut(new PrintWriter(told))
                                            .execute(
                                                    "--bootstrap-servers",
                                                    stage.testbed().controlServers());
                            assertThat(exit).isEqualTo(1);
                            assertThat(told.toString())
                                    .contains(" is in force")
                                    .contains("the directory was rejected")
                                    .contains("stays in force")
                                    .contains("twice.yaml:", "bomb.yaml:", "half.yaml:");
                        });
    }

    private static String reading(String rest) {
        return "{\"zone\":\"DE\",\"signal\":\"price\",\"datetime\":\"2026-03-01T12:00:00Z\","
                + rest
                + "}";
    }

    private static String submit(String name, String manifests, String more) {
        return "{\"action\":\"submit\",\"workload\":\"shop/"
                + name
                + "\",\"spec\":{\"manifests\":["
                + manifests
                + "]"
                + more
                + "}}";
    }

    private static String config(String value) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\""
                + value
                + "\"}}";
    }

    private static String pod(String container, String pod) {
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},"
                + "\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{"
                + pod
                + "\"containers\":[{\"name\":\"c\",\"image\":\"i\""
                + (container.isEmpty() ? "" : "," + container)
                + "}]}}}}";
    }
}
