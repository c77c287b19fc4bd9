package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Sites, of which some can't be reached by their Kubernetes API nor asked for their links.
 *
 * @param lost whether a site is so now
 */
record Unreachable(Sites sites, Predicate<String> lost) implements Sites {
    private void reach(String site) throws PortException {
        if (lost.test(site)) {
            throw new PortException(PortException.Kind.UNREACHABLE, site, "no route to " + site);
        }
    }

    @Override
    public Set<String> names() {
        return sites.names();
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        reach(site);
        return sites.cluster(site);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        return sites.data(source, target);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        reach(site);
        return sites.inflows(site);
    }

    @Override
    public Map<String, String> placeholders(String site) throws PortException {
        return sites.placeholders(site);
    }

    @Override
    public List<String> homes(List<String> topics) throws PortException {
        return sites.homes(topics);
    }

    @Override
    public long callTimeoutMillis() {
        return sites.callTimeoutMillis();
    }

    /** Whoever made the real ones closes them. */
    @Override
    public void close() {}
}
