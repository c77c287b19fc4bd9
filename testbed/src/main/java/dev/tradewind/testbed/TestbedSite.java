package dev.tradewind.testbed;

import dev.tradewind.testbed.agent.Agent;
import dev.tradewind.testbed.agent.AgentOptions;
import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.linking.LinkingService;
import java.nio.file.Path;
import java.util.List;

/** A running site: Kafka, Cluster Linking, Kubernetes and the agent that runs its pods. */
public final class TestbedSite implements AutoCloseable {
    private final String name;
    private final String zone;
    private Broker broker;
    private LinkingService linking;
    private KubeApi kube;
    private Agent agent;

    private TestbedSite(String name, String zone) {
        this.name = name;
        this.zone = zone;
    }

    static TestbedSite start(
            TestbedOptions.Site site, KubeApi.Mode mode, Path kubeconfig, List<String> namespaces) {
        TestbedSite started = new TestbedSite(site.name(), site.zone());
        try {
            started.broker = Broker.start(site.name());
            started.linking = LinkingService.start(started.broker);
            started.kube =
                    KubeApi.start(mode, new KubeOptions(site.name(), kubeconfig, namespaces));
            started.startAgent();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    public String name() {
        return name;
    }

    public String zone() {
        return zone;
    }

    public Broker broker() {
        return broker;
    }

    public LinkingService linking() {
        return linking;
    }

    public KubeApi kube() {
        return kube;
    }

    /** The present agent; null after {@link #crashNode()} until {@link #startAgent()}. */
    public synchronized Agent agent() {
        return agent;
    }

    /** The node dies with all that runs on it; the API still shows its pods as they were. */
    public synchronized void crashNode() {
        if (agent != null) {
            agent.crash();
            agent = null;
        }
    }

    /** The node comes (back): it starts the pods that it finds. Nothing where it is there. */
    public synchronized void startAgent() {
        if (agent == null) {
            agent = Agent.start(AgentOptions.of(name, kube.kubeconfig()));
        }
    }

    /** Kafka and its Cluster Linking API stop answering. */
    public void stopKafka() {
        linking.suspend();
        broker.stop();
    }

    /** They are back, with their data, at the same addresses. */
    public void startKafka() {
        broker.restart();
        linking.resume();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (agent != null) {
                agent.close();
                agent = null;
            }
        }
        if (linking != null) {
            linking.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (kube != null) {
            kube.close();
        }
    }
}
