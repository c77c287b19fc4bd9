package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.Loss;
import dev.tradewind.sinks.handover.Cut;
import dev.tradewind.sinks.port.Mark;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What failovers have announced: at which sites a copy may go on although it runs elsewhere, and
 * how many records may be missing or done again. It is announced by the mark that is written before
 * the first topic changes sides.
 */
final class Announced {
    private final World world;

    /** By workload, sites where an old copy may go on; the epoch that is in force elsewhere. */
    private final Map<String, Map<String, Long>> old = new HashMap<>();

    /** By workload and epoch of a failover, at most so many records are done again. */
    private final Map<String, Map<Long, Long>> repeated = new HashMap<>();

    /** By workload, so many records were cut off. */
    private final Map<String, Long> truncated = new HashMap<>();

    /** By workload and site, so many were counted beyond the cut, and are there still. */
    private final Map<String, Map<String, Long>> beyond = new HashMap<>();

    Announced(World world) {
        this.world = world;
    }

    /** A mark is written at a site; one of a failover says that others may go on. */
    void marked(String workload, String site, Mark mark) {
        Loss loss = Cut.parse(mark.note());
        if (mark.kind() == Mark.Kind.CUT && loss.truncated() != null) {
            beyond.computeIfAbsent(workload, w -> new TreeMap<>()).put(site, loss.truncated());
        }
        boolean over = mark.cuts(mark.epoch()) && loss.missing() != null;
        if (!over) {
            return;
        }
        repeated.computeIfAbsent(workload, w -> new TreeMap<>())
                .put(mark.epoch(), loss.repeated() == null ? 0 : loss.repeated());
        if (mark.kind() == Mark.Kind.COUNTED) {
            world.tally.count("failovers counted");
            return;
        }
        world.tally.count("failovers");
        for (Place place : world.sites.values()) {
            if (!place.name.equals(site) && place.apps.get(workload).desired() > 0) {
                old.computeIfAbsent(workload, w -> new TreeMap<>()).put(place.name, mark.epoch());
            }
        }
    }

    /** Topics of a lost site are cut back: that was counted before, to the record. */
    void truncated(String workload, String site, Topic topic, int[] ends) {
        long lost = 0;
        for (int p = 0; p < ends.length; p++) {
            lost += Math.max(0, topic.partitions.get(p).size() - ends[p]);
        }
        truncated.merge(workload, lost, Long::sum);
        beyond.getOrDefault(workload, new TreeMap<>()).remove(site);
        world.tally.count("topics cut back");
        Loss told = Cut.parse(world.app(site, workload).mark.note());
        if (told.truncated() == null) {
            world.violate("%s at %s is cut back, and nobody has counted it", topic.name, site);
        } else if (told.truncated() != lost) {
            world.violate(
                    "%s at %s loses %d records, and %d were announced",
                    topic.name, site, lost, told.truncated());
        }
    }

    /** A pod is gone: where an old copy was fenced off and has stopped it doesn't go on. */
    void gone(String workload, String site) {
        Map<String, Long> sites = old.getOrDefault(workload, Map.of());
        Deployed app = world.app(site, workload);
        Long epoch = sites.get(site);
        if (epoch != null && app.floor > epoch && app.pods.isEmpty()) {
            sites.remove(site);
        }
    }

    /** Of the sites where it runs, how many were announced: none with the self-fence. */
    int goingOn(String workload, Set<String> at) {
        Set<String> both = new HashSet<>(old.getOrDefault(workload, Map.of()).keySet());
        both.retainAll(at);
        return both.size();
    }

    /** The application there has lost its lease, and another has it or may. */
    boolean isFenced(String site, String workload) {
        return world.plan.selfFence() && old.getOrDefault(workload, Map.of()).containsKey(site);
    }

    /** Every record once, but for what was announced. */
    String wrong(String workload, List<Log> partitions) {
        long missing = 0;
        long again = 0;
        for (Log log : partitions) {
            int expected = 0;
            for (int i = 0; i < log.size(); i++) {
                missing += Math.max(0, log.get(i) - expected);
                again += Math.max(0, expected - log.get(i));
                expected = log.get(i) + 1;
            }
        }
        long lost =
                truncated.getOrDefault(workload, 0L)
                        + sum(beyond.getOrDefault(workload, Map.of()).values());
        long announced = sum(repeated.getOrDefault(workload, Map.of()).values());
        return missing > lost || again > announced
                ? String.format(
                        "%d records are missing of which %d were counted, %d are doubled where %d"
                                + " were announced",
                        missing, lost, again, announced)
                : null;
    }

    private static long sum(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    boolean any(String workload) {
        return repeated.containsKey(workload);
    }
}
