package dev.tradewind.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.crash.JobProcess;
import dev.tradewind.cli.crash.TornJob;
import dev.tradewind.sinks.kubernetes.KubernetesClients;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job is submitted once more by mistake. In Kubernetes the second changes nothing, and
 * the first goes on. With the very same options each ends the other's transactions on the control
 * Kafka, and the one with more to write, which is the second, comes to hardly a checkpoint; so here
 * it writes without transactions, and has all the time it wants to do harm. With {@code -Pslow}.
 */
class SecondJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    /** After each, what was decided before is commanded. */
    private static final long CHECKPOINTS = 10;

    @TempDir private Path dir;

    @Test
    void itChangesNothingInKubernetesAndTheFirstGoesOnWhenItIsGone() throws Exception {
        Path checkpoints = Files.createDirectories(dir.resolve("checkpoints"));
        Path log = dir.resolve("second.log");
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO);
                TornJob job = TornJob.start(TornJob.options(stage));
                TwoCopies copies = TwoCopies.watch(List.copyOf(stage.testbed().sites()))) {
            stage.submit();
            stage.awaitRunningAt(Stage.FIRST);
            Map<String, String> before = versions(stage);
            // In a process of its own, as it would be: within one the Kafka sinks share statics.
            try (JobProcess second = JobProcess.start(checkpoints, null, log, unhindered(stage))) {
                Set<Path> seen = new HashSet<>();
                await(
                        "the second works",
                        () -> {
                            seen.addAll(JobProcess.completed(checkpoints));
                            return seen.size() >= CHECKPOINTS;
                        });
                assertThat(versions(stage)).isEqualTo(before);
                assertThat(second.alive()).as("the second is still there").isTrue();
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(e.getMessage() + "\n" + JobProcess.tail(log), e);
            }
            assertThat(versions(stage)).isEqualTo(before);
            long then = job.checkpoints();
            await("the first goes on", () -> job.checkpoints() >= then + 2);
            stage.move(Stage.SECOND);
            stage.awaitRunningAt(Stage.SECOND);
            assertThat(pods(stage)).containsExactly(Stage.SECOND);
            stage.move(Stage.FIRST);
            stage.awaitRunningAt(Stage.FIRST);
            assertThat(pods(stage)).containsExactly(Stage.FIRST);
            assertThat(job.failure()).isEmpty();
            assertThat(job.restarts()).isZero();
            AuditReport audit = stage.audit(Stage.FIRST);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(audit.pauses()).as("changes of site").hasSize(2);
            assertThat(copies.found()).as("two copies").isEmpty();
        }
    }

    private static Map<String, String> unhindered(Stage stage) {
        Map<String, String> options = TornJob.options(stage);
        options.put("delivery.guarantee", "at-least-once");
        return options;
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                // A checkpoint is put away while it is looked for.
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(condition);
    }

    /** The site of each pod. */
    private static List<String> pods(Stage stage) {
        return versions(stage).keySet().stream()
                .filter(key -> key.contains(" Pod/"))
                .map(key -> key.substring(0, key.indexOf(' ')))
                .toList();
    }

    /** Of all that is there of a workload but its lease, as {@code site Kind/name}. */
    private static Map<String, String> versions(Stage stage) {
        Map<String, String> versions = new TreeMap<>();
        for (TestbedSite site : stage.testbed().sites()) {
            try (KubernetesClient client =
                    KubernetesClients.open(site.kube().kubeconfig(), 5_000)) {
                Stream.<List<? extends HasMetadata>>of(
                                client.apps().deployments().inNamespace("shop").list().getItems(),
                                client.configMaps().inNamespace("shop").list().getItems(),
                                client.pods().inNamespace("shop").list().getItems())
                        .flatMap(List::stream)
                        .forEach(
                                o ->
                                        versions.put(
                                                site.name()
                                                        + " "
                                                        + o.getKind()
                                                        + "/"
                                                        + o.getMetadata().getName(),
                                                version(o)));
            }
        }
        return versions;
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getUid()
                + " "
                + object.getMetadata().getGeneration()
                + " "
                + object.getMetadata().getAnnotations()
                + (object instanceof io.fabric8.kubernetes.api.model.ConfigMap map
                        ? map.getData()
                        : "");
    }
}
