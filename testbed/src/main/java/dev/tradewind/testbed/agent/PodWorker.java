package dev.tradewind.testbed.agent;

import dev.tradewind.testbed.agent.StatusText.Waiting;
import dev.tradewind.testbed.app.App;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one pod, on a thread of its own. Level-triggered: whatever happens (the pod changed, a
 * container ended, a time has come), it looks at all and does what is due, so a lost event or an
 * API that is away for a while costs time only.
 */
final class PodWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final long FOREVER = Long.MAX_VALUE / 4;
    private static final long RETRY_FIRST = 100;
    private static final long RETRY_LONGEST = 3_000;

    /** How the worker shall end, besides by the pod's own end. */
    /** Dead at once, but for what a busy machine needs for that. */
    static final Duration CRASH = Duration.ofSeconds(10);

    private enum Ending {
        NONE,
        GONE,
        SHUT_DOWN,
        CRASH
    }

    private final AgentOptions options;
    private final KubernetesClient client;
    private final Consumer<String> onRestart;
    private final String namespace;
    private final String name;
    private final String uid;
    private final Thread thread;
    private final Object signal = new Object();
    private final Instant start = Instant.now();

    // Guarded by signal.
    private Pod latest;
    private Ending ending = Ending.NONE;
    private boolean woken;

    // The worker's own.
    private final List<Container> containers = new ArrayList<>();
    private PodStatus written;
    private boolean bound;
    private boolean stopSent;
    private boolean killSent;
    private long killAtNanos;
    private long retryMillis = RETRY_FIRST;

    /**
     * @param onRestart is told of each container that is started again
     */
    PodWorker(AgentOptions options, KubernetesClient client, Pod pod, Consumer<String> onRestart) {
        this.options = options;
        this.client = client;
        this.onRestart = onRestart;
        this.latest = pod;
        this.namespace = pod.getMetadata().getNamespace();
        this.name = pod.getMetadata().getName();
        this.uid = pod.getMetadata().getUid();
        this.thread = new Thread(this::run, "pod-" + namespace + "/" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The API shows another version of the pod. */
    void see(Pod pod) {
        synchronized (signal) {
            latest = pod;
        }
        wake();
    }

    /** The pod is gone from the API: somebody forced it. */
    void gone() {
        end(Ending.GONE);
    }

    /** The agent ends: stop in order, leave the API alone. */
    void shutDown() {
        end(Ending.SHUT_DOWN);
    }

    /** The node is dead. */
    void crash() {
        end(Ending.CRASH);
    }

    private void end(Ending how) {
        synchronized (signal) {
            ending = how;
        }
        wake();
    }

    void join(long untilNanos) {
        long left = (untilNanos - System.nanoTime()) / 1_000_000L;
        if (left > 0) {
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void wake() {
        synchronized (signal) {
            woken = true;
            signal.notifyAll();
        }
    }

    private void run() {
        try {
            long wait = 0;
            while (wait >= 0) {
                await(wait);
                wait = act();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("pod {}/{}: the agent gives up", namespace, name, e);
        } finally {
            containers.forEach(Container::kill);
        }
    }

    private void await(long millis) throws InterruptedException {
        long until = System.nanoTime() + Math.min(millis, 3_600_000L) * 1_000_000L;
        synchronized (signal) {
            while (!woken) {
                long left = (until - System.nanoTime()) / 1_000_000L;
                if (left <= 0) {
                    break;
                }
                signal.wait(left);
            }
            woken = false;
        }
    }

    /** Does what is due; the milliseconds until something may be due again, or -1 at the end. */
    private long act() {
        Pod pod;
        Ending how;
        synchronized (signal) {
            pod = latest;
            how = ending;
        }
        try {
            long wait =
                    switch (how) {
                        case CRASH -> {
                            containers.forEach(Container::kill);
                            containers.forEach(c -> c.awaitEnd(CRASH));
                            yield -1L;
                        }
                        case GONE, SHUT_DOWN -> stopped(2) ? -1L : untilKill();
                        case NONE ->
                                pod.getMetadata().getDeletionTimestamp() == null
                                        ? live(pod)
                                        : leave(pod);
                    };
            retryMillis = RETRY_FIRST;
            return wait;
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                // Gone in the API; what runs is to end.
                end(Ending.GONE);
                return 0;
            }
            LOG.info(
                    "pod {}/{}: the API answers {} {}, trying again",
                    namespace,
                    name,
                    e.getCode(),
                    e.getMessage());
            long wait = retryMillis;
            retryMillis = Math.min(RETRY_LONGEST, retryMillis * 2);
            return wait;
        }
    }

    private long live(Pod pod) {
        if (!bound) {
            bind(pod);
            bound = true;
        }
        Waiting refused = refused(pod);
        if (refused != null) {
            write(pod, refused, "Pending");
            return FOREVER;
        }
        if (containers.isEmpty()) {
            write(pod, null, "Pending");
            Waiting unable = create(pod);
            if (unable != null) {
                write(pod, unable, "Pending");
                return 1_000;
            }
        }
        long wait = restart(pod);
        String phase = phase(pod);
        write(pod, null, phase);
        return phase.equals("Running") ? wait : -1;
    }

    private void bind(Pod pod) {
        String node = pod.getSpec().getNodeName();
        if (node != null && !node.isEmpty()) {
            return;
        }
        try {
            client.bindings()
                    .inNamespace(namespace)
                    .resource(
                            new BindingBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .withNamespace(namespace)
                                    .withUid(uid)
                                    .endMetadata()
                                    .withNewTarget()
                                    .withKind("Node")
                                    .withName(options.node())
                                    .endTarget()
                                    .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
            // Bound already, by an answer that was lost; or another pod of that name by now.
            LOG.debug("pod {}/{}: {}", namespace, name, e.getMessage());
        }
    }

    private static Waiting refused(Pod pod) {
        if (pod.getSpec().getInitContainers() != null
                && !pod.getSpec().getInitContainers().isEmpty()) {
            return new Waiting("CreateContainerError", "the testbed runs no init containers");
        }
        for (var container : pod.getSpec().getContainers()) {
            String image = container.getImage();
            if (!image.equals(App.IMAGE) && !image.startsWith(App.IMAGE + ":")) {
                return new Waiting(
                        "ErrImagePull",
                        "the testbed runs the image "
                                + App.IMAGE
                                + " only; this is \""
                                + image
                                + "\"");
            }
        }
        return null;
    }

    /** Starts all containers; what keeps them from it, or null. */
    private Waiting create(Pod pod) {
        Environment environment = new Environment(client, pod, options.node());
        List<Map<String, String>> all = new ArrayList<>();
        try {
            for (var spec : pod.getSpec().getContainers()) {
                all.add(environment.of(spec, options.environment()));
            }
        } catch (IllegalStateException e) {
            return new Waiting("CreateContainerConfigError", e.getMessage());
        }
        for (int i = 0; i < all.size(); i++) {
            Container container =
                    new Container(
                            namespace + "/" + name,
                            pod.getSpec().getContainers().get(i).getName(),
                            this::wake);
            containers.add(container);
            container.start(all.get(i));
        }
        return null;
    }

    private long restart(Pod pod) {
        long wait = FOREVER;
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            if (container.isRunning() || !restarts(pod, container)) {
                continue;
            }
            if (!container.isBackingOff()) {
                container.backOff(options.firstBackOff(), options.longestBackOff());
            }
            long left = container.untilRestart();
            wait = Math.min(wait, left > 0 ? left + 1 : startAgain(pod, i));
        }
        return wait;
    }

    /** The milliseconds to wait where the environment can't be made now. */
    private long startAgain(Pod pod, int index) {
        Container container = containers.get(index);
        Map<String, String> environment;
        try {
            environment =
                    new Environment(client, pod, options.node())
                            .of(pod.getSpec().getContainers().get(index), options.environment());
        } catch (IllegalStateException e) {
            LOG.info("pod {}/{}: {}, trying again", namespace, name, e.getMessage());
            return 1_000;
        }
        container.clearBackOff();
        onRestart.accept(
                namespace
                        + "/"
                        + name
                        + "/"
                        + container.name()
                        + " ended with code "
                        + container.end().code()
                        + " "
                        + container.end().message());
        container.start(environment);
        return FOREVER;
    }

    private static boolean restarts(Pod pod, Container container) {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null
                || policy.equals("Always")
                || (policy.equals("OnFailure")
                        && container.end() != null
                        && container.end().code() != 0);
    }

    private String phase(Pod pod) {
        boolean failed = false;
        for (Container container : containers) {
            Container.End end = container.end();
            if (end == null || restarts(pod, container)) {
                return "Running";
            }
            failed |= end.code() != 0;
        }
        return failed ? "Failed" : "Succeeded";
    }

    private long leave(Pod pod) {
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (!stopped(grace == null ? 30 : grace)) {
            return untilKill();
        }
        LOG.info("pod {}/{} has stopped", namespace, name);
        client.raw(
                "/api/v1/namespaces/" + namespace + "/pods/" + name,
                "DELETE",
                Map.of(
                        "kind",
                        "DeleteOptions",
                        "apiVersion",
                        "v1",
                        "gracePeriodSeconds",
                        0,
                        "preconditions",
                        Map.of("uid", uid)));
        return -1;
    }

    /** Whether all has ended; asks it to end, and no longer asks when the time is over. */
    private boolean stopped(long graceSeconds) {
        long killAt = System.nanoTime() + graceSeconds * 1_000_000_000L;
        if (!stopSent) {
            stopSent = true;
            killAtNanos = killAt;
            containers.forEach(Container::stop);
        }
        killAtNanos = Math.min(killAtNanos, killAt);
        if (!killSent && System.nanoTime() >= killAtNanos) {
            killSent = true;
            containers.forEach(Container::kill);
        }
        return containers.stream().noneMatch(Container::isRunning);
    }

    private long untilKill() {
        return killSent ? FOREVER : Math.max(1, (killAtNanos - System.nanoTime()) / 1_000_000L + 1);
    }

    private void write(Pod pod, Waiting waiting, String phase) {
        PodStatus status = StatusText.of(pod, containers, waiting, phase, start);
        if (same(status, written)) {
            return;
        }
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization()
                                .asJson(
                                        new PodBuilder()
                                                .withNewMetadata()
                                                .withName(name)
                                                .withNamespace(namespace)
                                                .withUid(uid)
                                                .endMetadata()
                                                .withStatus(status)
                                                .build()));
        written = status;
    }

    /** But for the times of conditions, which come back from the API. */
    private static boolean same(PodStatus a, PodStatus b) {
        return b != null
                && a.getPhase().equals(b.getPhase())
                && a.getContainerStatuses().equals(b.getContainerStatuses());
    }
}
