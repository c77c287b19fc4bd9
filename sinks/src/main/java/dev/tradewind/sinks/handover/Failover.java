package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Away from a site that does not answer: from the mirrors that the target has, and the offsets that
 * came there last. What is not known here can't be asked for, so what may be missing or done again
 * is counted from what the target knows, written down before the first topic changes sides, and
 * told.
 *
 * <p>It is not begun by what another says. The source must not answer for a while, in every look,
 * neither its API nor its brokers; and the target's own link must have lost it too. Where it
 * answers before the cut, everything is left as it was.
 */
final class Failover {
    private final Facts facts;
    private final Back back;
    private final Copies copies;
    private final Forward forward;
    private final WorkloadSpec spec;
    private final Observation seen;
    private final Route route;
    private final GroupChecks groups;
    private final long epoch;

    Failover(Facts facts, Back back, Copies copies, Forward forward) {
        this.facts = facts;
        this.back = back;
        this.copies = copies;
        this.forward = forward;
        this.spec = facts.command.spec();
        this.seen = facts.seen;
        this.route = facts.route;
        this.groups = facts.groups;
        this.epoch = facts.epoch;
    }

    // before the cut

    Step before() {
        String source = route.source();
        String target = route.target();
        for (String site : List.of(source, target)) {
            if (!facts.site(site).known()) {
                return back.giveUp("there is no connection for site " + site);
            }
        }
        Optional<String> failed = back.failedBefore();
        if (failed.isPresent()) {
            return back.giveUp(failed.get());
        }
        if (facts.site(source).reachable()) {
            return back.giveUp("site " + source + " answers: it is not lost");
        }
        if (route.topics().stream()
                .anyMatch(t -> source.equals(route.home(t)) && seen.topics().containsKey(t))) {
            return back.giveUp("the brokers of " + source + " answer: it is not lost");
        }
        if (!facts.site(target).reachable()) {
            return back.waitFor(StepKind.CHECK, target, facts.silent(target));
        }
        Optional<String> elsewhere = copies.runsElsewhere();
        if (elsewhere.isPresent()) {
            return copies.foundElsewhere(elsewhere.get());
        }
        Optional<String> missing = missing().or(groups::missing);
        if (missing.isPresent()) {
            return back.waitFor(StepKind.CHECK, target, missing.get());
        }
        Optional<String> refusal = refusal();
        if (refusal.isPresent()) {
            return back.giveUp(refusal.get());
        }
        Optional<String> heard = heardAtTarget();
        if (heard.isPresent()) {
            return back.waitFor(StepKind.CHECK, target, heard.get());
        }
        long silent = seen.progress(StepKind.CHECK).sinceMillis();
        if (silent < seen.deadlines().lost()) {
            return Step.wait(
                    StepKind.CHECK,
                    source,
                    "site "
                            + source
                            + " does not answer; it is looked for until that has lasted "
                            + seen.deadlines().lost()
                            + " ms");
        }
        Optional<Step> preflight = back.preflight();
        if (preflight.isPresent()) {
            return preflight.get();
        }
        Optional<Step> old = copies.oldCopy(true);
        if (old.isPresent()) {
            return old.get();
        }
        AppState there = facts.app(target);
        boolean staged =
                there.applied(epoch, Mode.STAGED)
                        || there.applied(epoch, Mode.MIXED)
                        || there.applied(epoch, Mode.RUNNING);
        if (!staged) {
            return Step.act(
                    StepKind.STAGE_TARGET,
                    target,
                    "everything at " + target + ", at zero, epoch " + epoch);
        }
        Optional<Step> exclude = groups.excludeStep();
        if (exclude.isPresent()) {
            return exclude.get();
        }
        Optional<GroupChecks.OnItsWay> onItsWay = groups.onItsWay();
        if (onItsWay.isPresent()) {
            return back.waitFor(StepKind.CATCH_UP, onItsWay.get());
        }
        return Step.act(StepKind.CUT, target, Cut.text(loss(Loss.UNKNOWN)));
    }

    private Optional<String> missing() {
        for (String topic : route.topics()) {
            if (seen.alone().get(topic) == null) {
                return Optional.of(
                        "topic "
                                + topic
                                + " at "
                                + route.target()
                                + " could not be looked at"
                                + seen.problems());
            }
        }
        for (String group : route.groups()) {
            if (seen.groups().get(group) == null) {
                return Optional.of("group " + group + " could not be looked at" + seen.problems());
            }
        }
        return Optional.empty();
    }

    /** Something that will not go away by waiting. */
    private Optional<String> refusal() {
        String target = route.target();
        if (Savepoints.isLeftBehind(spec)) {
            return Optional.of(
                    "a FlinkDeployment has its state where it ran: a person has to say from which savepoint it goes on, by an update with job.initialSavepointPath and a new job.savepointRedeployNonce");
        }
        if (!route.inputs().isEmpty() && Savepoints.isOfUnknownAge(spec)) {
            return Optional.of(
                    "nobody can tell how old the savepoint is, and whether its inputs are still there: say when it was taken, by the annotation "
                            + ManifestCheck.SAVEPOINT_TAKEN
                            + " of the FlinkDeployment");
        }
        for (String topic : route.topics()) {
            TopicState state = seen.alone().get(topic);
            String of = "topic " + topic + " of " + route.source();
            if (!state.atTarget()) {
                return Optional.of(
                        of + " has no mirror at " + target + ": there is nothing to start from");
            }
            if (!route.owned().contains(topic)) {
                continue;
            }
            if (state.mirror() == null) {
                return Optional.of(
                        "an ordinary topic " + topic + " is at " + target + ", no mirror");
            }
            MirrorStatus status = state.mirror().status();
            if (status == MirrorStatus.FAILED) {
                return Optional.of(
                        "the mirror of " + of + " at " + target + " is " + state.mirror().raw());
            }
            // one that a hand-over under way has made writable has its objects there
            if (status == MirrorStatus.STOPPED && !facts.app(target).exists()) {
                return Optional.of(
                        "the mirror of " + of + " at " + target + " was stopped before the loss");
            }
        }
        for (String group : route.groups()) {
            GroupState state = seen.groups().get(group);
            if (state.targetMembers() > 0 && !facts.touched()) {
                return Optional.of(GroupChecks.taken(group, state, target));
            }
        }
        return Optional.empty();
    }

