package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.LocalJob;
import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole on real API servers, and the sink with the role that {@code k8s/site} gives it and
 * nothing more: its kubeconfigs carry a token of that service account.
 */
class RealSitesIT {
    private static final Path ROLE = Path.of("../k8s/site").toAbsolutePath().normalize();

    @TempDir private Path dir;

    @Test
    void aStreamIsPlacedMovedThereAndBackAndWithdrawnByTheSitesRoleAlone() throws IOException {
        RealKubernetes.assume();
        try (Stage stage = Stage.open(KubeApi.Mode.REAL)) {
            for (TestbedSite site : stage.testbed().sites()) {
                takeAwayAllButTheRole(stage, site);
            }
            try (LocalJob job =
                    LocalJob.start(
                            stage.testbed(),
                            Map.of(
                                    "checkpoint.interval",
                                    "500ms",
                                    // The role says nothing of other namespaces.
                                    "recovery.namespaces",
                                    "shop"))) {
                stage.submit();
                Placement placed = stage.awaitRunningAt(Stage.FIRST);
                stage.move(Stage.SECOND);
                assertThat(stage.awaitRunningAt(Stage.SECOND).epoch())
                        .isEqualTo(placed.epoch() + 1);
                stage.move(Stage.FIRST);
                assertThat(stage.awaitRunningAt(Stage.FIRST).epoch()).isEqualTo(placed.epoch() + 2);

                AuditReport audit = stage.audit(Stage.FIRST);
                assertThat(audit.clean()).as(audit.toString()).isTrue();
                stage.withdraw();
                stage.awaitWithdrawn();
                assertThat(stage.follower().outcomes())
                        .as("nothing was forbidden, nothing had to be tried again")
                        .noneMatch(
                                o ->
                                        o.status() == Outcome.Status.retrying
                                                || o.status() == Outcome.Status.failed
                                                || o.status() == Outcome.Status.rolledBack);
                assertThat(job.failure()).isEmpty();
            }
        }
    }

    /** The connection of a site names another kubeconfig from now on. */
    private void takeAwayAllButTheRole(Stage stage, TestbedSite site) throws IOException {
        Path admins = site.kube().kubeconfig().toAbsolutePath();
        String token;
        try (KubernetesClient admin =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(admins.toFile()))
                        .build()) {
            for (HasMetadata object : Kustomization.render(admin, ROLE)) {
                admin.resource(object).fieldManager("test").serverSideApply();
            }
            token = RealKubernetes.token(admin, "tradewind", "tradewind-sink");
        }
        Path sinks = dir.resolve(site.name());
        Files.writeString(
                sinks, Files.readString(admins).replaceAll("(?m)^( *token:).*$", "$1 " + token));
        Path connection = stage.testbed().connectionsDir().resolve(site.name() + ".yaml");
        String before = Files.readString(connection);
        String after = before.replace(admins.toString(), sinks.toString());
        assertThat(after).isNotEqualTo(before);
        Files.writeString(connection, after);
    }
}
