package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all workloads take up, and which moves are under way: derived from their states, and never
 * stored. While a workload moves it takes room at both sites. Not for several threads.
 */
public final class Fleet {
    private static final class Load {
        int rows;
        double cpuCores;
        double memoryBytes;
        double powerWatts;

        void add(Taken row, int sign) {
            rows += sign;
            cpuCores += sign * row.cpuCores();
            memoryBytes += sign * row.memoryBytes();
            powerWatts += sign * row.powerWatts();
        }
    }

    private final Map<String, Taken> rows = new HashMap<>();
    private final Map<String, Load> loads = new HashMap<>();
    private final Map<String, Integer> moves = new HashMap<>();
    private int movesInFlight;
    private String assured;
    private String assuredSite;
    private FleetPlanning planning = FleetPlanning.NONE;

    /** Units of slots that came or went since the plan. */
    private double changed;

    /**
     * What is taken at each site and between each two, for those who see only some of the rows.
     *
     * @param moves by pair of sites
     */
    public record Totals(List<At> sites, Map<String, Integer> moves, int movesInFlight) {
        /** What is taken at a site. */
        public record At(
                String site, int rows, double cpuCores, double memoryBytes, double powerWatts) {}
    }

    Totals totals() {
        List<Totals.At> sites = new ArrayList<>();
        loads.forEach(
                (site, load) ->
                        sites.add(
                                new Totals.At(
                                        site,
                                        load.rows,
                                        load.cpuCores,
                                        load.memoryBytes,
                                        load.powerWatts)));
        return new Totals(sites, new HashMap<>(moves), movesInFlight);
    }

    /** Takes what others have counted for what is taken; the rows stay as they are. */
    void reset(Totals totals) {
        loads.clear();
        for (Totals.At at : totals.sites()) {
            Load load = new Load();
            load.rows = at.rows();
            load.cpuCores = at.cpuCores();
            load.memoryBytes = at.memoryBytes();
            load.powerWatts = at.powerWatts();
            loads.put(at.site(), load);
        }
        moves.clear();
        moves.putAll(totals.moves());
        movesInFlight = totals.movesInFlight();
    }

    /** Counts that a row was replaced by another; null: there was none, or there is none. */
    void recount(Taken old, Taken now) {
        if (old != null) {
            count(old, -1);
        }
        if (now != null) {
            count(now, 1);
        }
    }

    /** Notes a row that is counted already, or isn't any more; null: there is none. */
    void note(String workload, Taken row) {
        if (row == null) {
            rows.remove(workload);
        } else {
            rows.put(workload, row);
        }
    }

    /** Takes in what a workload takes up now. */
    public void put(WorkloadState state, WorkloadFacts facts) {
        put(state.workload(), Taken.of(state, facts));
    }

    void put(String workload, Taken row) {
        Taken old = rows.get(workload);
        drop(workload);
        rows.put(workload, row);
        count(row, 1);
        changed += Math.abs(size(row) - size(old));
    }

    public void remove(String workload) {
        changed += size(rows.get(workload));
        drop(workload);
    }

    private void drop(String workload) {
        Taken old = rows.remove(workload);
        if (old != null) {
            count(old, -1);
        }
    }

    private static double size(Taken row) {
        return row == null ? 0 : row.size();
    }

    /** The present row of a workload, or null. */
    Taken row(String workload) {
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

    /**
     * Until told otherwise there is room for a workload at a site, and for its move there: it was
     * granted, and what others ask for doesn't count.
     *
     * @param site null: no more
     */
    void assure(String workload, String site) {
        assured = workload;
        assuredSite = site;
    }

    /** What is free at a site; what {@code workload} itself takes up there counts as free. */
    public Room room(Site site, String workload) {
        if (site.name().equals(assuredSite) && workload.equals(assured)) {
            return Room.UNBOUNDED;
        }
        Load load = loads.getOrDefault(site.name(), new Load());
        Taken own = rows.get(workload);
        boolean here =
                own != null && (site.name().equals(own.site()) || site.name().equals(own.target()));
        return new Room(
                free(site.cpuCores(), load.cpuCores, here ? own.cpuCores() : 0),
                free(site.memoryBytes(), load.memoryBytes, here ? own.memoryBytes() : 0),
                free(site.powerWatts(), load.powerWatts, here ? own.powerWatts() : 0));
    }

    /** Whether there is room at a site for all that a workload takes up. */
    boolean fits(String workload, Taken taken, Site site) {
        Room room = room(site, workload);
        return Room.fits(taken.cpuCores(), room.cpuCores())
                && Room.fits(taken.memoryBytes(), room.memoryBytes())
                && Room.fits(taken.powerWatts(), room.powerWatts());
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
        return assuredSite != null ? 0 : movesInFlight;
    }

    /** Moves under way between two sites, in either direction. */
    public int movesBetween(String one, String other) {
        return other.equals(assuredSite) ? 0 : moves.getOrDefault(pair(one, other), 0);
    }

    private static double free(Double capacity, double taken, double own) {
        return capacity == null ? Double.POSITIVE_INFINITY : capacity - taken + own;
    }

    private void count(Taken row, int sign) {
        load(row.site(), row, sign);
        load(row.target(), row, sign);
        if (row.moves()) {
            movesInFlight += sign;
            moves.merge(pair(row.site(), row.target()), sign, Integer::sum);
            moves.values().removeIf(n -> n == 0);
        }
    }

    private void load(String site, Taken row, int sign) {
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
