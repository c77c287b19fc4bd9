package dev.tradewind.sinks.handover;

import static java.util.stream.Collectors.joining;

import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Noted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.apache.kafka.common.TopicPartition;

/** Where the consumer groups of one command have read to, and what links may write over it. */
final class GroupChecks {
    /**
     * A round of offset sync is waited for as long, at most. It is the interval that links have by
     * default; one with a longer interval works no longer on a round.
     */
    static final long LONGEST_ROUND_MILLIS = 30_000;

    /** Of offsets, where more would make a message too long to read. */
    private static final int MOST_TOLD = 4;

    /**
     * Offsets that a link may still write.
     *
     * @param leftMillis until it has, at most
     */
    record OnItsWay(String what, long leftMillis) {
        Step wait(StepKind kind, String site) {
            return Step.wait(kind, site, what).resting(leftMillis);
        }
    }

    private final Observation seen;
    private final Route route;
    private final String target;

    GroupChecks(Observation seen, Route route) {
        this.seen = seen;
        this.route = route;
        this.target = route.target();
    }

    /** Why a group's offsets can't be written at a site: somebody reads there. */
    static String taken(String group, GroupState state, String site) {
        return "group "
                + group
                + " has "
                + state.targetMembers()
                + " members at "
                + site
                + " already";
    }

    /** Something that could not be looked at. */
    Optional<String> missing() {
        if (route.alignsGroups() || noted() != null) {
            for (String group : route.groups()) {
                if (seen.groups().get(group) == null) {
                    return Optional.of(
                            "group " + group + " could not be looked at" + seen.problems());
                }
            }
        }
        return route.offsetSites().stream().flatMap(s -> unseenLinks(s).stream()).findFirst();
    }

    private Optional<String> unseenLinks(String site) {
        return seen.inflows().containsKey(site)
                ? Optional.empty()
                : Optional.of(
                        "the links into " + site + " could not be looked at" + seen.problems());
    }

    /**
     * Takes the groups out of every sync towards the target, and towards where they have committed
     * last: once the source has stopped they have members at neither, so any link would write over
     * the last commit what another site knows.
     */
    Optional<Step> excludeStep() {
        return excludeStep(route.offsetSites());
    }

    /**
     * The same once more at the target, until it reads there: an entry may have been taken out
     * since by a request that was done late.
     */
    Optional<Step> excludeTargetStep() {
        boolean reads =
                route.groups().stream()
                        .map(seen.groups()::get)
                        .anyMatch(group -> group == null || group.targetMembers() > 0);
        return route.alignsGroups() && !reads ? excludeStep(List.of(target)) : Optional.empty();
    }

    private Optional<Step> excludeStep(List<String> sites) {
        for (String site : sites) {
            Map<String, List<String>> synced = flows(site, Sync.SYNCED);
            if (!synced.isEmpty()) {
                return Optional.of(
                        Step.flow(
                                StepKind.EXCLUDE_GROUPS,
                                site,
                                synced,
                                "no link brings offsets of "
                                        + groups(synced)
                                        + " to "
                                        + String.join(" or ", sites)
                                        + changed(site)));
            }
        }
        return Optional.empty();
    }

    /**
     * While a link could write there, others were set where it stands still, of which it can't be
     * told that a link has brought them: they are left as they are, and told.
     */
    private String changed(String site) {
        Noted noted = site.equals(route.groupsHome()) ? noted() : null;
        List<String> changed = new ArrayList<>();
        for (String group : noted == null ? List.<String>of() : route.groups()) {
            GroupState state = seen.groups().get(group);
            Map<TopicPartition, Long> others =
                    state == null
                            ? Map.of()
                            : those(
                                    noted.of(group),
                                    (tp, offset) ->
                                            !state.sourceOurs().contains(tp)
                                                    && !noted.wasBrought(
                                                            group, tp, state.source().get(tp))
                                                    && !offset.equals(state.source().get(tp)));
            others.forEach(
                    (tp, offset) ->
                            changed.add(
                                    group
                                            + " is at "
                                            + state.source().get(tp)
                                            + " of "
                                            + tp
                                            + ", and had stopped at "
                                            + offset));
        }
        return changed.isEmpty()
                ? ""
                : "; while one could, by a link or a person: "
                        + changed.stream().sorted().limit(MOST_TOLD).collect(joining("; "));
    }

    /**
     * What a link may still write: a round of its offset sync that had begun before it was told to
     * leave the groups alone. Nobody says when a round has ended; it has when the next is due.
     */
    Optional<OnItsWay> onItsWay() {
        return onItsWay(seen.closedMillis());
    }

