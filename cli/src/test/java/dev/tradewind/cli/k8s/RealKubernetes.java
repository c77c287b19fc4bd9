package dev.tradewind.cli.k8s;

import dev.tradewind.testbed.kube.KubeApi;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.Assumptions;

/** Tests that only a real API server can judge. */
public final class RealKubernetes {
    private RealKubernetes() {}

    /** Skips the test, and says how to get what it needs, where there is no control plane. */
    public static void assume() {
        Assumptions.assumeTrue(
                System.getenv("KUBEBUILDER_ASSETS") != null,
                "skipped: set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kube-controller-manager (setup-envtest use -p path)");
    }

    /** A token of a service account, good for an hour. */
    public static String token(KubernetesClient admin, String namespace, String serviceAccount) {
        TokenRequest request =
                admin.serviceAccounts()
                        .inNamespace(namespace)
                        .withName(serviceAccount)
                        .tokenRequest(
                                new io.fabric8.kubernetes.api.model.authentication
                                                .TokenRequestBuilder()
                                        .withNewSpec()
                                        .withExpirationSeconds(3600L)
                                        .endSpec()
                                        .build());
        return request.getStatus().getToken();
    }

    /** A client that is the service account and nobody else. */
    static KubernetesClient as(
            KubernetesClient admin, KubeApi api, String namespace, String serviceAccount) {
        Config config =
                new ConfigBuilder(Config.fromKubeconfig(api.kubeconfig().toFile()))
                        .withOauthToken(token(admin, namespace, serviceAccount))
                        .build();
        config.setAutoOAuthToken(null);
        config.setOauthToken(token(admin, namespace, serviceAccount));
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
