package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.k8s.FenceTable.Row;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real API server with what {@code k8s/site} ships refuses what the docs say. */
class FenceIT {
    private static final Path SITE = Path.of("../k8s/site").toAbsolutePath().normalize();

    @TempDir private Path dir;

    @Test
    void aRealApiServerRefusesWhatTheTableSays() throws IOException {
        RealKubernetes.assume();
        try (KubeApi api =
                        KubeApi.start(
                                KubeApi.Mode.REAL,
                                KubeOptions.of("fenced", dir.resolve("kubeconfig")));
                KubernetesClient client =
                        new KubernetesClientBuilder()
                                .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                                .build()) {
            List<FenceContract> rows = new ArrayList<>();
            List<FenceContract> refused = new ArrayList<>();
            for (Row row : FenceTable.rows()) {
                FenceContract each = new FenceContract(client, row, rows.size());
                rows.add(each);
                if (!row.accepted() && !row.written().equals("floor deleted")) {
                    refused.add(each);
                }
            }
            assertThat(rows).hasSizeGreaterThan(24);
            rows.forEach(FenceContract::prepare);
            for (HasMetadata object : Kustomization.render(client, SITE)) {
                client.resource(object).fieldManager("test").serverSideApply();
            }
            // Policies come into force a moment after they were written, each for itself.
            Awaitility.await("the fence is in force")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> refused.stream().allMatch(FenceContract::isRefused));
            rows.forEach(FenceContract::check);
        }
    }
}
