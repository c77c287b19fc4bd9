package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.actuator.Surroundings.Core;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.PortException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Mistakes that one could make, each put around the real parts. */
enum SeededBug {
    GROUPS_NOT_EXCLUDED(
            "links are not told to leave the groups alone",
            blurred((c, o) -> Blurred.inflows(o, i -> new Inflow(i.link(), 0, Map.of())))),

    ROUND_NOT_AWAITED(
            "a round of offset sync that has begun is not waited for, nor put right",
            blurred((c, o) -> Blurred.apps(Blurred.closedForLong(o), SeededBug::withoutPassing))),

    STOPPED_BY_REPLICAS(
            "a source at zero replicas counts as stopped, though its pods are not gone",
            blurred((c, o) -> Blurred.apps(o, SeededBug::withoutPods))),

    LAG_AT_MINUS_ONE(
            "lag 0 is read as caught up also at fetch offset -1",
            blurred((c, o) -> Blurred.topics(o, SeededBug::byLag))),

    DONE_AT_200(
            "a promote or reverse counts as done when it was accepted",
            blurred((c, o) -> Blurred.topics(o, SeededBug::pendingIsStopped))),

    OFFSETS_NOT_WRITTEN(
            "committed offsets are not carried over",
            blurred((c, o) -> Blurred.groups(o, SeededBug::alike))),

    SILENT_IS_STOPPED(
            "a source that does not answer counts as stopped",
            blurred((c, o) -> Blurred.sites(o, (site, s) -> silentIsAbsent(c, site, s)))),

    CUT_NOT_KEPT(
            "the point of no return is not written down",
            around(c -> withoutMark(c, Mark.Kind.CUT))),

    FENCE_NOT_CHECKED(
            "a write takes the epoch that is in force instead of its own",
            new Parts(
                    core((c, o) -> Blurred.apps(o, a -> notAbove(a, c.epoch()))),
                    sites -> new Around(sites, SeededBug::unfenced),
                    true)),

    ENTRY_NOT_KNOWN(
            "an entry that was added to a link's filters is not known again, so it stays",
            blurred((c, o) -> Blurred.inflows(o, SeededBug::withoutOurs))),

    OLD_COPY_LEFT_RUNNING(
            "a copy at a site that is back is taken for stopped",
            blurred((c, o) -> Blurred.sites(o, (site, s) -> backIsStopped(c, site, s)))
                    .withLostSites()),

    STRAYS_NOT_SEEN(
            "topics that a late request has taken away are not looked for",
            blurred((c, o) -> Blurred.withoutStray(o)).withLateRequests()),

    LINK_LEFT_OPEN(
            "a link that a late request has opened where the workload is counts as shut",
            blurred((c, o) -> isShut(c) ? Blurred.inflows(o, SeededBug::shut) : o)
                    .withLateRequests()),

    DELETED_BY_NAME(
            "a stale mirror is deleted by its name, not by the id of the topic that was looked at",
            new Parts(Handover::next, ByName::new, true).withLateRequests()),

    COUNTED_BY_PRESENT_ENDS(
            "what a site that is back has beyond the cut is counted by where the other site is now",
            new Parts((c, o) -> Handover.next(cutNow(c, o), o), sites -> sites, true)
                    .withLostSites()),

    ENDED_JOB_MOVED(
            "a Job that has ended by itself is moved all the same",
            blurred((c, o) -> Blurred.sites(o, (site, s) -> endIsNotSeen(c, site, s)))),

    UNCOUNTED_IS_STOPPED(
            "a Job that was suspended when its pod had ended counts as stopped before that is counted",
            blurred((c, o) -> Blurred.apps(o, SeededBug::withoutCounting)));

    final String what;
    final Parts parts;

    SeededBug(String what, Parts parts) {
        this.what = what;
        this.parts = parts;
    }

    private static Core core(BiFunction<Command, Observation, Observation> how) {
        return (command, seen) -> Handover.next(command, how.apply(command, seen));
    }

    private static Parts blurred(BiFunction<Command, Observation, Observation> how) {
        return new Parts(core(how), sites -> sites, true);
    }

    private static Parts around(UnaryOperator<Cluster> how) {
        return new Parts(Handover::next, sites -> new Around(sites, how), true);
    }

    private static boolean isShut(Command command) {
        return command.action() == Command.Action.reclaim && command.from().equals(command.to());
    }

