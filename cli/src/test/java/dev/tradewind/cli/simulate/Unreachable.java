package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.function.Predicate;

/** Sites, of which some can't be reached by their Kubernetes API nor asked for their links. */
final class Unreachable extends SameSites {
    private final Predicate<String> lost;

    /**
     * @param lost whether a site is so now
     */
    Unreachable(Sites sites, Predicate<String> lost) {
        super(sites);
        this.lost = lost;
    }

    private void reach(String site) throws PortException {
        if (lost.test(site)) {
            throw new PortException(PortException.Kind.UNREACHABLE, site, "no route to " + site);
        }
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        reach(site);
        return super.cluster(site);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        reach(site);
        return super.inflows(site);
    }
}
