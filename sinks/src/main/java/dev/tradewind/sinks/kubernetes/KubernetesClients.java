package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.connection.ConnectionException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Clients as {@link KubernetesCluster} needs them. */
public final class KubernetesClients {
    private KubernetesClients() {}

    /** As {@link #open(Path, long, Throttle)}; nobody asks what was said with 429. */
    public static KubernetesClient open(Path kubeconfig, long timeoutMillis) {
        return open(kubeconfig, timeoutMillis, new Throttle(System::nanoTime));
    }

    /**
     * @param kubeconfig whose current context is used; nothing of this machine's own configuration
     *     is
     * @param timeoutMillis of a whole call: a request gets half of it
     * @param throttle learns what the API server says with 429
     * @throws ConnectionException if the file can't be read
     */
    public static KubernetesClient open(Path kubeconfig, long timeoutMillis, Throttle throttle) {
        if (!Files.isReadable(kubeconfig)) {
            throw new ConnectionException("the kubeconfig " + kubeconfig + " can't be read");
        }
        Config config;
        try {
            config = Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException e) {
            // Its message may quote the file, which holds credentials.
            throw new ConnectionException(
                    "the kubeconfig "
                            + kubeconfig
                            + " is not valid: "
                            + e.getClass().getSimpleName());
        }
        int half = (int) Math.max(1, timeoutMillis / 2);
        config.setConnectionTimeout(half);
        config.setRequestTimeout(half);
        config.setUploadRequestTimeout(half);
        // The actuator tries again, and knows until when.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("tradewind-throttle", throttle))
                .build();
    }
}
