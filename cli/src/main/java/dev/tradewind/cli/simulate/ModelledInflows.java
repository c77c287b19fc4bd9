package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Caller.Call;
import dev.tradewind.cli.simulate.Network.Plane;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The links into one site as one process sees them. There is no conditional write: filters are
 * read, changed and written back whole, and what another has written in between is lost.
 */
final class ModelledInflows implements Inflows {
    private final Caller caller;
    private final Kafka kafka;
    private final Set<String> editing;

    /**
     * @param editing links that this process is about to write, one at a time
     */
    ModelledInflows(Caller caller, String site, Set<String> editing) {
        this.caller = caller;
        this.kafka = caller.world.site(site).kafka;
        this.editing = editing;
    }

    @Override
    public String site() {
        return kafka.site;
    }

    @Override
    public Map<String, Inflow> observe(Collection<String> groups) throws PortException {
        return caller.read(
                caller.begin(kafka.site, Plane.DATA),
                () -> {
                    Map<String, Inflow> inflows = new TreeMap<>();
                    kafka.links.forEach(
                            (peer, end) -> {
                                Map<String, Sync> syncs = new HashMap<>();
                                groups.forEach(
                                        g ->
                                                syncs.put(
                                                        g,
                                                        end.excluded.contains(g)
                                                                ? Sync.EXCLUDED
                                                                : Sync.SYNCED));
                                inflows.put(peer, new Inflow("link", end.everyMillis, syncs));
                            });
                    return inflows;
                });
    }

    @Override
    public void exclude(Map<String, List<String>> groups) throws PortException {
        edit("exclude", groups);
    }

    @Override
    public void include(Map<String, List<String>> groups) throws PortException {
        edit("include", groups);
    }

    private void edit(String what, Map<String, List<String>> groups) throws PortException {
        Call call = caller.begin(kafka.site, Plane.DATA);
        for (Map.Entry<String, List<String>> from : new TreeMap<>(groups).entrySet()) {
            LinkEnd end = kafka.links.get(from.getKey());
            String lock = kafka.site + " " + from.getKey();
            if (!editing.add(lock)) {
                // held by another of its threads, which can't go on before this one has
                throw new PortException(
                        PortException.Kind.RETRY, kafka.site, "another edits the filters");
            }
            try {
                Set<String> before = caller.read(call, () -> new TreeSet<>(end.excluded));
                Set<String> after = new TreeSet<>(before);
                if (what.equals("exclude")) {
                    after.addAll(from.getValue());
                } else {
                    after.removeAll(from.getValue());
                }
                if (!after.equals(before)) {
                    caller.write(
                            call,
                            what + " " + from.getValue() + " from " + from.getKey(),
                            () -> {
                                end.exclude(after, caller.world.late);
                                return null;
                            });
                }
            } finally {
                editing.remove(lock);
            }
        }
    }
}
