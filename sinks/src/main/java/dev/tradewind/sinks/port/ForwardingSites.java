package dev.tradewind.sinks.port;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sites that are as others, to be put around them by whoever changes some of it. */
public class ForwardingSites implements Sites {
    protected final Sites same;

    protected ForwardingSites(Sites same) {
        this.same = same;
    }

    @Override
    public Set<String> names() {
        return same.names();
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        return same.cluster(site);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        return same.data(source, target);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        return same.inflows(site);
    }

    @Override
    public Map<String, String> placeholders(String site) throws PortException {
        return same.placeholders(site);
    }

    @Override
    public List<String> savepoints(String site) throws PortException {
        return same.savepoints(site);
    }

    @Override
    public List<String> homes(List<String> topics) throws PortException {
        return same.homes(topics);
    }

    @Override
    public long callTimeoutMillis() {
        return same.callTimeoutMillis();
    }

    @Override
    public void close() {
        same.close();
    }
}
