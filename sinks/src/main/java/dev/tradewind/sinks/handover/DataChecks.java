package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/** The data plane's half of the handover: topics and mirrors of one command. */
final class DataChecks {
    private final Command command;
    private final Observation seen;
    private final Route route;
    private final String target;

    DataChecks(Command command, Observation seen, Route route) {
        this.command = command;
        this.seen = seen;
        this.route = route;
        this.target = route.target();
    }

    // what stands against it

    /** Something that will not go away by waiting. */
    Optional<String> refusal() {
        if (Route.inputsHomeUnknown(command) && seen.homes().inputs() != null) {
            Optional<String> homeless = homeless(route.inputs(), seen.homes().inputs());
            if (homeless.isPresent()) {
                return homeless;
            }
        }
        if (Route.ownedHomeUnknown(command)
                && seen.homes().owned() != null
                && route.ownedHome() == null) {
            Optional<String> homeless = homeless(route.owned(), seen.homes().owned());
            if (homeless.isPresent()) {
                return homeless;
            }
        }
        for (String topic : route.topics()) {
            Optional<String> refusal = refusal(topic);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        if (route.alignsGroups()) {
            for (String group : route.groups()) {
                GroupState state = seen.groups().get(group);
                if (state != null && state.targetMembers() > 0 && !startedByUs()) {
                    return Optional.of(GroupChecks.taken(group, state, target));
                }
            }
        }
        return Optional.empty();
    }

    private boolean startedByUs() {
        return seen.progress(StepKind.START_TARGET).tries() > 0;
    }

    private static Optional<String> homeless(List<String> topics, List<String> homes) {
        if (homes.size() == 1) {
            return Optional.empty();
        }
        return Optional.of(
                "topics "
                        + String.join(", ", topics)
                        + (homes.isEmpty()
                                ? " are together at no site; name topics.home"
                                : " are at several sites ("
                                        + String.join(", ", homes)
                                        + "); name topics.home"));
    }

    private Optional<String> refusal(String topic) {
        String home = route.home(topic);
        TopicState state = seen.topics().get(topic);
        if (home == null || state == null) {
            return Optional.empty();
        }
        boolean owned = route.owned().contains(topic);
        if (home.equals(target)) {
            if (!state.atTarget()) {
                return Optional.of("topic " + topic + " does not exist at " + target);
            }
            return owned && !state.writableAtTarget()
                    ? Optional.of(
                            "topic " + topic + " is a mirror at " + target + ", not writable there")
                    : Optional.empty();
        }
        LinkState link = link(home);
        if (link != null && link.name() == null) {
            return Optional.of(
                    "the connection of " + target + " names no cluster link from " + home);
        }
        if (link != null && !link.exists()) {
            return Optional.of(
                    "cluster link " + link.name() + " from " + home + " is not at " + target);
        }
        if (link != null && link.error() != null && !underWay()) {
            return Optional.of(
                    "cluster link " + link.name() + " from " + home + ": " + link.error());
        }
        if (!state.atSource()) {
            return Optional.of("topic " + topic + " does not exist at " + home);
        }
        if (owned && !state.writableAtSource()) {
            return Optional.of(
                    "topic "
                            + topic
                            + " is not writable at "
                            + home
                            + ", it mirrors "
                            + target
                            + " ("
                            + state.reverse().raw()
                            + ")");
        }
        if (!state.atTarget()) {
            return Optional.empty();
        }
        if (state.mirror() == null) {
            return Optional.of(
                    "an ordinary topic " + topic + " is in the way at " + target + ": no mirror");
        }
        MirrorStatus status = state.mirror().status();
        if (state.stale() && !(command.guard() != null && command.guard().rebuildMirrors())) {
            return Optional.of(
                    "a stale mirror of "
                            + topic
                            + " is in the way at "
                            + target
                            + " ("
                            + told(state.mirror())
                            + "); a policy with rebuildMirrors would make it anew");
        }
        if (status == MirrorStatus.PAUSED || status == MirrorStatus.LINK_PAUSED) {
            return Optional.of(
                    "the mirror of " + topic + " at " + target + " is " + state.mirror().raw());
        }
        if (!state.stale() && state.sourcePartitions() != state.targetPartitions()) {
            return Optional.of(
                    "topic "
                            + topic
                            + " has "
                            + state.sourcePartitions()
                            + " partitions at "
                            + home
                            + " and "
                            + state.targetPartitions()
                            + " at "
                            + target);
        }
        return Optional.empty();
    }

    /** Work has begun: a passing fault of the link is waited for. */
    private boolean underWay() {
        return seen.progress(StepKind.STAGE_TARGET).tries() > 0;
    }

    /** Something that could not be looked at. */
    Optional<String> missing() {
        if (Route.inputsHomeUnknown(command) && seen.homes().inputs() == null
                || Route.ownedHomeUnknown(command) && route.ownedHome() == null) {
            return Optional.of("where the topics live is not known yet" + seen.problems());
        }
        for (String topic : route.topics()) {
            if (seen.topics().get(topic) == null || link(route.home(topic)) == null) {
                return Optional.of("topic " + topic + " could not be looked at" + seen.problems());
            }
        }
        return Optional.empty();
    }

    // mirrors

    /**
     * Mirrors that don't come about, although all that was asked for was accepted: one that fails
     * again each time that it is made anew would be made anew for ever. As with every deadline,
     * another actuator that takes this up has a time of its own.
     */
    Optional<String> mirrorsInVain() {
        for (String home : homes()) {
            for (String topic : at(home, TopicState::stale)) {
                if (isInVain(StepKind.REBUILD_MIRRORS)) {
                    return Optional.of(
                            "the mirror of "
                                    + topic
                                    + " at "
                                    + target
                                    + " doesn't last: made anew, it is "
                                    + told(seen.topics().get(topic).mirror())
                                    + " again");
                }
            }
            for (String topic : at(home, s -> !s.atTarget())) {
                if (isInVain(StepKind.ENSURE_MIRRORS)) {
                    return Optional.of(
                            "the mirror of "
                                    + topic
                                    + " at "
                                    + target
                                    + " was accepted and does not come about");
                }
            }
        }
        return Optional.empty();
    }

    private boolean isInVain(StepKind kind) {
        Progress progress = seen.progress(kind);
        return progress.tries() > 0 && progress.sinceMillis() > seen.deadlines().of(kind);
    }

    Optional<Step> mirrorStep() {
        for (String home : homes()) {
            List<String> stale = at(home, TopicState::stale);
            if (!stale.isEmpty()) {
                return Optional.of(
                        Step.act(
                                StepKind.REBUILD_MIRRORS,
                                target,
                                home,
                                stale,
                                "delete stale mirrors of " + String.join(", ", stale)));
            }
        }
        for (String home : homes()) {
            List<String> absent = at(home, s -> !s.atTarget());
            if (!absent.isEmpty()) {
                return Optional.of(
                        Step.act(
                                StepKind.ENSURE_MIRRORS,
                                target,
                                home,
                                absent,
                                "mirror "
                                        + String.join(", ", absent)
                                        + " from "
                                        + home
                                        + " to "
                                        + target));
            }
        }
        return Optional.empty();
    }

    /** Mirrors that don't have yet what the source had at the last look. */
    Optional<String> behind() {
        for (String topic : mirrored()) {
            TopicState state = seen.topics().get(topic);
            Optional<String> idle = idle(topic, state);
            if (idle.isPresent()) {
                return idle;
            }
            List<Long> before = seen.before().get(topic);
            if (before == null) {
                return Optional.of("looking at " + topic);
            }
            for (PartitionState p : state.partitions()) {
                long then = p.partition() < before.size() ? before.get(p.partition()) : 0;
                if (p.sourceEnd() < 0 || p.targetEnd() < then) {
                    return Optional.of(behind(topic, p, then));
                }
            }
        }
        return Optional.empty();
    }

    /** What is not yet at the target although the source stands still. */
    Optional<String> undrained() {
        for (String topic : mirrored()) {
            TopicState state = seen.topics().get(topic);
            Optional<String> idle = idle(topic, state);
            if (idle.isPresent()) {
                return idle;
            }
            boolean owned = route.owned().contains(topic);
            List<Long> before = seen.before().getOrDefault(topic, List.of());
            for (PartitionState p : state.partitions()) {
                long wanted = owned ? p.sourceEnd() : wanted(topic, p.partition(), before);
                if (p.targetEnd() < wanted || owned && p.sourceEnd() < 0) {
                    return Optional.of(behind(topic, p, wanted));
                }
                if (owned && p.targetEnd() != p.sourceEnd()) {
                    return Optional.of(
                            "mirror "
                                    + topic
                                    + "-"
                                    + p.partition()
                                    + " is ahead of its source: "
                                    + p.targetEnd()
                                    + " over "
                                    + p.sourceEnd());
                }
            }
        }
        if (route.handsOver() && seen.still() < 2) {
            return Optional.of("the log ends of owned topics may still grow");
        }
        if (route.alignsGroups()) {
            for (String group : route.groups()) {
                GroupState state = seen.groups().get(group);
                if (state.sourceMembers() > 0) {
                    return Optional.of(
                            "group "
                                    + group
                                    + " has "
                                    + state.sourceMembers()
                                    + " members at "
                                    + route.groupsHome());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * How far the mirror of an input has to come. A job that leaves a savepoint goes on from the
     * offsets in there, which only Flink can read, and which may be beyond what its group has
     * committed. A mirror that has less would be read from its beginning.
     */
    private long wanted(String topic, int partition, List<Long> before) {
        boolean saved = leavesSavepoint();
        if (!saved && !route.groups().isEmpty()) {
            return committed(topic, partition);
        }
        // nobody says how far it has read: what there was when it had stopped
        boolean known =
                partition < before.size()
                        && before.get(partition) >= 0
                        && (!saved || seen.still() >= 2);
        return known
                ? Math.max(before.get(partition), committed(topic, partition))
                : Long.MAX_VALUE;
    }

    private boolean leavesSavepoint() {
        SiteState source = route.vacates() ? seen.sites().get(route.source()) : null;
        return source != null && source.reachable() && source.app().savepoint() != null;
    }

    private static Optional<String> idle(String topic, TopicState state) {
        if (state.mirror() == null || state.mirror().status() != MirrorStatus.ACTIVE) {
            return Optional.of("the mirror of " + topic + " is " + told(state.mirror()));
        }
        return state.partitions().isEmpty()
                ? Optional.of("no partition of " + topic + " was seen")
                : Optional.empty();
    }

    private static String behind(String topic, PartitionState p, long wanted) {
        return "mirror "
                + topic
                + "-"
                + p.partition()
                + " is at "
                + p.targetEnd()
                + " of "
                + (wanted == Long.MAX_VALUE ? "?" : wanted)
                + " (source "
                + p.sourceEnd()
                + ")";
    }

    private long committed(String topic, int partition) {
        TopicPartition tp = new TopicPartition(topic, partition);
        return route.groups().stream()
                .map(g -> seen.groups().get(g))
                .filter(Objects::nonNull)
                .mapToLong(g -> g.source().getOrDefault(tp, 0L))
                .max()
                .orElse(0);
    }

    // sides

    boolean anyReversed() {
        return route.owned().stream()
                .map(seen.topics()::get)
                .anyMatch(s -> s != null && s.reversed());
    }

    /**
     * Until every owned topic is writable at the target. The source is stopped and the mirrors were
     * equal, so to fail a topic over loses nothing.
     */
    Optional<Step> sideStep() {
        String home = route.ownedHome();
        List<String> unseen = new ArrayList<>();
        List<String> stuck = new ArrayList<>();
        List<String> ready = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        for (String topic : route.owned()) {
            TopicState state = seen.topics().get(topic);
            if (state == null) {
                unseen.add(topic);
            } else if (!state.writableAtTarget()) {
                MirrorStatus status =
                        state.mirror() == null ? MirrorStatus.UNKNOWN : state.mirror().status();
                if (status.isBroken()) {
                    stuck.add(topic);
                } else if (status == MirrorStatus.ACTIVE || status == MirrorStatus.PAUSED) {
                    ready.add(topic);
                } else {
                    pending.add(topic + " " + told(state.mirror()));
                }
            }
        }
        LinkState link = link(home);
        if (!unseen.isEmpty() || link == null) {
            if (seen.alone().keySet().containsAll(route.owned())) {
                return sideAlone(home);
            }
            return Optional.of(
                    Step.wait(
                            StepKind.AWAIT_WRITABLE,
                            target,
                            "could not look at " + String.join(", ", unseen) + seen.problems()));
        }
        StepKind way = link.bidirectional() ? StepKind.REVERSE : StepKind.PROMOTE;
        Progress tried = seen.progress(way);
        // who isn't let in may be let in again, and would not be for a failover either
        boolean refused = tried.error() == PortException.Kind.REFUSED;
        long waited =
                Math.max(seen.progress(StepKind.AWAIT_WRITABLE).sinceMillis(), tried.sinceMillis());
        if (waited > seen.deadlines().writable() || refused) {
            for (String topic : route.owned()) {
                if (!seen.topics().get(topic).writableAtTarget() && !stuck.contains(topic)) {
                    stuck.add(topic);
                }
            }
        }
        if (!stuck.isEmpty()) {
            return Optional.of(
                    Step.act(
                            StepKind.FAILOVER,
                            target,
                            home,
                            stuck,
                            "fail over "
                                    + String.join(", ", stuck)
                                    + ", which loses nothing: source stopped, lag zero"));
        }
        if (!ready.isEmpty()) {
            return Optional.of(
                    Step.act(
                            way,
                            target,
                            home,
                            ready,
                            "make " + String.join(", ", ready) + " writable at " + target));
        }
        return pending.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Step.wait(StepKind.AWAIT_WRITABLE, target, String.join(", ", pending)));
    }

    /**
     * The source is lost after the cut: what was on its way is waited for, and then what the target
     * has is made writable. That is all that there was.
     */
    private Optional<Step> sideAlone(String home) {
        List<String> mirrors =
                route.owned().stream()
                        .filter(t -> !seen.alone().get(t).writableAtTarget())
                        .toList();
        if (mirrors.isEmpty()) {
            return Optional.empty();
        }
        long waited = seen.progress(StepKind.AWAIT_WRITABLE).sinceMillis();
        return Optional.of(
                waited > seen.deadlines().writable()
                        ? Step.act(
                                StepKind.FAILOVER,
                                target,
                                home,
                                mirrors,
                                "fail over "
                                        + String.join(", ", mirrors)
                                        + " without "
                                        + home
                                        + ", which loses nothing: it had stopped, lag zero")
                        : Step.wait(
                                StepKind.AWAIT_WRITABLE,
                                target,
                                String.join(", ", mirrors) + seen.problems()));
    }

    // helpers

    private LinkState link(String home) {
        return home == null ? null : seen.links().get(home);
    }

    /** Sites from which mirrors are needed. */
    private List<String> homes() {
        List<String> homes = new ArrayList<>();
        for (String home : new String[] {route.inputsHome(), route.ownedHome()}) {
            if (home != null && !home.equals(target) && !homes.contains(home)) {
                homes.add(home);
            }
        }
        return homes;
    }

    private List<String> mirrored() {
        return route.topics().stream().filter(t -> !target.equals(route.home(t))).toList();
    }

    private List<String> at(String home, Predicate<TopicState> that) {
        return route.topics().stream()
                .filter(t -> home.equals(route.home(t)))
                .filter(t -> seen.topics().get(t) != null && that.test(seen.topics().get(t)))
                .toList();
    }

    private static String told(MirrorState mirror) {
        if (mirror == null) {
            return "not there";
        }
        String errors =
                mirror.transitionErrors().isEmpty()
                        ? ""
                        : " " + String.join(", ", mirror.transitionErrors());
        return mirror.raw() + (mirror.error() == null ? "" : " " + mirror.error()) + errors;
    }
}
