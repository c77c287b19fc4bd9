package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mode;
import java.util.Optional;

/**
 * Topics change sides, and the target starts. A workload without topics comes here before its point
 * of no return, which is when the target is ready: until then what fails leads back.
 */
final class Forward {
    /** So often links are closed for one command, after that not for what is only likely. */
    private static final int MOST_CLOSES = 10;

    private final Facts facts;
    private final Back back;
    private final Copies copies;
    private final Observation seen;
    private final Route route;
    private final long epoch;

    Forward(Facts facts, Back back, Copies copies) {
        this.facts = facts;
        this.back = back;
        this.copies = copies;
        this.seen = facts.seen;
        this.route = facts.route;
        this.epoch = facts.epoch;
    }

    Step next() {
        boolean only = facts.past();
        if (route.vacates()) {
            SiteState source = facts.site(route.source());
            if (source.reachable() && !facts.quiesced()) {
                return facts.quiesce();
            }
            if (source.reachable() && !source.app().stopped()) {
                return Step.wait(StepKind.DRAIN, route.source(), facts.goes(route.source()));
            }
            if (!source.reachable() && !seen.mark().cuts(epoch)) {
                // stopped, but we have not seen it
                return Step.wait(StepKind.DRAIN, route.source(), facts.silent(route.source()));
            }
        }
        Optional<Step> second = copies.secondCopy();
        if (second.isPresent()) {
            return second.get();
        }
        boolean third = seen.stray() != null && seen.stray().at() != null;
        Optional<Step> astray = only && third ? facts.takeBack(route.target()) : Optional.empty();
        if (astray.isPresent()) {
            return astray.get();
        }
        Optional<Step> sides = only && route.handsOver() ? facts.data.sideStep() : Optional.empty();
        return sides.isPresent() ? sides.get() : start(only);
    }

    /**
     * Nothing stands in the way of the target any more.
     *
     * @param only forward
     */
    Step start(boolean only) {
        if (!facts.site(route.target()).reachable()) {
            return Step.wait(StepKind.START_TARGET, route.target(), facts.silent(route.target()));
        }
        AppState target = facts.app(route.target());
        if (target.applied(epoch, Mode.STOPPED) && route.vacates()) {
            return Step.end(
                    StepKind.FAIL,
                    "it is stopped at "
                            + route.target()
                            + " again, as it did not go on from the state that it was to");
        }
        if (target.misled()) {
            return only
                    ? Step.act(
                            StepKind.STOP,
                            route.target(),
                            "it must not go on so" + Facts.why(target))
                    : back.giveUp("it went on from another state" + Facts.why(target));
        }
        Optional<Step> late = putRight(target);
        if (late.isPresent()) {
            return late.get();
        }
        if (!target.applied(epoch, Mode.RUNNING)) {
            Progress tried = seen.progress(StepKind.START_TARGET);
            if (tried.refused() && seen.overdue(StepKind.START_TARGET)) {
                return Step.end(
                        StepKind.FAIL,
                        "it cannot be started at " + route.target() + ": " + tried.message());
            }
            return Step.apply(
                    StepKind.START_TARGET,
                    route.target(),
                    facts.ended(),
                    "start at " + route.target() + " with epoch " + epoch);
        }
        if (target.job() == JobState.FAILED) {
            return Step.end(
                    StepKind.FAIL, "the job failed at " + route.target() + Facts.why(target));
        }
        if (!target.ready() && target.job() != JobState.SUCCEEDED) {
            String state =
                    target.podsReady()
                            + " of "
                            + target.desired()
                            + " pods ready at "
                            + route.target()
                            + Facts.why(target);
            if (seen.overdue(StepKind.AWAIT_READY)) {
                return only
                        ? Step.end(StepKind.FAIL, "not ready in time: " + state)
                        : back.giveUp("not ready in time: " + state);
            }
            return Step.wait(StepKind.AWAIT_READY, route.target(), state);
        }
        if (!only && (facts.site(route.markSite()).reachable())) {
            return Step.act(
                    StepKind.CUT,
                    route.markSite(),
                    "ready at " + route.target() + ": it stays there");
        }
        return new Finish(seen, route, facts.groups, facts.failsOver()).next();
    }

    /**
     * What requests that were done late have made of the groups' offsets since the decision, until
     * the workload reads. It must not stand still for a service that doesn't close a link, or where
     * somebody else opens it again and again.
     */
    private Optional<Step> putRight(AppState target) {
        boolean runs =
                target.applied(epoch, Mode.RUNNING)
                        && (target.ready() || target.job() == JobState.SUCCEEDED);
        Progress closed = seen.progress(StepKind.EXCLUDE_GROUPS);
        boolean closes = !runs && closed.error() == null && closed.tries() < MOST_CLOSES;
        Optional<Step> close = closes ? facts.groups.excludeTargetStep() : Optional.empty();
        Optional<Step> mend = facts.mend(facts.groups.mendTargetStep(runs));
        // it may begin to read at any moment: what it would read is put right first
        boolean mendFirst = target.applied(epoch, Mode.RUNNING) && mend.isPresent();
        return close.isPresent() && !mendFirst ? close : mend;
    }
}
