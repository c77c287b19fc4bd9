package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Observations that are seen otherwise than they are. */
final class Blurred {
    private Blurred() {}

    private static Observation with(
            Observation o,
            Map<String, SiteState> sites,
            Map<String, TopicState> topics,
            Map<String, GroupState> groups,
            Map<String, Map<String, Inflow>> inflows) {
        return new Observation(
                o.homes(),
                sites,
                o.links(),
                topics,
                o.alone(),
                o.stray(),
                groups,
                inflows,
                o.dataProblems(),
                o.before(),
                o.still(),
                o.closedMillis(),
                o.mark(),
                o.preflight(),
                o.progress(),
                o.deadlines());
    }

    static Observation sites(Observation o, BiFunction<String, SiteState, SiteState> how) {
        Map<String, SiteState> sites = new TreeMap<>();
        o.sites().forEach((name, state) -> sites.put(name, how.apply(name, state)));
        return with(o, sites, o.topics(), o.groups(), o.inflows());
    }

    static Observation apps(Observation o, UnaryOperator<AppState> how) {
        return sites(
                o,
                (name, state) ->
                        state.reachable()
                                ? new SiteState(true, how.apply(state.app()), null)
                                : state);
    }

    static Observation topics(Observation o, UnaryOperator<TopicState> how) {
        Map<String, TopicState> topics = new TreeMap<>();
        o.topics().forEach((name, state) -> topics.put(name, how.apply(state)));
        return with(o, o.sites(), topics, o.groups(), o.inflows());
    }

    /** As if nobody had looked for topics where they are not to be. */
    static Observation withoutStray(Observation o) {
        return new Observation(
                o.homes(),
                o.sites(),
                o.links(),
                o.topics(),
                o.alone(),
                null,
                o.groups(),
                o.inflows(),
                o.dataProblems(),
                o.before(),
                o.still(),
                o.closedMillis(),
                o.mark(),
                o.preflight(),
                o.progress(),
                o.deadlines());
    }

    static Observation groups(Observation o, UnaryOperator<GroupState> how) {
        Map<String, GroupState> groups = new TreeMap<>();
        o.groups().forEach((name, state) -> groups.put(name, how.apply(state)));
        return with(o, o.sites(), o.topics(), groups, o.inflows());
    }

    static Observation inflows(Observation o, UnaryOperator<Inflow> how) {
        Map<String, Map<String, Inflow>> inflows = new TreeMap<>();
        o.inflows()
                .forEach(
                        (site, links) -> {
                            Map<String, Inflow> seen = new TreeMap<>();
                            links.forEach((peer, link) -> seen.put(peer, how.apply(link)));
                            inflows.put(site, seen);
                        });
        return with(o, o.sites(), o.topics(), o.groups(), inflows);
    }

    /** As if the links had been closed for long. */
    static Observation closedForLong(Observation o) {
        Map<StepKind, Progress> progress = new EnumMap<>(o.progress());
        progress.remove(StepKind.EXCLUDE_GROUPS);
        return new Observation(
                o.homes(),
                o.sites(),
                o.links(),
                o.topics(),
                o.alone(),
                o.stray(),
                o.groups(),
                o.inflows(),
                o.dataProblems(),
                o.before(),
                o.still(),
                Long.MAX_VALUE,
                o.mark(),
                o.preflight(),
                progress,
                o.deadlines());
    }

    /** As if it had been brought to zero by an epoch. */
    static AppState stopped(AppState a, long epoch) {
        return new AppState(
                        a.exists(),
                        epoch,
                        epoch,
                        a.mode(),
                        0,
                        0,
                        0,
                        true,
                        a.ready(),
                        a.job(),
                        a.leftovers(),
                        a.mark(),
                        a.problem())
                .noting(a.noted());
    }

    /** As if a Job had not ended. */
    static AppState active(AppState a) {
        return a.job() == JobState.NONE
                ? a
                : new AppState(
                                a.exists(),
                                a.epoch(),
                                a.appliedEpoch(),
                                a.mode(),
                                a.desired(),
                                a.podsPresent(),
                                a.podsReady(),
                                a.settled(),
                                a.ready(),
                                JobState.ACTIVE,
                                a.leftovers(),
                                a.mark(),
                                a.problem())
                        .noting(a.noted());
    }

    static AppState app(AppState a, long epoch, long appliedEpoch, int pods, boolean settled) {
        return new AppState(
                        a.exists(),
                        epoch,
                        appliedEpoch,
                        a.mode(),
                        a.desired(),
                        pods,
                        a.podsReady(),
                        settled,
                        a.ready(),
                        a.job(),
                        a.leftovers(),
                        a.mark(),
                        a.problem())
                .noting(a.noted());
    }
}
