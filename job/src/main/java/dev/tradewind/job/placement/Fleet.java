package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all workloads take up, and which moves are under way: derived from their states, and never
 * stored. While a workload moves it takes room at both sites. Not for several threads.
 */
public final class Fleet {
    private static final class Load {
        private static final Load NONE = new Load();

        int rows;
        double cpuCores;
        double memoryBytes;
        double powerWatts;

        static Load of(Totals.At at) {
            Load load = new Load();
            load.add(at);
            return load;
        }

        void add(Totals.At at) {
            rows += at.rows();
            cpuCores += at.cpuCores();
            memoryBytes += at.memoryBytes();
            powerWatts += at.powerWatts();
        }

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

    /** What is kept for the next of those that have to leave where they are. */
    private Totals kept = Totals.NONE;

    private final Map<String, Load> keptAt = new HashMap<>();

    /** Those that have to leave: what is kept is kept for them. */
    private final Set<String> leaving = new HashSet<>();

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
        static final Totals NONE = new Totals(List.of(), Map.of(), 0);

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
            loads.put(at.site(), Load.of(at));
        }
        moves.clear();
        moves.putAll(totals.moves());
        movesInFlight = totals.movesInFlight();
    }

    /** Counts what others have counted on top of what is counted; may be less than nothing. */
    void add(Totals more) {
        for (Totals.At at : more.sites()) {
            Load load = loads.computeIfAbsent(at.site(), s -> new Load());
            load.add(at);
            if (load.rows == 0) {
                loads.remove(at.site());
            }
        }
        more.moves().forEach((pair, n) -> moves.merge(pair, n, Integer::sum));
        moves.values().removeIf(n -> n == 0);
        movesInFlight += more.movesInFlight();
    }

    /**
     * Keeps room and moves for the next of those that have to leave where they are, in place of
     * what was kept before: for others it is as if they were taken.
     *
     * @return of something less is kept than before
     */
    boolean keep(Totals next) {
        boolean less =
                next.movesInFlight() < kept.movesInFlight()
                        || kept.moves().entrySet().stream()
                                .anyMatch(
                                        m ->
                                                next.moves().getOrDefault(m.getKey(), 0)
                                                        < m.getValue());
        Map<String, Load> before = Map.copyOf(keptAt);
        kept = next;
        keptAt.clear();
        next.sites().forEach(at -> keptAt.put(at.site(), Load.of(at)));
        for (Map.Entry<String, Load> was : before.entrySet()) {
            Load now = keptAt.getOrDefault(was.getKey(), Load.NONE);
            less |=
                    now.cpuCores < was.getValue().cpuCores
                            || now.memoryBytes < was.getValue().memoryBytes
                            || now.powerWatts < was.getValue().powerWatts;
        }
        return less;
    }

    /** What is kept. */
    Totals kept() {
        return kept;
    }

    /** Notes whether a workload has to leave where it is. */
    void leaves(String workload, boolean hasTo) {
        if (hasTo) {
            leaving.add(workload);
        } else {
            leaving.remove(workload);
        }
    }

    /** It has to leave where it is, and goes before those that would like to. */
    boolean isLeaving(String workload) {
        return leaving.contains(workload);
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
        return room(site, workload, isLeaving(workload));
    }

    /**
     * The same.
     *
     * @param first it goes before those that would like to: what is kept for such is free
     */
    Room room(Site site, String workload, boolean first) {
        if (site.name().equals(assuredSite) && workload.equals(assured)) {
            return Room.UNBOUNDED;
        }
        Load load = loads.getOrDefault(site.name(), Load.NONE);
        Taken own = rows.get(workload);
        boolean here =
                own != null && (site.name().equals(own.site()) || site.name().equals(own.target()));
        Load others = first || here ? Load.NONE : keptAt.getOrDefault(site.name(), Load.NONE);
        return new Room(
                free(site.cpuCores(), load.cpuCores + others.cpuCores, here ? own.cpuCores() : 0),
                free(
                        site.memoryBytes(),
                        load.memoryBytes + others.memoryBytes,
                        here ? own.memoryBytes() : 0),
                free(
                        site.powerWatts(),
                        load.powerWatts + others.powerWatts,
                        here ? own.powerWatts() : 0));
    }

    /** Cores that are free at a site for those that aren't there. */
    double freeCores(Site site, boolean first) {
        Load others = first ? Load.NONE : keptAt.getOrDefault(site.name(), Load.NONE);
        return free(site.cpuCores(), coresAt(site.name()) + others.cpuCores, 0);
    }

    /** Whether there is room at a site for all that a workload takes up. */
    boolean fits(String workload, Taken taken, Site site) {
        return fits(workload, taken, site, isLeaving(workload));
    }

    boolean fits(String workload, Taken taken, Site site, boolean first) {
        Room room = room(site, workload, first);
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

    /**
     * Whether one move more is allowed.
     *
     * @param most at once
     * @param first it goes before those that would like to: what is kept for such is for it
     */
    boolean allowsMove(int most, boolean first) {
        int others = first || assuredSite != null ? 0 : kept.movesInFlight();
        return movesInFlight() + others < most;
    }

    /** The same between two sites. */
    boolean allowsMove(String from, String to, int most, boolean first) {
        int others =
                first || to.equals(assuredSite) ? 0 : kept.moves().getOrDefault(pair(from, to), 0);
        return movesBetween(from, to) + others < most;
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

    static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    }
}