    private static Inflow shut(Inflow inflow) {
        Map<String, Inflow.Sync> all = new HashMap<>(inflow.groups());
        all.replaceAll((group, sync) -> Inflow.Sync.EXCLUDED);
        return new Inflow(inflow.link(), inflow.syncMillis(), all);
    }

    private static AppState withoutPassing(AppState a) {
        return a.noted() != null && a.noted().passing() ? a.noting(null) : a;
    }

    private static AppState withoutPods(AppState a) {
        return a.desired() == 0 ? Blurred.app(a, a.epoch(), a.appliedEpoch(), 0, true) : a;
    }

    private static SiteState endIsNotSeen(Command command, String site, SiteState state) {
        return state.reachable() && site.equals(command.from())
                ? new SiteState(true, Blurred.active(state.app()), null)
                : state;
    }

    private static AppState withoutCounting(AppState a) {
        return a.job() == JobState.ACTIVE && a.desired() == 0
                ? Blurred.app(a, a.epoch(), a.appliedEpoch(), a.podsPresent(), true)
                : a;
    }

    private static AppState notAbove(AppState a, long epoch) {
        return Blurred.app(
                a,
                Math.min(a.epoch(), epoch),
                Math.min(a.appliedEpoch(), epoch),
                a.podsPresent(),
                a.settled());
    }

    private static TopicState byLag(TopicState t) {
        return new TopicState(
                t.atSource(),
                t.atTarget(),
                t.mirror(),
                t.reverse(),
                t.sourcePartitions(),
                t.targetPartitions(),
                t.partitions().stream()
                        .map(
                                p ->
                                        p.lag() == 0
                                                ? new PartitionState(
                                                        p.partition(),
                                                        p.sourceEnd(),
                                                        p.sourceEnd(),
                                                        0,
                                                        p.lastFetch())
                                                : p)
                        .toList());
    }

    private static TopicState pendingIsStopped(TopicState t) {
        return t.mirror() == null || !t.mirror().status().isPending()
                ? t
                : new TopicState(
                        t.atSource(),
                        t.atTarget(),
                        new MirrorState(MirrorStatus.STOPPED, "STOPPED", null, List.of()),
                        t.reverse(),
                        t.sourcePartitions(),
                        t.targetPartitions(),
                        t.partitions());
    }

    private static GroupState alike(GroupState g) {
        return new GroupState(
                g.source(),
                g.source(),
                g.sourceMembers(),
                g.targetMembers(),
                g.sourceOurs(),
                g.targetOurs());
    }

    private static SiteState silentIsAbsent(Command command, String site, SiteState state) {
        return state.reachable() || !site.equals(command.from())
                ? state
                : new SiteState(true, AppState.ABSENT, null);
    }

    private static SiteState backIsStopped(Command command, String site, SiteState state) {
        boolean old =
                command.action() == Command.Action.reclaim
                        && state.reachable()
                        && site.equals(command.from());
        return old
                ? new SiteState(
                        true, Blurred.stopped(state.app(), command.epoch()), state.problem())
                : state;
    }

    private static Command cutNow(Command c, Observation seen) {
        Map<String, String> now = new TreeMap<>();
        seen.topics()
                .forEach(
                        (topic, state) ->
                                now.put(
                                        topic,
                                        state.partitions().stream()
                                                .map(p -> String.valueOf(p.sourceEnd()))
                                                .collect(Collectors.joining(","))));
        return c.action() == Command.Action.reclaim ? c.after(c.lost(), now) : c;
    }

    private static Cluster withoutMark(Cluster cluster, Mark.Kind kind) {
        return new Around.Same(cluster) {
            @Override
            public void mark(String workload, Mark mark) throws PortException {
                if (mark.kind() != kind) {
                    super.mark(workload, mark);
                }
            }
        };
    }

    private static Inflow withoutOurs(Inflow inflow) {
        Map<String, Sync> groups = new TreeMap<>(inflow.groups());
        groups.replaceAll((group, sync) -> sync == Sync.EXCLUDED ? Sync.OFF : sync);
        return new Inflow(inflow.link(), inflow.syncMillis(), groups);
    }

    private static Cluster unfenced(Cluster cluster) {
        return new Around.Same(cluster) {
            @Override
            long epoch(String workload, long epoch) throws PortException {
                return Math.max(epoch, observe(workload, List.of()).epoch());
            }
        };
    }
}