    /**
     * The same when the source has stopped, for which this was waited for: then only a link that
     * had to be told again matters.
     */
    Optional<OnItsWay> onItsWayAgain() {
        return onItsWay(seen.progress(StepKind.EXCLUDE_GROUPS).lastMillis());
    }

    private Optional<OnItsWay> onItsWay(long sinceMillis) {
        if (!route.alignsGroups() && nothingToWriteOver()) {
            return Optional.empty();
        }
        long round =
                route.offsetSites().stream()
                        .flatMap(s -> seen.inflows().getOrDefault(s, Map.of()).values().stream())
                        .filter(i -> route.groups().stream().anyMatch(g -> i.sync(g) != Sync.OFF))
                        .mapToLong(i -> Math.min(i.syncMillis(), LONGEST_ROUND_MILLIS))
                        .max()
                        .orElse(0);
        return sinceMillis >= round
                ? Optional.empty()
                : Optional.of(
                        new OnItsWay(
                                "offsets that are on their way over a link may still arrive, for "
                                        + round
                                        + " ms at most",
                                round - sinceMillis));
    }

    /** It starts where it has never read. Of one that is to stop it isn't asked. */
    private boolean nothingToWriteOver() {
        return target != null
                && route.groups().stream()
                        .map(seen.groups()::get)
                        .allMatch(g -> g != null && g.target().isEmpty());
    }

    /**
     * What is to be waited for before a workload stops that was never closed off; for how it ends.
     */
    Optional<Step> closeStep(boolean overdue) {
        for (String site : overdue ? List.<String>of() : route.offsetSites()) {
            Optional<String> unseen = unseenLinks(site);
            if (unseen.isPresent()) {
                return Optional.of(Step.wait(StepKind.EXCLUDE_GROUPS, site, unseen.get()));
            }
        }
        Optional<Step> exclude = overdue ? Optional.empty() : excludeStep();
        return exclude.isPresent()
                ? exclude
                : onItsWay().map(o -> o.wait(StepKind.CATCH_UP, route.source()));
    }

    /** Its groups are as all others again at these sites. */
    Optional<Step> forgetStep(Collection<String> sites) {
        for (String site : sites) {
            Optional<Step> include = include(StepKind.INCLUDE_GROUPS, site);
            if (include.isPresent()) {
                return include;
            }
        }
        return Optional.empty();
    }

    /** Sites where groups may be left out of links, as these can't be seen. */
    List<String> unseen(Collection<String> sites) {
        return route.groups().isEmpty()
                ? List.of()
                : sites.stream().filter(s -> !seen.inflows().containsKey(s)).toList();
    }

    /**
     * Up to where the groups had read at their site when the workload was stopped there, which it
     * still is; null: it isn't, or that isn't known.
     */
    private Noted noted() {
        SiteState home = seen.sites().get(String.valueOf(route.groupsHome()));
        return home != null && home.reachable() && home.app().exists() && home.app().stopped()
                ? home.app().noted()
                : null;
    }

    /**
     * Writes back what the groups had committed when the workload was stopped, where something else
     * is in its place that Tradewind has committed: nobody does that at a site where a workload
     * stands still, so it is a request that was held up on its way. What a person has committed
     * since is left as it is; what a link has brought, as {@link #noteBroughtStep} has it, is not.
     * While it stands still for a move alone, which is seconds, whatever is older is a link's, of
     * which an entry was taken out late.
     */
    Optional<Step> mendStep() {
        Noted noted = noted();
        String home = route.groupsHome();
        return noted == null
                ? Optional.empty()
                : write(
                        home,
                        (group, state) ->
                                state == null ? Map.of() : lateAtHome(group, state, noted),
                        " as it had stopped at " + home + " with: a request was done late");
    }

    private static Map<TopicPartition, Long> lateAtHome(
            String group, GroupState state, Noted noted) {
        return those(
                noted.of(group),
                (tp, offset) -> {
                    Long there = state.source().get(tp);
                    if (state.sourceOurs().contains(tp)) {
                        return !offset.equals(there);
                    }
                    boolean links = noted.passing() || noted.wasBrought(group, tp, there);
                    return links && there != null && there < offset;
                });
    }

