package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.actuator.TestingWorld.LinkEnd;
import dev.tradewind.sinks.actuator.TestingWorld.Site;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The links into one site of a {@link TestingWorld}; they know one group. */
final class TestingInflows implements Inflows {
    private final TestingWorld world;
    private final Site site;

    TestingInflows(TestingWorld world, Site site) {
        this.world = world;
        this.site = site;
    }

    @Override
    public String site() {
        return site.name;
    }

    @Override
    public Map<String, Inflow> observe(Collection<String> groups) throws PortException {
        synchronized (world) {
            world.reach(site.name);
            if (site.linksDown) {
                throw new PortException(
                        PortException.Kind.UNREACHABLE, site.name, "no links to be seen");
            }
            Map<String, Inflow> inflows = new TreeMap<>();
            site.links.forEach(
                    (peer, end) ->
                            inflows.put(
                                    peer,
                                    new Inflow(
                                            "link",
                                            end.every,
                                            Map.of(TestingWorld.GROUP, end.sync))));
            return inflows;
        }
    }

    @Override
    public void exclude(Map<String, List<String>> groups) throws PortException {
        change(groups, Sync.EXCLUDED);
    }

    @Override
    public void include(Map<String, List<String>> groups) throws PortException {
        change(groups, Sync.SYNCED);
    }

    private void change(Map<String, List<String>> groups, Sync to) throws PortException {
        synchronized (world) {
            world.reach(site.name);
            for (String peer : new TreeMap<>(groups).keySet()) {
                LinkEnd end = site.links.get(peer);
                if (end.sync != to) {
                    world.effect(
                            to + " " + TestingWorld.GROUP + " at " + site.name + " from " + peer,
                            site.name,
                            () -> end.sync = to);
                }
            }
        }
    }
}
