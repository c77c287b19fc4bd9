package dev.tradewind.job.recovery;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.Recovered;
import dev.tradewind.job.placement.RecoveryPort;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.recovery.SiteScan;
import dev.tradewind.sinks.recovery.SiteScan.Found;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known outside of the job: the placements that it published last, and what the sites have.
 * A site that doesn't answer may have a higher epoch than any that is seen: the workloads that it
 * may have are told apart, see {@link Recovered#unasked}, and no other is held up by it.
 */
public final class Recovery implements RecoveryPort {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long serialVersionUID = 1L;
    private static final long TIMEOUT_MILLIS = 30_000;

    private final String bootstrapServers;
    private final String topic;
    private final HashMap<String, String> clients;
    private final String connections;
    private final long callTimeoutMillis;
    private final HashSet<String> namespaces;

    /**
     * @param clients properties of Kafka clients
     */
    public Recovery(TradewindOptions options, Map<String, String> clients) {
        this.bootstrapServers = options.get(TradewindOptions.BOOTSTRAP_SERVERS);
        this.topic = options.get(TradewindOptions.PLACEMENTS);
        this.clients = new HashMap<>(clients);
        this.connections = options.get(TradewindOptions.CONNECTIONS_DIR);
        this.callTimeoutMillis = options.get(TradewindOptions.CALL_TIMEOUT);
        this.namespaces = new HashSet<>(options.get(TradewindOptions.RECOVERY_NAMESPACES));
    }

    @Override
    public List<Recovered> recover(Map<String, String> byCatalog) throws IOException {
        Map<String, Placement> placements =
                LastPlacements.read(bootstrapServers, topic, clients, TIMEOUT_MILLIS);
        SiteScan.Result seen;
        try (ConnectedSites sites = new ConnectedSites(Path.of(connections), callTimeoutMillis)) {
            seen = SiteScan.scan(sites.named(byCatalog), namespaces);
        }
        List<Recovered> all = join(placements, seen.workloads(), seen.unreachable().keySet());
        if (!seen.unreachable().isEmpty()) {
            LOG.error(
                    "the job starts without state and has to know what runs where, but can't ask {};"
                            + " held until it answers or a person asks for them (resume): {}",
                    seen.unreachable(),
                    all.stream()
                            .filter(r -> !r.unasked().isEmpty())
                            .map(Recovered::workload)
                            .toList());
        }
        return all;
    }

    /**
     * Pure: what both say of each workload. A site that could not be asked concerns those that were
     * placed there or whose topics are, and those that have had a command since their placement was
     * published, for it may have gone there.
     */
    static List<Recovered> join(
            Map<String, Placement> placements,
            Map<String, List<Found>> found,
            Set<String> unreachable) {
        Set<String> names = new TreeSet<>(placements.keySet());
        names.addAll(found.keySet());
        List<Recovered> all = new ArrayList<>();
        for (String name : names) {
            Placement placement = placements.get(name);
            List<Found> at = found.getOrDefault(name, List.of());
            long highest = placement == null ? 0 : placement.epoch();
            for (Found each : at) {
                highest = Math.max(highest, each.epoch());
            }
            // Where it runs counts for more than where objects of it merely are.
            Found best =
                    at.stream()
                            .filter(Found::exists)
                            .max(
                                    Comparator.comparing(Found::running)
                                            .thenComparingLong(Found::epoch))
                            .orElse(null);
            all.add(
                    new Recovered(
                            name,
                            highest,
                            placement,
                            best == null ? null : best.site(),
                            best == null ? 0 : best.epoch(),
                            unasked(placement, highest, unreachable),
                            old(at, best)));
        }
        return all;
    }

    /** Where it runs by an older epoch than where it runs by the highest. */
    private static List<String> old(List<Found> at, Found best) {
        return best == null || !best.running()
                ? List.of()
                : at.stream()
                        .filter(Found::running)
                        .filter(each -> each.epoch() < best.epoch())
                        .map(Found::site)
                        .sorted()
                        .toList();
    }

    private static List<String> unasked(
            Placement placement, long highest, Set<String> unreachable) {
        if (placement == null || highest > placement.epoch()) {
            return List.copyOf(new TreeSet<>(unreachable));
        }
        return Stream.of(placement.site(), placement.target(), placement.dataHome())
                .filter(site -> site != null && unreachable.contains(site))
                .distinct()
                .sorted()
                .toList();
    }
}