    /**
     * Of a workload that was stopped to stay so, into whose site a link brings offsets, as an entry
     * was taken out late: what the link has written over those that were noted. It is the same at
     * the link's other end, and no less than what links might have brought when it stopped: so a
     * person's reset isn't taken for it that links have brought elsewhere since. Once the link is
     * told to leave the groups alone nobody could tell any more, so it is written down before, if
     * that can be had.
     */
    Optional<Step> noteBroughtStep() {
        Noted noted = noted();
        if (noted == null || noted.passing() || seen.inVain(StepKind.NOTE_OFFSETS)) {
            return Optional.empty();
        }
        String home = route.groupsHome();
        Map<String, Map<TopicPartition, Long>> all = new TreeMap<>(noted.brought());
        for (String group : route.groups()) {
            Map<TopicPartition, Long> its =
                    new HashMap<>(noted.brought().getOrDefault(group, Map.of()));
            its.putAll(brought(group, noted, seen.inflows().getOrDefault(home, Map.of())));
            if (!its.isEmpty()) {
                all.put(group, its);
            }
        }
        return all.equals(noted.brought())
                ? Optional.empty()
                : noted.bringing(all)
                        .map(
                                with ->
                                        Step.note(
                                                home,
                                                with,
                                                "write down what a link has brought to "
                                                        + home
                                                        + " while nothing of it runs: a request"
                                                        + " was done late"));
    }

    /** It is written back: from now on the same may be set by a person. */
    Optional<Step> forgetBroughtStep() {
        Noted noted = noted();
        return noted == null || noted.brought().isEmpty()
                ? Optional.empty()
                : noted.bringing(Map.of())
                        .map(
                                without ->
                                        Step.note(
                                                route.groupsHome(),
                                                without,
                                                "what a link had brought is written back"));
    }

    private Map<TopicPartition, Long> brought(
            String group, Noted noted, Map<String, Inflow> inflows) {
        GroupState state = seen.groups().get(group);
        return state == null
                ? Map.of()
                : those(
                        state.source(),
                        (tp, there) ->
                                !state.sourceOurs().contains(tp)
                                        && noted.mayBeBrought(group, tp, there)
                                        && inflows.entrySet().stream()
                                                .filter(
                                                        i ->
                                                                i.getValue().sync(group)
                                                                        == Sync.SYNCED)
                                                .map(i -> state.elsewhere().get(i.getKey()))
                                                .anyMatch(
                                                        o -> o != null && there.equals(o.get(tp))));
    }

    /**
     * The same at the target, from the decision on until the workload reads there: what was written
     * there was verified before it, so that whatever is older came late, by a request of
     * Tradewind's own or over a link.
     *
     * @param runs it may have read there, and committed what it likes
     */
    Optional<Step> mendTargetStep(boolean runs) {
        Noted noted = route.alignsGroups() ? noted() : null;
        return noted == null
                ? Optional.empty()
                : write(
                        target,
                        (group, state) ->
                                state == null || state.targetMembers() > 0
                                        ? Map.of()
                                        : lateAtTarget(state, noted.of(group), runs),
                        " as at " + route.groupsHome() + ", once more: a request was done late");
    }

    /**
     * Not by what somebody else has committed at the source since: that was not verified. And where
     * the source has Tradewind's own it may be the one that was written over, before this actuator
     * took it up: late ones are the older ones.
     */
    private static Map<TopicPartition, Long> lateAtTarget(
            GroupState state, Map<TopicPartition, Long> noted, boolean runs) {
        return those(
                noted,
                (tp, offset) -> {
                    Long there = state.target().get(tp);
                    if (there == null || runs && !state.targetOurs().contains(tp)) {
                        return false;
                    }
                    if (state.sourceOurs().contains(tp)) {
                        return there < offset;
                    }
                    // one of ours that is further: of before somebody had set them back
                    return offset.equals(state.source().get(tp))
                            && (there < offset
                                    || there > offset && state.targetOurs().contains(tp));
                });
    }

    /**
     * Of a workload that has been stopped to stay so: what {@link #mendStep} goes by later.
     *
     * @param site where it stays
     */
    Optional<Step> noteStep(String site) {
        Map<String, Map<TopicPartition, Long>> offsets = new TreeMap<>();
        Map<String, Map<TopicPartition, Long>> lowest = new TreeMap<>();
        for (String group : route.groups()) {
            GroupState state = seen.groups().get(group);
            if (state == null) {
                return Optional.of(
                        Step.wait(
                                StepKind.NOTE_OFFSETS,
                                site,
                                "group " + group + " could not be looked at" + seen.problems()));
            }
            offsets.put(group, state.source());
            Map<TopicPartition, Long> least = least(state);
            if (!least.isEmpty()) {
                lowest.put(group, least);
            }
        }
        return Noted.of(offsets)
                .map(noted -> noted.over(lowest))
                .map(
                        noted ->
                                Step.note(
                                        site,
                                        noted,
                                        "write down up to where "
                                                + String.join(", ", offsets.keySet())
                                                + " has read"));
    }

    /** What links might bring over its offsets: the least, where that is less. */
    private static Map<TopicPartition, Long> least(GroupState state) {
        Map<TopicPartition, Long> least = new HashMap<>();
        state.elsewhere()
                .values()
                .forEach(
                        there -> there.forEach((tp, offset) -> least.merge(tp, offset, Math::min)));
        return those(
                least,
                (tp, offset) -> state.source().containsKey(tp) && offset < state.source().get(tp));
    }

