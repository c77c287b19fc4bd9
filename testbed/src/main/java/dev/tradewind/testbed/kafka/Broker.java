package dev.tradewind.testbed.kafka;

import dev.tradewind.testbed.net.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this process: one KRaft node, controller and broker at once, on ports of
 * its own, with its data in a temporary directory that is deleted on {@link #close()}.
 *
 * <p>It has two listeners. {@link #bootstrapServers()} is for everybody, and refuses writes to
 * mirror topics ({@link ReadOnlyTopics}); {@link #replicationServers()} is for the copier of a
 * cluster link. Neither asks for a password and both listen on the loopback interface only.
 *
 * <p>Many can run side by side. Methods that change the state are synchronized.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final String HOST = "127.0.0.1";
    private static final int ATTEMPTS = 5;

    // Node ids name JMX beans, so they differ within the process.
    private static final AtomicInteger NODE_IDS = new AtomicInteger(1);
    private static final Set<Broker> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // Kafka ends its process where a server can't start, and this one is everybody's: the
        // exception that it throws as well says the same.
        Exit.setExitProcedure(Broker::staysUp);
        Exit.setHaltProcedure(Broker::staysUp);
        Runtime.getRuntime().addShutdownHook(new Thread(Broker::closeAll, "brokers-close"));
    }

    private final BrokerOptions options;
    private final int nodeId = NODE_IDS.getAndIncrement();
    private final String clusterId = Uuid.randomUuid().toString();
    private final Path directory;

    private Ports ports;
    private KafkaRaftServer server;
    private Admin admin;
    private boolean closed;

    private static void staysUp(int code, String message) {
        LOG.error("a broker would have ended its process with {}: {}", code, message);
    }

    private Broker(BrokerOptions options) throws IOException {
        this.options = options;
        this.directory = Files.createTempDirectory("tradewind-" + options.name() + "-");
    }

    /**
     * Formats a fresh log directory and starts a broker on it; returns when it serves requests.
     *
     * @throws IllegalStateException if it doesn't start, with Kafka's reason as the cause
     */
    public static Broker start(BrokerOptions options) {
        try {
            Broker broker = new Broker(options);
            OPEN.add(broker);
            try {
                broker.format();
                broker.startOnFreePorts();
                return broker;
            } catch (RuntimeException | IOException e) {
                broker.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Broker start(String name) {
        return start(BrokerOptions.named(name));
    }

    /** {@code host:port}, the same through stop and restart. */
    public String bootstrapServers() {
        return HOST + ":" + ports.clients;
    }

    /** {@code host:port} of the listener whose clients may write to mirror topics. */
    public String replicationServers() {
        return HOST + ":" + ports.replication;
    }

    /** {@code host:port} for the links of other sites. */
    public String peersServers() {
        return options.peersPort() == 0 ? bootstrapServers() : HOST + ":" + options.peersPort();
    }

    /** Of the listener on which it is its own controller. */
    int controllerPort() {
        return ports.controller;
    }

    /** The port to which {@link BrokerOptions#peersPort} must lead. */
    public int peersTarget() {
        return ports.peers;
    }

    public String clusterId() {
        return clusterId;
    }

    public String name() {
        return options.name();
    }

    public synchronized boolean isRunning() {
        return server != null;
    }

    /** An admin client of this cluster, shared and closed with the broker; with short timeouts. */
    public synchronized Admin admin() {
        if (closed) {
            throw new IllegalStateException("broker " + name() + " is closed");
        }
        if (admin == null) {
            Map<String, Object> properties = new HashMap<>();
            properties.put("bootstrap.servers", bootstrapServers());
            properties.put("client.id", name() + "-" + nodeId + "-admin");
            properties.put("metric.reporters", "");
            properties.put("reconnect.backoff.max.ms", "500");
            properties.put("default.api.timeout.ms", "15000");
            properties.put("request.timeout.ms", "10000");
            admin = Admin.create(properties);
        }
        return admin;
    }

    /** Stops the broker and keeps its data and ports; nothing if it is stopped. */
    public synchronized void stop() {
        if (server != null) {
            KafkaRaftServer running = server;
            server = null;
            running.shutdown();
            running.awaitShutdown();
        }
    }

    /** Starts a stopped broker on the same ports and data; nothing if it runs. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("broker " + name() + " is closed");
        }
        if (server == null) {
            server = startOn(ports);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        try {
            stop();
        } finally {
            OPEN.remove(this);
            ReadOnlyTopics.forget(clusterId);
            delete(directory);
        }
    }

    private void format() throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                    .setNodeId(nodeId)
                    .setClusterId(clusterId)
                    .setControllerListenerName(ListenerPrincipals.CONTROLLER)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(
                    "formatting " + directory + " failed: " + said.toString(StandardCharsets.UTF_8),
                    e);
        }
    }

    /** Between choosing a free port and listening on it another process may take it. */
    private synchronized void startOnFreePorts() throws IOException {
        for (int attempt = 1; ; attempt++) {
            ports = Ports.free();
            try {
                server = startOn(ports);
                return;
            } catch (IllegalStateException e) {
                if (attempt == ATTEMPTS || !isBindClash(e)) {
                    throw e;
                }
                LOG.info(
                        "ports {} of broker {} were taken meanwhile, choosing others",
                        ports,
                        name());
            }
        }
    }

    private static boolean isBindClash(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.BindException) {
                return true;
            }
        }
        return false;
    }

    private KafkaRaftServer startOn(Ports on) {
        long begin = System.nanoTime();
        KafkaRaftServer starting = null;
        try {
            starting = new KafkaRaftServer(new KafkaConfig(properties(on), false), Time.SYSTEM);
            starting.startup();
            LOG.info(
                    "broker {} serves at {}:{} after {} ms",
                    name(),
                    HOST,
                    on.clients,
                    (System.nanoTime() - begin) / 1_000_000);
            return starting;
        } catch (Exception e) {
            IllegalStateException failure =
                    new IllegalStateException("broker " + name() + " doesn't start", e);
            if (starting != null) {
                try {
                    starting.shutdown();
                } catch (RuntimeException again) {
                    failure.addSuppressed(again);
                }
            }
            throw failure;
        }
    }

    private Properties properties(Ports on) {
        Map<String, String> p = new HashMap<>();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(nodeId));
        p.put("controller.quorum.voters", nodeId + "@" + HOST + ":" + on.controller);
        p.put("log.dirs", directory.toString());
        p.put(
                "listeners",
                "CLIENTS://%s:%d,REPLICATION://%s:%d,CONTROLLER://%s:%d%s"
                        .formatted(
                                HOST,
                                on.clients,
                                HOST,
                                on.replication,
                                HOST,
                                on.controller,
                                peers(on.peers)));
        p.put(
                "advertised.listeners",
                "CLIENTS://%s:%d,REPLICATION://%s:%d%s"
                        .formatted(
                                HOST,
                                on.clients,
                                HOST,
                                on.replication,
                                peers(options.peersPort())));
        p.put(
                "listener.security.protocol.map",
                "CLIENTS:PLAINTEXT,REPLICATION:PLAINTEXT,PEERS:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("inter.broker.listener.name", ListenerPrincipals.REPLICATION);
        p.put("controller.listener.names", ListenerPrincipals.CONTROLLER);
        p.put("principal.builder.class", ListenerPrincipals.class.getName());
        p.put("authorizer.class.name", MirrorGuard.class.getName());

        p.put("num.partitions", Integer.toString(options.partitions()));
        p.put("default.replication.factor", "1");
        p.put("offsets.topic.replication.factor", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("offsets.topic.num.partitions", "2");
        p.put("transaction.state.log.num.partitions", "2");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("auto.create.topics.enable", "false");
        p.put("transaction.max.timeout.ms", "3600000");

        // Small: a dozen of them run in one process beside everything else.
        p.put("num.network.threads", "1");
        p.put("num.io.threads", "2");
        p.put("background.threads", "1");
        p.put("num.recovery.threads.per.data.dir", "1");
        p.put("num.replica.alter.log.dirs.threads", "1");
        p.put("group.coordinator.threads", "1");
        p.put("share.coordinator.threads", "1");
        p.put("log.cleaner.enable", "false");
        p.put("log.index.size.max.bytes", "65536");
        p.put("log.segment.bytes", "67108864");
        p.put("offsets.topic.segment.bytes", "16777216");
        p.put("transaction.state.log.segment.bytes", "16777216");
        p.put("socket.send.buffer.bytes", "-1");
        p.put("socket.receive.buffer.bytes", "-1");
        p.put("metric.reporters", "");

        // Quick to elect and quick to leave; patient with a machine that is busy with tests.
        p.put("controller.quorum.election.timeout.ms", "200");
        p.put("controller.quorum.election.backoff.max.ms", "100");
        p.put("broker.heartbeat.interval.ms", "500");
        p.put("broker.session.timeout.ms", "60000");
        p.put("controlled.shutdown.enable", "true");
        // No records of nothing: they cost a write every half second in an idle cluster.
        p.put("metadata.max.idle.interval.ms", "0");

        p.putAll(options.overrides());
        Properties properties = new Properties();
        properties.putAll(p);
        return properties;
    }

    /** A listener of their own, for who connects to one is told its address again. */
    private String peers(int port) {
        return options.peersPort() == 0 ? "" : ",PEERS://" + HOST + ":" + port;
    }

    private static void closeAll() {
        List<Thread> closing = new ArrayList<>();
        for (Broker broker : OPEN) {
            Thread thread = new Thread(broker::close, "close-" + broker.name());
            thread.start();
            closing.add(thread);
        }
        for (Thread thread : closing) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} could not be deleted", directory, e);
        }
    }

    private record Ports(int clients, int replication, int controller, int peers) {
        static Ports free() {
            int[] free = FreePorts.some(4);
            return new Ports(free[0], free[1], free[2], free[3]);
        }
    }
}
