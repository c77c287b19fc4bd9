package dev.tradewind.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.crash.TornJob;
import dev.tradewind.sinks.kubernetes.KubernetesClients;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The whole job is submitted once more by mistake, with the very same options. The two are in each
 * other's way on the control Kafka, where each ends the other's transactions; but in Kubernetes the
 * second changes nothing, and the first goes on when it is gone. With {@code -Pslow}.
 */
class SecondJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    /** After each, what was decided before is commanded. */
    private static final long CHECKPOINTS = 10;

    @Test
    void itChangesNothingInKubernetesAndTheFirstGoesOnWhenItIsGone() throws Exception {
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO);
                TornJob job = TornJob.start(TornJob.options(stage));
                TwoCopies copies = TwoCopies.watch(List.copyOf(stage.testbed().sites()))) {
            stage.submit();
            stage.awaitRunningAt(Stage.FIRST);
            Map<String, String> before = versions(stage);
            try (TornJob second = TornJob.start(TornJob.options(stage))) {
                await("the second works", () -> second.checkpoints() >= CHECKPOINTS);
                assertThat(versions(stage)).isEqualTo(before);
            }
            assertThat(versions(stage)).isEqualTo(before);
            long then = job.checkpoints();
            await("the first works again", () -> job.checkpoints() >= then + 2);
            stage.move(Stage.SECOND);
            stage.awaitRunningAt(Stage.SECOND);
            assertThat(pods(stage)).containsExactly(Stage.SECOND);
            stage.move(Stage.FIRST);
            stage.awaitRunningAt(Stage.FIRST);
            assertThat(pods(stage)).containsExactly(Stage.FIRST);
            assertThat(job.failure()).isEmpty();
            AuditReport audit = stage.audit(Stage.FIRST);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(audit.pauses()).as("changes of site").hasSize(2);
            assertThat(copies.found()).as("two copies").isEmpty();
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
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
