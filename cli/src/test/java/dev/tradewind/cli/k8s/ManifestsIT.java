package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code k8s/} holds is taken by a real API server. */
class ManifestsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir private Path dir;

    @Test
    void aRealApiServerTakesTheBase() throws IOException {
        RealKubernetes.assume();
        try (KubeApi api =
                        KubeApi.start(
                                KubeApi.Mode.REAL,
                                KubeOptions.of("tradewind", dir.resolve("kubeconfig")));
                KubernetesClient client = client(api)) {
            client.resource(flinkDeploymentDefinition()).create();
            Awaitility.await("the FlinkDeployment kind is served")
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(
                            () ->
                                    client.genericKubernetesResources(
                                                            "flink.apache.org/v1beta1",
                                                            "FlinkDeployment")
                                                    .inNamespace("default")
                                                    .list()
                                            != null);

            List<HasMetadata> objects = Kustomization.render(client, ROOT.resolve("k8s"));
            for (HasMetadata object : objects) {
                client.resource(object).fieldManager("test").serverSideApply();
            }

            assertThat(objects)
                    .extracting(HasMetadata::getKind)
                    .contains(
                            "FlinkDeployment",
                            "ConfigMap",
                            "ServiceAccount",
                            "Role",
                            "RoleBinding");
            // The server drops fields that a kind's schema doesn't have, without a word: what we
            // wrote must still be there.
            GenericKubernetesResource deployed =
                    client.genericKubernetesResources("flink.apache.org/v1beta1", "FlinkDeployment")
                            .inNamespace("tradewind")
                            .withName("tradewind")
                            .get();
            GenericKubernetesResource written =
                    (GenericKubernetesResource)
                            objects.stream()
                                    .filter(o -> o.getKind().equals("FlinkDeployment"))
                                    .findFirst()
                                    .orElseThrow();
            assertThat(
                            missing(
                                    "",
                                    written.getAdditionalProperties().get("spec"),
                                    deployed.getAdditionalProperties().get("spec")))
                    .isEmpty();

            // The catalog that is mounted is the one that stands in rules/.
            assertThat(
                            client.configMaps()
                                    .inNamespace("tradewind")
                                    .withName("tradewind-catalog")
                                    .get()
                                    .getData()
                                    .keySet())
                    .containsExactlyInAnyOrderElementsOf(catalogFiles());
        }
    }

    @Test
    void theSitesRoleMayWhatTheSinkNeedsAndNoMore() throws IOException {
        RealKubernetes.assume();
        try (KubeApi api =
                        KubeApi.start(
                                KubeApi.Mode.REAL,
                                KubeOptions.of("site", dir.resolve("kubeconfig")));
                KubernetesClient admin = client(api)) {
            for (HasMetadata object : Kustomization.render(admin, ROOT.resolve("k8s/site"))) {
                admin.resource(object).fieldManager("test").serverSideApply();
            }
            try (KubernetesClient sink =
                    RealKubernetes.as(admin, api, "tradewind", "tradewind-sink")) {
                assertThat(sink.apps().deployments().inNamespace("shop").list().getItems())
                        .isEmpty();
                assertForbidden(() -> sink.secrets().inNamespace("shop").list());
                assertForbidden(() -> sink.apps().deployments().inNamespace("analytics").list());
                assertForbidden(() -> sink.rbac().roles().inNamespace("shop").list());
                assertForbidden(() -> sink.namespaces().list());
                assertForbidden(() -> sink.pods().inNamespace("shop").withLabel("a", "b").delete());
            }
        }
    }

    private static void assertForbidden(Runnable call) {
        try {
            call.run();
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).isEqualTo(403);
            return;
        }
        throw new AssertionError("expected 403 Forbidden");
    }

    private static KubernetesClient client(KubeApi api) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                .build();
    }

    /**
     * The definition as the operator's API publishes it. Its newest version on Maven Central knows
     * Flink up to 1.20; the list of versions is the one thing that is added to.
     */
    static CustomResourceDefinition flinkDeploymentDefinition() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ManifestsIT.class.getResourceAsStream(
                                "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"))) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(yaml).contains("- v1_20\n");
            return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
                    yaml.replace(
                            "                - v1_20\n",
                            "                - v1_20\n                - v2_3\n"),
                    CustomResourceDefinition.class);
        }
    }

    private static List<String> catalogFiles() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("rules"))) {
            return files.map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(".yaml") && !n.endsWith(".test.yaml"))
                    .toList();
        }
    }

    /** Paths that {@code written} has and {@code read} has not. */
    private static List<String> missing(String path, Object written, Object read) {
        if (written instanceof java.util.Map<?, ?> map) {
            return map.entrySet().stream()
                    .flatMap(
                            e ->
                                    (read instanceof java.util.Map<?, ?> other
                                                            && other.containsKey(e.getKey())
                                                    ? missing(
                                                            path + "/" + e.getKey(),
                                                            e.getValue(),
                                                            other.get(e.getKey()))
                                                    : List.of(path + "/" + e.getKey()))
                                            .stream())
                    .toList();
        }
        return List.of();
    }
}
