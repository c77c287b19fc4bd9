package dev.tradewind.cli.bench;

import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.net.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A testbed each of whose sites can fall silent: its API server, its brokers and its Cluster
 * Linking take every connection and answer nothing. Only who feeds and counts passes that by.
 */
final class WiredSites implements AutoCloseable {
    private final Map<String, Wire> linking = new TreeMap<>();
    private final Testbed testbed;

    private WiredSites(Testbed testbed) {
        this.testbed = testbed;
    }

    static WiredSites start(TestbedOptions options) {
        WiredSites sites = new WiredSites(Testbed.start(options.withWires()));
        try {
            for (TestbedSite site : sites.testbed.sites()) {
                sites.lead(site);
            }
            return sites;
        } catch (IOException e) {
            sites.close();
            throw new UncheckedIOException(e);
        }
    }

    /** By the connection's file, before anybody has read it; its kubeconfig does so already. */
    private void lead(TestbedSite site) throws IOException {
        String direct = site.linking().url();
        int port = URI.create(direct).getPort();
        Wire wire = Wire.open(site.name() + "-linking");
        linking.put(site.name(), wire);
        wire.leadTo(port);
        Path file = testbed.connectionsDir().resolve(site.name() + ".yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(site.broker().bootstrapServers(), site.broker().peersServers())
                        .replace(direct, direct.replace(":" + port, ":" + wire.port())));
    }

    Testbed testbed() {
        return testbed;
    }

    void silence(String site) {
        wires(site).forEach(Wire::silence);
    }

    void mend(String site) {
        wires(site).forEach(Wire::mend);
    }

    private List<Wire> wires(String site) {
        TestbedSite at = testbed.site(site);
        return List.of(at.kubeWire(), at.peersWire(), linking.get(site));
    }

    @Override
    public void close() {
        testbed.close();
        linking.values().forEach(Wire::close);
    }
}
