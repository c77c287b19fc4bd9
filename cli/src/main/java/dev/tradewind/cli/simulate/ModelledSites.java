package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Network.Plane;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The sites as one process sees them. */
final class ModelledSites implements Sites {
    private final Caller caller;
    private final Map<String, Cluster> clusters = new HashMap<>();
    private final Set<String> editing = new TreeSet<>();

    ModelledSites(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(caller.world.sites.keySet());
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        known(site);
        return clusters.computeIfAbsent(site, s -> new ModelledCluster(caller, s));
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        known(source);
        known(target);
        return new ModelledData(caller, source, target);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        known(site);
        return new ModelledInflows(caller, site, editing);
    }

    private void known(String site) throws PortException {
        if (!caller.world.sites.containsKey(site)) {
            throw new PortException(
                    PortException.Kind.REFUSED, site, "there is no connection for site " + site);
        }
    }

    @Override
    public Map<String, String> placeholders(String site) {
        return Map.of("name", site, "bootstrapServers", site + ":9092");
    }

    @Override
    public List<String> homes(List<String> topics) throws PortException {
        List<String> homes = new ArrayList<>();
        for (Place site : caller.world.sites.values()) {
            boolean all =
                    caller.read(
                            caller.begin(site.name, Plane.DATA),
                            () ->
                                    topics.stream()
                                            .map(site.kafka.topics::get)
                                            .allMatch(t -> t != null && t.writable()));
            if (all) {
                homes.add(site.name);
            }
        }
        return homes;
    }

    @Override
    public long callTimeoutMillis() {
        return Plan.CALL_TIMEOUT;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
