package dev.tradewind.cli.chaos;

import dev.tradewind.testbed.TestbedSite;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at the pods of all sites, in turn and without pause, past everything that can be cut. Two
 * copies are seen where one pod runs, then one at another site, then the first one still.
 */
final class TwoCopies implements AutoCloseable {
    private static final long PAUSE_NANOS = 20_000_000;

    private record Seen(String site, Set<String> pods) {}

    private final List<TestbedSite> sites;
    private final List<KubernetesClient> clients;
    private final List<String> found = new CopyOnWriteArrayList<>();
    private final AtomicLong looks = new AtomicLong();
    private final Thread thread = new Thread(this::run, "two-copies");
    private volatile boolean stopped;

    private TwoCopies(List<TestbedSite> sites) {
        this.sites = sites;
        this.clients = sites.stream().map(TwoCopies::client).toList();
        thread.setDaemon(true);
    }

    /** By the API's own address, whatever the kubeconfig has. */
    private static KubernetesClient client(TestbedSite site) {
        Config config = Config.fromKubeconfig(site.kube().kubeconfig().toFile());
        config.setMasterUrl(site.kube().url());
        config.setRequestTimeout(5_000);
        config.setConnectionTimeout(5_000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    static TwoCopies watch(List<TestbedSite> sites) {
        TwoCopies watch = new TwoCopies(sites);
        watch.thread.start();
        return watch;
    }

    /** What was seen that must not be. */
    List<String> found() {
        return found;
    }

    /** How often it looked at a site. */
    long looks() {
        return looks.get();
    }

    private void run() {
        // One look at each site and the first one again: all that lies between two of one site.
        List<Seen> recent = new ArrayList<>();
        for (int i = 0; !stopped; i = (i + 1) % sites.size()) {
            try {
                recent.add(new Seen(sites.get(i).name(), running(clients.get(i))));
                looks.incrementAndGet();
                if (recent.size() > sites.size() + 1) {
                    recent.remove(0);
                }
                if (recent.size() == sites.size() + 1) {
                    compare(recent);
                }
            } catch (KubernetesClientException e) {
                recent.clear();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void compare(List<Seen> looks) {
        Seen first = looks.get(0);
        Seen again = looks.get(looks.size() - 1);
        Set<String> stayed = new HashSet<>(first.pods());
        stayed.retainAll(again.pods());
        for (Seen between : looks.subList(1, looks.size() - 1)) {
            if (!stayed.isEmpty() && !between.pods().isEmpty()) {
                found.add(first.site() + stayed + " and " + between.site() + between.pods());
            }
        }
    }

    private static Set<String> running(KubernetesClient client) {
        String answer = client.raw("/api/v1/namespaces/shop/pods");
        Set<String> pods = new HashSet<>();
        for (JsonNode pod : JsonMapper.shared().readTree(answer).path("items")) {
            for (JsonNode container : pod.path("status").path("containerStatuses")) {
                if (container.path("state").path("running").isObject()) {
                    pods.add(pod.path("metadata").path("name").asString());
                }
            }
        }
        return pods;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clients.forEach(KubernetesClient::close);
    }
}
