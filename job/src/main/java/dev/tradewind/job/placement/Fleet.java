package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.HashMap;
import java.util.Map;

/**
 * What all workloads take up, and which moves are under way: derived from their states, and never
 * stored. While a workload moves it takes room at both sites. Not for several threads.
 */
public final class Fleet {
    record Row(double cpuCores, double memoryBytes, double powerWatts, String site, String target) {
        boolean moves() {
            return site != null && target != null;
        }
    }

    private static final class Load {
        int rows;
        double cpuCores;
        double memoryBytes;
        double powerWatts;

        void add(Row row, int sign) {
            rows += sign;
            cpuCores += sign * row.cpuCores;
            memoryBytes += sign * row.memoryBytes;
            powerWatts += sign * row.powerWatts;
        }
    }

    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Load> loads = new HashMap<>();
    private final Map<String, Integer> moves = new HashMap<>();
    private int movesInFlight;
    private FleetPlanning planning = FleetPlanning.NONE;

    /** Units of slots that came or went since the plan. */
    private double changed;

    /** Takes in what a workload takes up now. */
    public void put(WorkloadState state, WorkloadFacts facts) {
        Row old = rows.get(state.workload());
        drop(state.workload());
        String target =
                state.errand() == null
                                || state.errand().command().to() == null
                                || state.errand().command().to().equals(state.site())
                        ? null
                        : state.errand().command().to();
        boolean there =
                state.site() != null
                        && state.phase() != Phase.waiting
                        && state.phase() != Phase.suspended
                        && state.phase() != Phase.finished;
        Row row =
                new Row(
                        facts.cpuCores(),
                        facts.memoryBytes(),
                        facts.powerWatts(),
                        there ? state.site() : null,
                        target);
        rows.put(state.workload(), row);
        count(row, 1);
        changed += Math.abs(size(row) - size(old));
    }

    public void remove(String workload) {
        changed += size(rows.get(workload));
        drop(workload);
    }

    private void drop(String workload) {
        Row old = rows.remove(workload);
        if (old != null) {
            count(old, -1);
        }
    }

    /** What it takes up once it is where it is to be, in cores, or in watts where it says none. */
    private static double size(Row row) {
        return row == null || row.site == null && row.target == null
                ? 0
                : row.cpuCores > 0 ? row.cpuCores : row.powerWatts / 1_000;
    }

    /** The present row of a workload, or null. */
    Row row(String workload) {
        return rows.get(workload);
    }

    FleetPlanning planning() {
        return planning;
    }

    /** From now on this plan holds, and no older one. */
    void adopt(FleetPlanning plan) {
        planning = plan;
        changed = plan.changed();
    }

    /** What came or went since the plan, of {@link #taken}. */
    double changed() {
        return changed;
    }

    double taken() {
        double taken = 0;
        for (Load load : loads.values()) {
            taken += load.cpuCores > 0 ? load.cpuCores : load.powerWatts / 1_000;
        }
        return taken;
    }

    /** What is free at a site; what {@code workload} itself takes up there counts as free. */
    public Room room(Site site, String workload) {
        Load load = loads.getOrDefault(site.name(), new Load());
        Row own = rows.get(workload);
        boolean here =
                own != null && (site.name().equals(own.site) || site.name().equals(own.target));
        return new Room(
                free(site.cpuCores(), load.cpuCores, here ? own.cpuCores : 0),
                free(site.memoryBytes(), load.memoryBytes, here ? own.memoryBytes : 0),
                free(site.powerWatts(), load.powerWatts, here ? own.powerWatts : 0));
    }

    /** Cores that all which are at a site, or go there, ask for. */
    double coresAt(String site) {
        Load load = loads.get(site);
        return load == null ? 0 : load.cpuCores;
    }

    /** How many workloads are at a site or on their way to it. */
    int at(String site) {
        Load load = loads.get(site);
        return load == null ? 0 : load.rows;
    }

    public int movesInFlight() {
        return movesInFlight;
    }

    /** Moves under way between two sites, in either direction. */
    public int movesBetween(String one, String other) {
        return moves.getOrDefault(pair(one, other), 0);
    }

    private static double free(Double capacity, double taken, double own) {
        return capacity == null ? Double.POSITIVE_INFINITY : capacity - taken + own;
    }

    private void count(Row row, int sign) {
        load(row.site, row, sign);
        load(row.target, row, sign);
        if (row.moves()) {
            movesInFlight += sign;
            moves.merge(pair(row.site, row.target), sign, Integer::sum);
            moves.values().removeIf(n -> n == 0);
        }
    }

    private void load(String site, Row row, int sign) {
        if (site != null) {
            Load load = loads.computeIfAbsent(site, s -> new Load());
            load.add(row, sign);
            if (load.rows == 0) {
                // and with it what rounding has left
                loads.remove(site);
            }
        }
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    }
}
