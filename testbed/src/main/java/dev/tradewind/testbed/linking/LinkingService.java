package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kafka.TopicDeletions;
import dev.tradewind.testbed.net.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * Cluster Linking for one broker: the REST API at {@link #url()}, and what stands behind it. Links
 * are made through the API, with {@code bootstrap.servers} of the remote broker.
 *
 * <p>With the real thing the API lives in the broker and dies with it: {@link #suspend()} and
 * {@link #resume()} do that for the API's part; what the links know stays, as it would on disk.
 */
public final class LinkingService implements AutoCloseable {
    private final Broker broker;
    private final LinkingOptions options;
    private final Faults faults = new Faults();
    private final Admin admin;
    private final Local local;
    private final Links links;
    private final int port;
    private RestServer server;
    private volatile boolean up;

    private LinkingService(Broker broker, LinkingOptions options) throws IOException {
        this.broker = broker;
        this.options = options;
        this.admin = Kafka.admin(broker.replicationServers(), "linking-" + broker.name());
        this.local =
                new Local(
                        broker.name(),
                        broker.clusterId(),
                        admin,
                        broker.replicationServers(),
                        faults,
                        this::links);
        this.links = new Links(local, options.propagation());
        TopicDeletions.listen(
                broker.clusterId(), topic -> links.all().forEach(link -> link.deleting(topic)));
        faults.onChange(() -> links.all().forEach(Link::changed));
        this.port = FreePorts.one();
        this.server = serve();
        this.up = true;
    }

    /** Starts the service of a running broker on a free port. */
    public static LinkingService start(Broker broker, LinkingOptions options) {
        try {
            LinkingService service = new LinkingService(broker, options);
            Peers.add(service);
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static LinkingService start(Broker broker) {
        return start(broker, LinkingOptions.open());
    }

    /**
     * Makes one bidirectional link, which is a link of the same name at both sides.
     *
     * @param configs of both sides, beside {@code link.mode} and {@code bootstrap.servers}
     * @throws IllegalStateException if either side refuses, with its reason
     */
    public static void connect(
            LinkingService one, LinkingService other, String name, Map<String, String> configs) {
        one.linkTo(other, name, configs);
        other.linkTo(one, name, configs);
    }

    private void linkTo(LinkingService remote, String name, Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(configs);
        all.put(LinkConfigs.MODE, "BIDIRECTIONAL");
        all.put(LinkConfigs.BOOTSTRAP, remote.broker.peersServers());
        try {
            links.create(name, new LinkConfigs(all), remote.clusterId(), null, true, false);
        } catch (ApiException e) {
            throw new IllegalStateException(
                    "link " + name + " at " + broker.name() + ": " + e.getMessage(), e);
        }
    }

    /** Base address, with Confluent Server's prefix and without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port + "/kafka/v3";
    }

    public String clusterId() {
        return broker.clusterId();
    }

    public Faults faults() {
        return faults;
    }

    /** The API stops answering; nothing if it does already. Stop the broker beside it. */
    public synchronized void suspend() {
        if (server != null) {
            up = false;
            server.close();
            server = null;
        }
    }

    /** The API answers again, at the same address. */
    public synchronized void resume() {
        if (server == null) {
            try {
                server = serve();
                up = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    boolean isUp() {
        return up && broker.isRunning();
    }

    private Collection<Link> links() {
        return links.all();
    }

    Optional<Link> link(String name) {
        return links.find(name);
    }

    private RestServer serve() throws IOException {
        return new RestServer(
                broker.name(),
                port,
                broker.clusterId(),
                base -> new Routes(links, local, new Views(base)),
                options,
                faults);
    }

    @Override
    public synchronized void close() {
        suspend();
        Peers.remove(this);
        TopicDeletions.leave(broker.clusterId());
        links.close();
        admin.close(Duration.ZERO);
    }
}
