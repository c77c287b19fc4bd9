package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.testbed.TestbedSite;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code k8s/site} gives the sink, and its fence: nothing more is left to a site's connection.
 */
public final class SitesRole {
    private static final Path ROLE = Path.of("../k8s/site").toAbsolutePath().normalize();

    private SitesRole() {}

    /**
     * The connection of each site names another kubeconfig from now on.
     *
     * @param dir where these are written
     */
    public static void alone(Stage stage, Path dir) throws IOException {
        for (TestbedSite site : stage.testbed().sites()) {
            alone(stage, site, dir);
        }
    }

    private static void alone(Stage stage, TestbedSite site, Path dir) throws IOException {
        Path admins = site.kube().kubeconfig().toAbsolutePath();
        String token;
        try (KubernetesClient admin = stage.admin(site.name())) {
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
