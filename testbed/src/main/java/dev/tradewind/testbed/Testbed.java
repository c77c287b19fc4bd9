package dev.tradewind.testbed;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.linking.FaultPort;
import dev.tradewind.testbed.linking.Faults;
import dev.tradewind.testbed.linking.LinkingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sites on this machine, all real but for their size: a Kafka broker, a Cluster Linking service, a
 * Kubernetes API and an agent each; links between each two; a control Kafka with the job's topics;
 * the files that the job needs.
 */
public final class Testbed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Testbed.class);

    private final TestbedOptions options;
    private final Path directory;
    private final Map<String, TestbedSite> sites = new LinkedHashMap<>();
    private Broker control;
    private FaultPort faultPort;

    private Testbed(TestbedOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    /**
     * Returns when everything answers.
     *
     * @throws IllegalStateException when a part doesn't come up; the others are stopped
     */
    public static Testbed start(TestbedOptions options) {
        long begin = System.nanoTime();
        Testbed testbed;
        try {
            Path directory =
                    options.directory() == null
                            ? Files.createTempDirectory("tradewind-testbed")
                            : Files.createDirectories(options.directory().toAbsolutePath());
            testbed = new Testbed(options, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the testbed", e);
        }
        try {
            testbed.startAll();
            testbed.linkAll();
            testbed.openFaultPort();
            testbed.writeFiles();
        } catch (IOException e) {
            testbed.close();
            throw new UncheckedIOException("the testbed's files can't be written", e);
        } catch (RuntimeException e) {
            testbed.close();
            throw e;
        }
        LOG.info(
                "{} sites ready after {} ms",
                testbed.sites.size(),
                (System.nanoTime() - begin) / 1_000_000);
        return testbed;
    }

    private void startAll() {
        List<Callable<Void>> parts = new ArrayList<>();
        parts.add(
                () -> {
                    Broker broker = Broker.start("control");
                    synchronized (sites) {
                        control = broker;
                    }
                    Topics.createControl(broker, options.readingsPartitions());
                    return null;
                });
        Map<String, TestbedSite> started = new LinkedHashMap<>();
        for (TestbedOptions.Site site : options.sites()) {
            parts.add(
                    () -> {
                        TestbedSite running =
                                TestbedSite.start(
                                        site,
                                        options.kubernetes(),
                                        new KubeOptions(
                                                site.name(),
                                                directory
                                                        .resolve("kubeconfigs")
                                                        .resolve(site.name()),
                                                options.namespaces(),
                                                options.controllerQps()),
                                        options.wires(),
                                        LinkingOptions.open()
                                                .withPropagation(options.propagation()));
                        synchronized (sites) {
                            started.put(site.name(), running);
                        }
                        return null;
                    });
        }
        try {
            inParallel(parts);
        } finally {
            // In the order of the options, and those that did start when another failed.
            for (TestbedOptions.Site site : options.sites()) {
                if (started.containsKey(site.name())) {
                    sites.put(site.name(), started.get(site.name()));
                }
            }
        }
    }

    private void linkAll() {
        LinkSetup links = new LinkSetup();
        eachPair(links::link);
    }

    private void openFaultPort() {
        Map<String, Faults> faults = new LinkedHashMap<>();
        sites.forEach((name, site) -> faults.put(name, site.linking().faults()));
        faultPort = FaultPort.start(faults);
    }

    private interface Pair {
        void of(TestbedSite a, TestbedSite b);
    }

    private void eachPair(Pair pair) {
        List<TestbedSite> all = new ArrayList<>(sites.values());
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                pair.of(all.get(i), all.get(j));
            }
        }
    }

    private void writeFiles() throws IOException {
        Files.createDirectories(connectionsDir());
        Files.createDirectories(catalogDir());
        Map<String, Map<String, String>> links = new LinkedHashMap<>();
        sites.keySet().forEach(name -> links.put(name, new LinkedHashMap<>()));
        eachPair(
                (a, b) -> {
                    links.get(a.name()).put(b.name(), LinkSetup.name(a, b));
                    links.get(b.name()).put(a.name(), LinkSetup.name(a, b));
                });
        for (TestbedSite site : sites.values()) {
            Files.writeString(
                    connectionFile(site.name()),
                    SiteFiles.connection(site, links.get(site.name())));
        }
        if (options.catalog()) {
            Files.writeString(
                    catalogDir().resolve("sites.yaml"), SiteFiles.catalogSites(options.sites()));
            Files.writeString(
                    catalogDir().resolve("policy.yaml"),
                    SiteFiles.catalogPolicy(options.namespaces()));
        }
    }

    private Path connectionFile(String site) {
        return connectionsDir().resolve(site + ".yaml");
    }

    /** In the order of the options. */
    public Collection<TestbedSite> sites() {
        return List.copyOf(sites.values());
    }

    /**
     * @throws IllegalArgumentException naming the sites there are
     */
    public TestbedSite site(String name) {
        TestbedSite site = sites.get(name);
        if (site == null) {
            throw new IllegalArgumentException(
                    "there is no site " + name + ", only " + sites.keySet());
        }
        return site;
    }

    public Broker control() {
        return control;
    }

    /** Bootstrap servers of the Kafka that has the {@code tradewind.*} topics. */
    public String controlServers() {
        return control.bootstrapServers();
    }

    /** Bootstrap servers of a site. */
    public String bootstrapServers(String site) {
        return site(site).broker().bootstrapServers();
    }

    /** Address under which the Cluster Linking services are told to misbehave. */
    public String adminUrl() {
        return faultPort.url();
    }

    public Path catalogDir() {
        return directory.resolve("catalog");
    }

    public Path connectionsDir() {
        return directory.resolve("connections");
    }

    /** Creates a topic at a site; it can be written to when this returns. */
    public void createTopic(String site, String topic, int partitions) {
        Topics.create(site(site).broker(), List.of(new NewTopic(topic, partitions, (short) 1)));
    }

    public Endpoints endpoints() {
        List<Endpoints.Site> all = new ArrayList<>();
        for (TestbedSite site : sites.values()) {
            all.add(
                    new Endpoints.Site(
                            site.name(),
                            site.zone(),
                            site.broker().bootstrapServers(),
                            site.broker().clusterId(),
                            site.linking().url(),
                            site.kube().kubeconfig().toAbsolutePath().toString(),
                            connectionFile(site.name()).toString()));
        }
        return new Endpoints(
                new Endpoints.Control(controlServers()),
                all,
                catalogDir().toString(),
                connectionsDir().toString(),
                adminUrl());
    }

    /** Writes the endpoints as JSON, in one step. */
    public void writeEndpoints(Path file) {
        try {
            endpoints().write(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void close() {
        if (faultPort != null) {
            faultPort.close();
        }
        List<Callable<Void>> parts = new ArrayList<>();
        for (TestbedSite site : sites.values()) {
            parts.add(
                    () -> {
                        site.close();
                        return null;
                    });
        }
        if (control != null) {
            parts.add(
                    () -> {
                        control.close();
                        return null;
                    });
        }
        try {
            inParallel(parts);
        } finally {
            if (options.directory() == null) {
                delete(directory);
            }
        }
    }

    /** Waits for all; the first failure is thrown when all have ended. */
    private static void inParallel(List<Callable<Void>> parts) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, parts.size()));
        RuntimeException failure = null;
        try {
            for (Future<Void> part : threads.invokeAll(parts)) {
                try {
                    part.get();
                } catch (ExecutionException e) {
                    if (failure == null) {
                        failure =
                                new IllegalStateException(
                                        "a part of the testbed failed: "
                                                + e.getCause().getMessage(),
                                        e.getCause());
                    } else {
                        failure.addSuppressed(e.getCause());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot delete {}: {}", directory, e.toString());
        }
    }
}