    /** The brokers of the target still hear from the source: it is only lost from here. */
    private Optional<String> heardAtTarget() {
        LinkState link = seen.links().get(route.source());
        boolean linked =
                link == null || link.error() == null && "ACTIVE".equalsIgnoreCase(link.state());
        for (String topic : route.owned()) {
            boolean active =
                    seen.alone().get(topic).mirror().status() == MirrorStatus.ACTIVE && linked;
            if (active) {
                return Optional.of(
                        "the mirror of "
                                + topic
                                + " at "
                                + route.target()
                                + " is ACTIVE: the brokers of "
                                + route.source()
                                + " may be lost from here only");
            }
        }
        return Optional.empty();
    }

    /**
     * Counted from what the target knows.
     *
     * @param before as it was counted when the mirrors were still mirrors, and had a lag
     */
    private Loss loss(Loss before) {
        Map<String, String> cut = new TreeMap<>();
        long missing = before.missing() == null ? 0 : before.missing();
        for (String topic : route.owned()) {
            List<String> ends = new ArrayList<>();
            List<Long> then = before.endsOf(topic);
            for (PartitionState p : seen.alone().get(topic).partitions()) {
                long end = Math.max(0, p.targetEnd());
                ends.add(String.valueOf(end));
                if (before.missing() == null) {
                    missing += Math.max(0, p.lag());
                } else if (then != null && p.partition() < then.size()) {
                    missing -= end - then.get(p.partition());
                }
            }
            cut.put(topic, String.join(",", ends));
        }
        missing = Math.max(0, missing);
        long repeated = 0;
        for (String topic : route.inputs()) {
            for (PartitionState p : seen.alone().get(topic).partitions()) {
                TopicPartition tp = new TopicPartition(topic, p.partition());
                long committed =
                        route.groups().stream()
                                .map(g -> seen.groups().get(g).target().getOrDefault(tp, 0L))
                                .mapToLong(Long::longValue)
                                .min()
                                .orElse(0);
                repeated += Math.max(0, p.targetEnd() - committed);
            }
        }
        return new Loss(
                cut,
                route.owned().isEmpty() ? 0 : missing,
                route.groups().isEmpty() ? null : repeated,
                null);
    }

    // after it

    Step after() {
        SiteState source = facts.site(route.source());
        if (source.reachable()) {
            // it is back in the midst of it: then it goes as it would have
            if (!facts.quiesced()) {
                return facts.quiesce();
            }
            if (!source.app().stopped()) {
                return Step.wait(StepKind.DRAIN, route.source(), facts.goes(route.source()));
            }
        }
        Optional<Step> second = copies.secondCopy();
        if (second.isPresent()) {
            return second.get();
        }
        Optional<Step> sides = sides().or(this::count);
        return sides.isPresent() ? sides.get() : forward.start(true);
    }

    /**
     * Until its topics had changed sides records could still come to the target, when the source
     * was back in the midst of it: none do any more, and none are written there yet, so that what
     * is counted now is what it costs.
     */
    private Optional<Step> count() {
        AppState there = facts.app(route.target());
        boolean begun =
                there.desired() > 0
                        || there.podsPresent() > 0
                        || seen.progress(StepKind.START_TARGET).tries() > 0;
        if (!route.hasTopics()
                || begun
                || seen.mark().kind() == Mark.Kind.COUNTED
                || !facts.site(route.target()).reachable()) {
            return Optional.empty();
        }
        Optional<String> missing = missing();
        return Optional.of(
                missing.isPresent()
                        ? Step.wait(StepKind.AWAIT_WRITABLE, route.target(), missing.get())
                        : Step.act(
                                StepKind.COUNT,
                                route.target(),
                                Cut.text(loss(Cut.parse(seen.mark().note())))));
    }

    private Optional<Step> sides() {
        List<String> mirrors = new ArrayList<>();
        for (String topic : route.owned()) {
            TopicState state = seen.alone().get(topic);
            if (state == null) {
                return Optional.of(
                        Step.wait(
                                StepKind.AWAIT_WRITABLE,
                                route.target(),
                                "could not look at " + topic + seen.problems()));
            }
            if (!state.writableAtTarget()) {
                mirrors.add(topic);
            }
        }
        return mirrors.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Step.act(
                                StepKind.FAILOVER,
                                route.target(),
                                route.source(),
                                mirrors,
                                "fail over "
                                        + String.join(", ", mirrors)
                                        + " without "
                                        + route.source()
                                        + ": "
                                        + seen.mark().note()));
    }

    /** It runs at the target; nothing of the lost site is waited for. */
    static String told(Mark mark, String source) {
        Loss loss = Cut.parse(mark.note());
        return source
                + " was lost: "
                + (loss.missing() == null ? "an unknown number of" : "at least " + loss.missing())
                + " records of its topics are missing"
                + (loss.repeated() == null
                        ? ""
                        : ", at most " + loss.repeated() + " records are processed again");
    }
}
