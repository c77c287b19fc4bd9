package dev.tradewind.testbed.kube;

import dev.tradewind.testbed.kube.embedded.EmbeddedServer;
import java.nio.file.Path;

/**
 * A Kubernetes API in this JVM, which needs nothing but a JDK: an object store, the API's protocol
 * over HTTP with server-side apply, and small controllers for Deployment, StatefulSet, Job and
 * garbage collection.
 *
 * <p>It refuses what the epoch fence of {@code k8s/site} refuses, as if that had been applied.
 *
 * <p>What it leaves to the real one: authentication and RBAC, other admission policies (they are
 * stored, not evaluated), validation beyond names, selectors and immutable fields, CronJob
 * schedules, DaemonSets, Services' endpoints, and the lists with keys of custom resources (they are
 * replaced whole).
 */
public final class EmbeddedKubeApi implements KubeApi {
    private final EmbeddedServer server;
    private final Path kubeconfig;

    private EmbeddedKubeApi(EmbeddedServer server, Path kubeconfig) {
        this.server = server;
        this.kubeconfig = kubeconfig;
    }

    public static EmbeddedKubeApi start(KubeOptions options) {
        EmbeddedServer server = new EmbeddedServer(options.namespaces());
        Kubeconfigs.write(options.kubeconfig(), options.name(), server.url(), null, "testbed");
        return new EmbeddedKubeApi(server, options.kubeconfig());
    }

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void revive() {
        server.revive();
    }

    @Override
    public void close() {
        server.close();
    }
}
