package dev.tradewind.job.recovery;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.ProbePort;
import dev.tradewind.sinks.recovery.SiteProbe;
import dev.tradewind.sinks.recovery.Traces;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Asks the sites of the connection files; its clients are kept between two times. */
public final class Probe implements ProbePort {
    private static final long serialVersionUID = 1L;

    private final String connections;
    private final long callTimeoutMillis;
    private transient ConnectedSites sites;

    public Probe(TradewindOptions options) {
        this.connections = options.get(TradewindOptions.CONNECTIONS_DIR);
        this.callTimeoutMillis = options.get(TradewindOptions.CALL_TIMEOUT);
    }

    @Override
    public Map<String, Optional<String>> probe(Map<String, String> byCatalog) {
        return SiteProbe.ask(open().named(byCatalog), byCatalog.keySet());
    }

    @Override
    public Map<String, Traces> traces(Map<String, String> byCatalog) {
        return Traces.ask(open().named(byCatalog), byCatalog.keySet());
    }

    private synchronized ConnectedSites open() {
        if (sites == null) {
            sites = new ConnectedSites(Path.of(connections), callTimeoutMillis);
        }
        return sites;
    }

    @Override
    public synchronized void close() {
        if (sites != null) {
            sites.close();
            sites = null;
        }
    }
}
