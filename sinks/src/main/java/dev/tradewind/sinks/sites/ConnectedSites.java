package dev.tradewind.sinks.sites;

import dev.tradewind.sinks.connection.Connection;
import dev.tradewind.sinks.connection.ConnectionException;
import dev.tradewind.sinks.connection.Connections;
import dev.tradewind.sinks.kubernetes.KubernetesClients;
import dev.tradewind.sinks.kubernetes.KubernetesCluster;
import dev.tradewind.sinks.kubernetes.Throttle;
import dev.tradewind.sinks.linking.LinkedDataPlane;
import dev.tradewind.sinks.linking.LinkedInflows;
import dev.tradewind.sinks.linking.SiteData;
import dev.tradewind.sinks.linking.TopicHome;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sites of a directory of connection files; a connection is found by the site's name, or by the
 * one that the catalog gives, see {@link #named}. When a file or a credential in it changes, the
 * clients are made anew, and the old ones are closed once no call can be under way on them.
 */
public final class ConnectedSites implements Sites {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectedSites.class);
    private static final AtomicInteger THREADS = new AtomicInteger();

    /** Whose clients these are; itself, but for {@link #named}. */
    private final ConnectedSites owner;

    /** By site the name of its connection, where that isn't the site's. */
    private final Map<String, String> named;

    private final Connections connections;
    private final long callTimeoutMillis;
    private final Map<Key, Open> open = new HashMap<>();
    private final List<Retired> retired = new ArrayList<>();
    private final ExecutorService executor;
    private boolean closed;
    private volatile String lastProblem;

    /** When all of them could be read last; as many as there are connections. */
    private volatile Set<String> lastNames = Set.of();

    private record Key(String site, String connection) {}

    private record Open(String version, KubernetesCluster cluster, SiteData data) {
        void close() {
            cluster.close();
            data.close();
        }
    }

    private record Retired(Open open, long sinceNanos) {}

    /**
     * @param directory of connection files
     * @param callTimeoutMillis of each call to a cluster or data plane
     */
    public ConnectedSites(Path directory, long callTimeoutMillis) {
        this.owner = this;
        this.named = Map.of();
        this.connections = new Connections(directory);
        this.callTimeoutMillis = callTimeoutMillis;
        this.executor =
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread =
                                    new Thread(task, "tradewind-look-" + THREADS.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    private ConnectedSites(ConnectedSites owner, Map<String, String> named) {
        this.owner = owner;
        this.named = Map.copyOf(named);
        this.connections = owner.connections;
        this.callTimeoutMillis = owner.callTimeoutMillis;
        this.executor = owner.executor;
    }

    @Override
    public ConnectedSites named(Map<String, String> byCatalog) {
        return byCatalog == null ? owner : new ConnectedSites(owner, byCatalog);
    }

    /**
     * The sites of the catalog that have a connection, and the connections that no site of it
     * names: those of sites that have left it. What can't be read just now is not gone: a site that
     * it may be of is there, and can't be asked.
     *
     * @throws ConnectionException where nothing can be read, and nothing could be so far
     */
    @Override
    public Set<String> names() {
        Listing there = owner.listing();
        Set<String> sites = new TreeSet<>(there.names());
        sites.removeAll(named.values());
        sites.removeAll(named.keySet());
        named.forEach(
                (site, connection) -> {
                    if (!there.whole() || there.names().contains(connection)) {
                        sites.add(site);
                    }
                });
        if (sites.isEmpty() && !there.whole()) {
            throw new ConnectionException(lastProblem());
        }
        return sites;
    }

    /**
     * The connections that there are.
     *
     * @param whole all of them could be read
     */
    private record Listing(Set<String> names, boolean whole) {}

    private Listing listing() {
        String problem;
        Set<String> names = new TreeSet<>();
        try {
            names.addAll(connections.names());
            Collection<String> problems = connections.problems().values();
            problem = problems.isEmpty() ? null : String.join("; ", problems);
        } catch (ConnectionException e) {
            problem = e.getMessage();
        }
        if (problem == null) {
            lastProblem = null;
            lastNames = Set.copyOf(names);
            return new Listing(names, true);
        }
        // Asked for at every look: told once.
        if (!problem.equals(lastProblem)) {
            lastProblem = problem;
            LOG.warn("{}", problem);
        }
        names.addAll(lastNames);
        return new Listing(names, false);
    }

    private String lastProblem() {
        return String.valueOf(owner.lastProblem);
    }

    @Override
    public KubernetesCluster cluster(String site) throws PortException {
        return open(site).cluster;
    }

    /**
     * Whether the brokers of a site answer at all. A site without any is judged by its API alone.
     *
     * @throws PortException UNREACHABLE where they don't; of another kind where they say no
     */
    public void pingBrokers(String site) throws PortException {
        SiteData data = open(site).data;
        if (!data.hasKafka()) {
            throw new PortException(Kind.UNREACHABLE, site, site + " has no brokers");
        }
        data.ping(callTimeoutMillis);
    }

    /** Topics of a site that are mirrors now, so that nobody can write to them there. */
    public Set<String> mirrors(String site) throws PortException {
        return TopicHome.mirrors(open(site).data, callTimeoutMillis);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        return new LinkedDataPlane(
                open(source).data, open(target).data, executor, callTimeoutMillis);
    }

    /** What the filters of links into a site do with groups. */
    public LinkedInflows.Filtered filtered(String site) throws PortException {
        return inflows(site).filtered();
    }

    @Override
    public LinkedInflows inflows(String site) throws PortException {
        SiteData data = open(site).data;
        Map<String, String> links = data.links();
        for (String peer : names()) {
            if (!peer.equals(site) && !links.containsKey(peer)) {
                linkNamedBy(peer, site).ifPresent(link -> links.put(peer, link));
            }
        }
        return new LinkedInflows(data, links, executor, callTimeoutMillis);
    }

    /** A link has one name at both of its ends, so the other's connection may be the one to say. */
    private Optional<String> linkNamedBy(String peer, String site) {
        try {
            return Optional.ofNullable(connection(peer).clusterLinking())
                    .map(linking -> linking.links().get(site))
                    .map(Connection.Link::name);
        } catch (PortException e) {
            // nothing of a site that has no part may stand in the way of one that has
            LOG.debug("the connection of {} names no links: {}", peer, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Map<String, String> placeholders(String site) throws PortException {
        Connection connection = connection(site);
        Map<String, String> values = new TreeMap<>();
        values.put("name", site);
        if (connection.kafka() != null) {
            values.put("bootstrapServers", connection.kafka().bootstrapServers());
        }
        return values;
    }

    @Override
    public List<String> savepoints(String site) throws PortException {
        return connection(site).savepoints();
    }

    @Override
    public List<String> homes(List<String> topics) throws PortException {
        List<String> homes = new ArrayList<>();
        for (String site : names()) {
            SiteData data = open(site).data;
            if (data.hasKafka() && TopicHome.hasAll(data, topics, callTimeoutMillis)) {
                homes.add(site);
            }
        }
        return homes;
    }

    @Override
    public long callTimeoutMillis() {
        return callTimeoutMillis;
    }

    @Override
    public void close() {
        if (owner == this) {
            closeAll();
        }
    }

    private synchronized void closeAll() {
        closed = true;
        executor.shutdownNow();
        open.values().forEach(Open::close);
        open.clear();
        retired.forEach(r -> r.open.close());
        retired.clear();
    }

    private Connection connection(String site) throws PortException {
        try {
            return connections.get(named.getOrDefault(site, site)).of(site);
        } catch (ConnectionException e) {
            boolean invalid = !connections.problems().isEmpty();
            throw new PortException(invalid ? Kind.FATAL : Kind.REFUSED, site, e.getMessage(), e);
        }
    }

    private Open open(String site) throws PortException {
        return owner.open(new Key(site, named.getOrDefault(site, site)), site, connection(site));
    }

    private synchronized Open open(Key key, String site, Connection connection)
            throws PortException {
        if (closed) {
            throw new PortException(Kind.UNREACHABLE, site, "the sink is closing");
        }
        retire(null);
        Open present = open.get(key);
        if (present != null && present.version.equals(connection.version())) {
            return present;
        }
        Open fresh;
        Throttle throttle = new Throttle(System::nanoTime);
        try {
            fresh =
                    new Open(
                            connection.version(),
                            new KubernetesCluster(
                                    site,
                                    KubernetesClients.open(
                                            connection.kubernetes().kubeconfig(),
                                            callTimeoutMillis,
                                            throttle),
                                    callTimeoutMillis,
                                    throttle),
                            new SiteData(connection, callTimeoutMillis));
        } catch (ConnectionException e) {
            throw new PortException(Kind.FATAL, site, e.getMessage(), e);
        }
        if (present != null) {
            LOG.info("the connection of {} has changed: it is opened anew", site);
            retire(present);
        }
        open.put(key, fresh);
        return fresh;
    }

    /** A call that began on old clients ends by itself before they are closed. */
    private void retire(Open old) {
        long now = System.nanoTime();
        for (Iterator<Retired> each = retired.iterator(); each.hasNext(); ) {
            Retired one = each.next();
            if (now - one.sinceNanos > 4 * callTimeoutMillis * 1_000_000) {
                one.open.close();
                each.remove();
            }
        }
        if (old != null) {
            retired.add(new Retired(old, now));
        }
    }
}