    /** Writes what the source has committed, where the target differs. */
    Optional<Step> offsetStep() {
        return route.alignsGroups()
                ? write(
                        target,
                        (group, state) ->
                                those(
                                        state.source(),
                                        (tp, offset) ->
                                                route.topics().contains(tp.topic())
                                                        && !offset.equals(state.target().get(tp))),
                        " as at " + route.groupsHome())
                : Optional.empty();
    }

    /**
     * @param site where they are written
     * @param offsets of each group; none: there is nothing to do for it
     * @param as which, for people
     */
    private Optional<Step> write(
            String site,
            BiFunction<String, GroupState, Map<TopicPartition, Long>> offsets,
            String as) {
        Map<String, Map<TopicPartition, Long>> all = new TreeMap<>();
        for (String group : route.groups()) {
            Map<TopicPartition, Long> its = offsets.apply(group, seen.groups().get(group));
            if (!its.isEmpty()) {
                all.put(group, its);
            }
        }
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Step.write(
                                StepKind.WRITE_OFFSETS,
                                site,
                                route.groupsHome(),
                                all,
                                "offsets of " + String.join(", ", all.keySet()) + as));
    }

    private static Map<TopicPartition, Long> those(
            Map<TopicPartition, Long> offsets, BiPredicate<TopicPartition, Long> which) {
        Map<TopicPartition, Long> those = new HashMap<>(offsets);
        those.entrySet().removeIf(e -> !which.test(e.getKey(), e.getValue()));
        return those;
    }

    /** From now on offsets flow away from the target, to wherever the groups were before. */
    Optional<Step> includeStep() {
        if (route.groups().isEmpty()) {
            return Optional.empty();
        }
        String home = route.alignsGroups() ? route.groupsHome() : target;
        Optional<String> unseen = unseenLinks(home);
        if (unseen.isPresent()) {
            return Optional.of(Step.wait(StepKind.INCLUDE_GROUPS, home, unseen.get()));
        }
        for (String site : new TreeSet<>(seen.inflows().keySet())) {
            Optional<Step> include =
                    site.equals(target) ? Optional.empty() : include(StepKind.INCLUDE_GROUPS, site);
            if (include.isPresent()) {
                return include;
            }
        }
        return Optional.empty();
    }

    /**
     * Given up: the links into the target as before. Those to where the groups are stay closed,
     * unless they were never anywhere; it may have begun to read at the target, too. A Job that is
     * to run again comes from nowhere, and its groups are where it had run.
     */
    Optional<Step> reincludeStep() {
        boolean hasRead = route.source() == null && !route.alignsGroups() && !nothingToWriteOver();
        if (route.groups().isEmpty() || target.equals(route.source()) || hasRead) {
            return Optional.empty();
        }
        for (String site : route.source() == null ? route.offsetSites() : List.of(target)) {
            if (hasRunAt(site)) {
                continue;
            }
            Optional<String> unseen = unseenLinks(site);
            Optional<Step> include =
                    unseen.isPresent()
                            ? unseen.map(u -> Step.wait(StepKind.REINCLUDE_GROUPS, site, u))
                            : include(StepKind.REINCLUDE_GROUPS, site);
            if (include.isPresent()) {
                return include;
            }
        }
        return Optional.empty();
    }

    /** What has ended there is put away only when it runs. */
    private boolean hasRunAt(String site) {
        SiteState state = seen.sites().get(site);
        return route.source() == null
                && !site.equals(target)
                && state != null
                && state.reachable()
                && state.app().job() == JobState.SUCCEEDED;
    }

    private Optional<Step> include(StepKind kind, String site) {
        Map<String, List<String>> excluded = flows(site, Sync.EXCLUDED);
        return excluded.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Step.flow(
                                kind,
                                site,
                                excluded,
                                "links bring offsets of "
                                        + groups(excluded)
                                        + " to "
                                        + site
                                        + " again"));
    }

    /** Groups, by the site that they come from, with which a link does that at the site. */
    private Map<String, List<String>> flows(String site, Sync that) {
        Map<String, List<String>> flows = new TreeMap<>();
        seen.inflows()
                .getOrDefault(site, Map.of())
                .forEach(
                        (peer, inflow) -> {
                            List<String> groups =
                                    route.groups().stream()
                                            .filter(g -> inflow.sync(g) == that)
                                            .toList();
                            if (!groups.isEmpty()) {
                                flows.put(peer, groups);
                            }
                        });
        return flows;
    }

    private static String groups(Map<String, List<String>> flows) {
        return String.join(
                ", ", new TreeSet<>(flows.values().stream().flatMap(List::stream).toList()));
    }
}
