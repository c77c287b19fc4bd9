package dev.tradewind.cli.k8s;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sites with a Kubernetes API and nothing else: workloads here have no topics. */
record FaultySites(Map<String, ? extends Cluster> clusters) implements Sites {
    @Override
    public Set<String> names() {
        return clusters.keySet();
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        Cluster cluster = clusters.get(site);
        if (cluster == null) {
            throw none(site);
        }
        return cluster;
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        throw none(source);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        throw none(site);
    }

    private static PortException none(String site) {
        return new PortException(PortException.Kind.REFUSED, site, "there is no such connection");
    }

    @Override
    public Map<String, String> placeholders(String site) {
        return Map.of("name", site);
    }

    @Override
    public List<String> homes(List<String> topics) {
        return List.of();
    }

    @Override
    public long callTimeoutMillis() {
        return FaultySite.TIMEOUT_MILLIS;
    }

    @Override
    public void close() {
        // whoever made the clusters closes them
    }
}
