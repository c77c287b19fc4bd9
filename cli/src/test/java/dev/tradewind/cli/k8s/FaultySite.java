package dev.tradewind.cli.k8s;

import dev.tradewind.sinks.kubernetes.KubernetesClients;
import dev.tradewind.sinks.kubernetes.KubernetesCluster;
import dev.tradewind.sinks.kubernetes.Throttle;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.kube.RealKubeApi;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One site: a real API server with controllers and what {@code k8s/site} ships, a proxy in front of
 * it, and a kubelet that only says that pods run. The sink comes through the proxy, as the service
 * account of {@code k8s/site} and nobody else.
 */
final class FaultySite implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 20_000;

    /** An image whose pods never get ready. */
    static final String BROKEN = "example/broken";

    private static final Path SITE = Path.of("../k8s/site").toAbsolutePath().normalize();

    final String name;
    final RealKubeApi api;
    final KubernetesClient admin;
    final FaultyProxy proxy;
    final KubernetesCluster cluster;
    private final Path dir;
    private final RoleBinding binding;
    private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();

    /** Namespaces whose pods are bound to a node, and so take their grace period. */
    final Set<String> bound = ConcurrentHashMap.newKeySet();

    FaultySite(String name, Path dir) throws IOException, GeneralSecurityException {
        this.name = name;
        this.dir = dir;
        this.api = RealKubeApi.start(KubeOptions.of(name, dir.resolve(name + ".admin")));
        this.admin =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                        .build();
        RoleBinding found = null;
        for (HasMetadata object : Kustomization.render(admin, SITE)) {
            admin.resource(object).fieldManager("test").serverSideApply();
            found = object instanceof RoleBinding role ? role : found;
        }
        this.binding = found;
        this.proxy = new FaultyProxy(api.url());
        this.cluster = sink(proxy);
        kubelet.scheduleWithFixedDelay(this::runPods, 50, 50, TimeUnit.MILLISECONDS);
    }

    /** The sink, by way of a proxy. */
    KubernetesCluster sink(FaultyProxy by) throws IOException {
        Path kubeconfig = dir.resolve(name + by.url().replaceAll("\\D", "") + ".sink");
        Files.writeString(
                kubeconfig,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(
                                by.url(),
                                RealKubernetes.token(admin, "tradewind", "tradewind-sink")));
        Throttle throttle = new Throttle(System::nanoTime);
        return new KubernetesCluster(
                name,
                KubernetesClients.open(kubeconfig, TIMEOUT_MILLIS, throttle),
                TIMEOUT_MILLIS,
                throttle);
    }

    /** One that the sink may work in. */
    void namespace(String namespace) {
        admin.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
        RoleBinding here = admin.getKubernetesSerialization().clone(binding);
        here.getMetadata().setNamespace(namespace);
        admin.resource(here).fieldManager("test").serverSideApply();
    }

    /** The sink may write what the shipped role leaves out. */
    void allow(String namespace, String group, String resource) {
        admin.resource(
                        new RoleBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName("besides")
                                .endMetadata()
                                .addNewRule()
                                .withApiGroups(group)
                                .withResources(resource)
                                .withVerbs("get", "list", "create", "update", "patch", "delete")
                                .endRule()
                                .build())
                .create();
        RoleBinding besides = admin.getKubernetesSerialization().clone(binding);
        besides.getMetadata().setNamespace(namespace);
        besides.getMetadata().setName("besides");
        besides.getRoleRef().setKind("Role");
        besides.getRoleRef().setName("besides");
        admin.resource(besides).fieldManager("test").serverSideApply();
    }

    List<Pod> pods(String namespace) {
        return admin.pods().inNamespace(namespace).list().getItems();
    }

    private void runPods() {
        try {
            for (Pod pod : admin.pods().inAnyNamespace().list().getItems()) {
                if (pod.getMetadata().getDeletionTimestamp() == null
                        && !pod.getSpec().getContainers().get(0).getImage().equals(BROKEN)
                        && "Pending".equals(pod.getStatus().getPhase())) {
                    run(pod);
                }
            }
        } catch (KubernetesClientException e) {
            // It has changed, or the API server is down: the next round.
        }
    }

    private void run(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        if (bound.contains(namespace) && pod.getSpec().getNodeName() == null) {
            admin.bindings()
                    .inNamespace(namespace)
                    .resource(
                            new BindingBuilder()
                                    .withNewMetadata()
                                    .withNamespace(namespace)
                                    .withName(pod.getMetadata().getName())
                                    .endMetadata()
                                    .withNewTarget()
                                    .withKind("Node")
                                    .withName("node")
                                    .endTarget()
                                    .build())
                    .create();
            return;
        }
        admin.resource(
                        new PodBuilder(pod)
                                .editOrNewStatus()
                                .withPhase("Running")
                                .addNewCondition()
                                .withType("Ready")
                                .withStatus("True")
                                .endCondition()
                                .endStatus()
                                .build())
                .updateStatus();
    }

    @Override
    public void close() {
        kubelet.shutdownNow();
        cluster.close();
        proxy.close();
        admin.close();
        api.close();
    }
}
