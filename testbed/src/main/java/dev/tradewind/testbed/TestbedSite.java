package dev.tradewind.testbed;

import dev.tradewind.testbed.agent.Agent;
import dev.tradewind.testbed.agent.AgentOptions;
import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kafka.BrokerOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.linking.LinkingOptions;
import dev.tradewind.testbed.linking.LinkingService;
import dev.tradewind.testbed.net.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running site: Kafka, Cluster Linking, Kubernetes and the agent that runs its pods. */
public final class TestbedSite implements AutoCloseable {
    private final String name;
    private final String zone;
    private Broker broker;
    private LinkingService linking;
    private KubeApi kube;
    private Agent agent;
    private Wire peersWire;
    private Wire kubeWire;

    private TestbedSite(String name, String zone) {
        this.name = name;
        this.zone = zone;
    }

    static TestbedSite start(
            TestbedOptions.Site site,
            KubeApi.Mode mode,
            KubeOptions kube,
            boolean wires,
            LinkingOptions linking) {
        TestbedSite started = new TestbedSite(site.name(), site.zone());
        try {
            if (wires) {
                started.peersWire = Wire.open(site.name() + "-peers");
                started.broker =
                        Broker.start(
                                BrokerOptions.named(site.name())
                                        .withPeersPort(started.peersWire.port()));
                started.peersWire.leadTo(started.broker.peersTarget());
            } else {
                started.broker = Broker.start(site.name());
            }
            started.linking = LinkingService.start(started.broker, linking);
            started.kube = KubeApi.start(mode, kube);
            if (wires) {
                started.lead(kube.kubeconfig());
            }
            started.startAgent();
            return started;
        } catch (IOException e) {
            started.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** Everybody finds the Kubernetes API by the kubeconfig, so over the wire from now on. */
    private void lead(Path kubeconfig) throws IOException {
        URI direct = URI.create(kube.url());
        kubeWire = Wire.open(name + "-kubernetes");
        kubeWire.leadTo(direct.getPort());
        Files.writeString(
                kubeconfig,
                Files.readString(kubeconfig)
                        .replace(
                                kube.url(),
                                kube.url().replace(":" + direct.getPort(), ":" + kubeWire.port())));
    }

    /** From all other sites' links to this one's Kafka; null where there are no wires. */
    public Wire peersWire() {
        return peersWire;
    }

    /**
     * From everybody, the agent too, to the Kubernetes API; {@link KubeApi#url} passes it by. Null
     * where there are no wires.
     */
    public Wire kubeWire() {
        return kubeWire;
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
        if (peersWire != null) {
            peersWire.close();
        }
        if (kubeWire != null) {
            kubeWire.close();
        }
    }
}
