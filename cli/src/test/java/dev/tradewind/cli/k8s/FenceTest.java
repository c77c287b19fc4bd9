package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.k8s.FenceTable.Row;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The testbed's API refuses what the docs say. */
class FenceTest {
    @TempDir private Path dir;

    @Test
    void theTestbedsApiRefusesWhatTheTableSays() {
        // A floor that can't be read does not come about there: the fence is always in force.
        List<Row> rows =
                FenceTable.rows().stream().filter(row -> !row.floor().equals("x")).toList();
        assertThat(rows).hasSizeGreaterThan(19);
        try (KubeApi api =
                        KubeApi.start(
                                KubeApi.Mode.EMBEDDED,
                                KubeOptions.of("fenced", dir.resolve("kubeconfig")));
                KubernetesClient client =
                        new KubernetesClientBuilder()
                                .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                                .build()) {
            int number = 0;
            for (Row row : rows) {
                FenceContract each = new FenceContract(client, row, number++);
                each.prepare();
                each.check();
            }
        }
    }
}
