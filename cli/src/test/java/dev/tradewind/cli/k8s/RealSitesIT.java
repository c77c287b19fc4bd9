package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.LocalJob;
import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole on real API servers, and the sink with the role that {@code k8s/site} gives it and
 * nothing more: its kubeconfigs carry a token of that service account.
 */
class RealSitesIT {
    @TempDir private Path dir;

    @Test
    void aStreamIsPlacedMovedThereAndBackAndWithdrawnByTheSitesRoleAlone() throws IOException {
        RealKubernetes.assume();
        try (Stage stage = Stage.open(KubeApi.Mode.REAL)) {
            SitesRole.alone(stage, dir);
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
                        .as("nothing was forbidden, nothing given up")
                        .noneMatch(
                                o ->
                                        o.status() == Outcome.Status.refused
                                                || o.status() == Outcome.Status.failed
                                                || o.status() == Outcome.Status.rolledBack
                                                || o.message() != null
                                                        && o.message().matches("(?is).*forbid.*"));
                assertThat(job.failure()).isEmpty();
            }
        }
    }
}
