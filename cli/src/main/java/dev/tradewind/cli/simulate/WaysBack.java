package dev.tradewind.cli.simulate;

import dev.tradewind.cli.output.NearestRank;
import dev.tradewind.sinks.port.Mode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a source that had stopped stood still once it was decided to go back to it, in true
 * time. Whatever is wrong with the target, it is started soon; what is wrong with the source
 * itself, or with the process, takes the time that it takes, and such are not judged. Of a process
 * that takes the way back up from another it is judged from when it first asks the source.
 */
public final class WaysBack {
    /** Whatever the target does. */
    static final long MOST = 5_000;

    /** What a way back was like. */
    public enum Kind {
        /** By the process that had decided it. */
        DECIDED("by who decided it"),
        DECIDED_SILENT("by who decided it, the target silent"),
        /** By another that has taken it up, or the same that had stood still. */
        TAKEN_UP("by who took it up"),
        TAKEN_UP_SILENT("by who took it up, the target silent");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** One that nothing but the target can have held up. */
    public record Taken(Kind kind, long millis) {}

    /** Of one kind. */
    public record Spread(long times, long p50Millis, long p95Millis, long maxMillis) {
        private static Spread of(List<Taken> taken, Kind kind) {
            List<Long> millis =
                    taken.stream().filter(each -> each.kind() == kind).map(Taken::millis).toList();
            NearestRank ranks = NearestRank.of(millis);
            return new Spread(millis.size(), ranks.at(0.50), ranks.at(0.95), ranks.at(1));
        }
    }

    /** Of the kinds that there are. */
    public static Map<Kind, Spread> spreads(List<Taken> taken) {
        Map<Kind, Spread> spreads = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            if (taken.stream().anyMatch(each -> each.kind() == kind)) {
                spreads.put(kind, Spread.of(taken, kind));
            }
        }
        return spreads;
    }

    /** For people. */
    public static List<String> told(List<Taken> taken) {
        List<String> lines = new ArrayList<>();
        lines.add("back at a source that had stopped, ms until it was started, at most " + MOST);
        spreads(taken)
                .forEach(
                        (kind, spread) ->
                                lines.add(
                                        String.format(
                                                Locale.ROOT,
                                                "%,12d  %s: p50 %d, p95 %d, max %d",
                                                spread.times(),
                                                kind.text,
                                                spread.p50Millis(),
                                                spread.p95Millis(),
                                                spread.maxMillis())));
        return lines;
    }

    /** One process on the way back. */
    private static final class By {
        final long upsets;
        final long since;
        final boolean takenUp;
        boolean silent;
        boolean excused;

        By(long upsets, long since, boolean takenUp, boolean silent) {
            this.upsets = upsets;
            this.since = since;
            this.takenUp = takenUp;
            this.silent = silent;
        }
    }

    private record Open(String source, long epoch, Map<Machine, By> by) {
        /** Null: it has died or stood still since. */
        By by(Machine machine) {
            By its = by.get(machine);
            return its != null && its.upsets == machine.upsets() ? its : null;
        }
    }

    private final World world;
    private final Map<String, Open> open = new HashMap<>();
    private final List<Taken> taken = new ArrayList<>();

    WaysBack(World world) {
        this.world = world;
    }

    List<Taken> taken() {
        return List.copyOf(taken);
    }

    /**
     * It was written down. Without topics the source has to wait until the target is gone, and for
     * topics that are astray as long as for any act.
     */
    void decided(String workload, String source, long epoch, Machine by) {
        if (!world.plan.withTopics() || world.lateRequests || !stands(workload, source)) {
            return;
        }
        Open begun = new Open(source, epoch, new HashMap<>());
        open.put(workload, begun);
        begin(workload, begun, by, false);
    }

    /** Asked for the lease, which another may have. */
    void asked(String workload, String site, Machine by) {
        Open begun = open.get(workload);
        if (begun != null && site.equals(begun.source) && begun.by(by) == null) {
            begin(workload, begun, by, true);
        }
    }

    private void begin(String workload, Open begun, Machine by, boolean takenUp) {
        boolean silent =
                world.sites.keySet().stream()
                        .filter(site -> isTarget(site, workload, begun))
                        .anyMatch(site -> !reaches(by, site));
        begun.by.put(by, new By(by.upsets(), world.clockwork.now(), takenUp, silent));
    }

    private boolean reaches(Machine by, String site) {
        return world.network.reaches(by.name, Network.Plane.API, site)
                && world.network.reaches(by.name, Network.Plane.DATA, site);
    }

    /** A call of a process came to nothing. */
    void failed(Machine by, String site) {
        open.forEach(
                (workload, each) -> {
                    By its = each.by(by);
                    if (its != null) {
                        its.excused |= site.equals(each.source);
                        its.silent |= isTarget(site, workload, each);
                    }
                });
    }

    /** An object of the workload was brought up. */
    void started(String workload, String site, Machine by) {
        Open ended = open.get(workload);
        if (ended == null || !site.equals(ended.source) || stands(workload, site)) {
            return;
        }
        open.remove(workload);
        By its = ended.by(by);
        if (its == null || its.excused || world.app(site, workload).floor != ended.epoch) {
            return;
        }
        long millis = world.clockwork.now() - its.since;
        taken.add(new Taken(kind(its), millis));
        if (millis > MOST) {
            world.violate(
                    "%s was started at %s again %d ms after it was given up",
                    workload, site, millis);
        }
    }

    private static Kind kind(By of) {
        return of.takenUp
                ? of.silent ? Kind.TAKEN_UP_SILENT : Kind.TAKEN_UP
                : of.silent ? Kind.DECIDED_SILENT : Kind.DECIDED;
    }

    private boolean stands(String workload, String site) {
        return world.app(site, workload).things.values().stream()
                .anyMatch(thing -> thing.mode == Mode.STOPPED);
    }

    private boolean isTarget(String site, String workload, Open of) {
        return !site.equals(of.source) && world.app(site, workload).floor == of.epoch;
    }
}
