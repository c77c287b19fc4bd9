package dev.tradewind.testbed.agent;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scheduler and kubelet of one site with one node: it binds pods, runs their containers in this JVM
 * and writes their status. Containers of the image {@link dev.tradewind.testbed.app.App#IMAGE} run,
 * of any other stay waiting with ErrImagePull. A pod that is deleted gets its grace period to stop,
 * and is removed from the API only when it has stopped.
 */
public final class Agent implements AutoCloseable {
    // For all agents, and without a search for every class of every Kubernetes kind, which takes
    // longer than a broker to start.
    private static final KubernetesSerialization SERIALIZATION =
            new KubernetesSerialization(new JsonMapper(), false);

    static {
        // Or an informer takes "410, too old" for any object, and asks for the same again for ever.
        SERIALIZATION.registerKubernetesResource("v1", "Status", Status.class);
    }

    private final AgentOptions options;
    private final KubernetesClient client;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final List<String> restarts = new CopyOnWriteArrayList<>();
    private final SharedIndexInformer<Pod> informer;

    private Agent(AgentOptions options) {
        this.options = options;
        Config config =
                new ConfigBuilder(Config.fromKubeconfig(options.kubeconfig().toFile()))
                        .withWatchReconnectInterval(100)
                        .build();
        this.client =
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withKubernetesSerialization(SERIALIZATION)
                        .build();
        this.informer = client.pods().inAnyNamespace().inform(new Handler());
    }

    /** Starts an agent that has seen all present pods when this returns. */
    public static Agent start(AgentOptions options) {
        return new Agent(options);
    }

    /** How many pods it runs or is about to. */
    public int pods() {
        return workers.size();
    }

    /**
     * Each start of a container after one that had ended, in order, with how that ended. A
     * restarted application may have done again what it had not committed.
     */
    public List<String> restarts() {
        return List.copyOf(restarts);
    }

    /**
     * The node loses its power: every container ends as it stands and nobody tells the API. For
     * tests of failures; the agent is closed afterwards.
     */
    public void crash() {
        // what is not dead yet would still write when its successor has read up to where it was
        end(PodWorker.CRASH, PodWorker::crash);
    }

    /** Stops all containers in order, without telling the API. */
    @Override
    public void close() {
        end(Duration.ofSeconds(4), PodWorker::shutDown);
    }

    private void end(Duration patience, Consumer<PodWorker> how) {
        informer.close();
        List<PodWorker> all = new ArrayList<>(workers.values());
        workers.clear();
        all.forEach(how);
        long until = System.nanoTime() + patience.toNanos();
        all.forEach(worker -> worker.join(until));
        client.close();
    }

    private final class Handler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            see(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            see(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean unknown) {
            PodWorker worker = workers.remove(pod.getMetadata().getUid());
            if (worker != null) {
                worker.gone();
            }
        }

        private void see(Pod pod) {
            String uid = pod.getMetadata().getUid();
            PodWorker present = workers.get(uid);
            if (present != null) {
                present.see(pod);
            } else if (isMine(pod)) {
                workers.put(uid, new PodWorker(options, client, pod, restarts::add));
            }
        }

        private boolean isMine(Pod pod) {
            String node = pod.getSpec().getNodeName();
            String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
            return (node == null || node.isEmpty() || node.equals(options.node()))
                    && !"Succeeded".equals(phase)
                    && !"Failed".equals(phase);
        }
    }
}
