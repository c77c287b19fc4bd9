package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What no look tells by itself, but looks one after the other do. */
final class Comparison {
    private final Time time;

    private Map<String, List<Long>> ends = Map.of();
    private List<List<Long>> ownedEnds = List.of();
    private int still;
    private long closedSince = -1;

    /** What the source had committed when it was first seen to stand still. */
    private Noted left;

    Comparison(Time time) {
        this.time = time;
    }

    /** Log ends at the source, by topic and partition, as the last look that had them saw them. */
    Map<String, List<Long>> ends() {
        return ends;
    }

    /** In how many looks, up to the last, the source stood still and owned logs did not grow. */
    int still() {
        return still;
    }

    /** For how long no link has brought offsets of the workload's groups. */
    long closedMillis() {
        return closedSince < 0 ? 0 : time.millis() - closedSince;
    }

    void sourceRuns() {
        left = null;
    }

    void logs(Route route, Map<String, SiteState> states, Map<String, TopicState> topics) {
        List<List<Long>> now =
                route.owned().stream()
                        .map(t -> topics.containsKey(t) ? sourceEnds(topics.get(t)) : null)
                        .toList();
        boolean complete = now.stream().allMatch(ends -> ends != null && !ends.contains(-1L));
        SiteState source = route.vacates() ? states.get(route.source()) : null;
        boolean stopped =
                !route.vacates() || source != null && source.reachable() && source.app().stopped();
        if (!complete || !stopped) {
            still = 0;
            ownedEnds = List.of();
        } else {
            still = now.equals(ownedEnds) ? still + 1 : 1;
            ownedEnds = now;
        }
        ends = sourceEnds(topics);
    }

    /** A look in which a site's links could not be seen says nothing of them. */
    void links(Route route, Map<String, Map<String, Inflow>> inflows) {
        boolean open =
                route.offsetSites().stream()
                        .flatMap(site -> inflows.getOrDefault(site, Map.of()).values().stream())
                        .anyMatch(
                                link ->
                                        route.groups().stream()
                                                .anyMatch(g -> link.sync(g) == Sync.SYNCED));
        if (open) {
            closedSince = -1;
        } else if (closedSince < 0 && inflows.keySet().containsAll(route.offsetSites())) {
            closedSince = time.millis();
        }
    }

    /**
     * Of a source that stands still only for a move nothing is written down: this actuator knows it
     * as long as it goes on, and another that takes it up begins anew.
     *
     * @return the source with what is known of that
     */
    SiteState left(Route route, long epoch, SiteState source, Map<String, GroupState> groups) {
        if (!source.app().exists() || !source.app().stopped()) {
            left = null;
            return source;
        }
        if (left == null && groups.keySet().containsAll(route.groups())) {
            Map<String, Map<TopicPartition, Long>> read = new TreeMap<>();
            route.groups().forEach(group -> read.put(group, groups.get(group).source()));
            // one that stood still before may have been reset by a person since
            boolean ours = source.app().applied(epoch, Mode.STOPPED);
            left = Noted.of(read).map(n -> ours ? n.inPassing() : n).orElse(null);
        }
        return new SiteState(true, source.app().noting(left), null);
    }

    private static Map<String, List<Long>> sourceEnds(Map<String, TopicState> topics) {
        Map<String, List<Long>> ends = new TreeMap<>();
        topics.forEach((topic, state) -> ends.put(topic, sourceEnds(state)));
        return ends;
    }

    /** By partition number; -1 where it is not known. */
    private static List<Long> sourceEnds(TopicState state) {
        int count =
                state.partitions().stream().mapToInt(PartitionState::partition).max().orElse(-1)
                        + 1;
        List<Long> ends = new ArrayList<>(Collections.nCopies(count, -1L));
        state.partitions().forEach(p -> ends.set(p.partition(), p.sourceEnd()));
        return ends;
    }
}
