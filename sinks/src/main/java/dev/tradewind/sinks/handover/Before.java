package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.GroupChecks.OnItsWay;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mode;
import java.util.List;
import java.util.Optional;

/** A planned hand-over up to the point of no return: every failure leads back to the source. */
final class Before {
    private final Facts facts;
    private final Back back;
    private final Copies copies;
    private final Forward forward;
    private final Observation seen;
    private final Route route;
    private final long epoch;

    Before(Facts facts, Back back, Copies copies, Forward forward) {
        this.facts = facts;
        this.back = back;
        this.copies = copies;
        this.forward = forward;
        this.seen = facts.seen;
        this.route = facts.route;
        this.epoch = facts.epoch;
    }

    Step next() {
        for (String site : route.involved()) {
            if (!facts.site(site).known()) {
                return back.giveUp("there is no connection for site " + site);
            }
        }
        Optional<String> failed = back.failedBefore();
        if (failed.isPresent()) {
            return back.giveUp(failed.get());
        }
        for (String site :
                List.of(route.target(), facts.orTarget(route.source()), route.markSite())) {
            if (!facts.site(site).reachable()) {
                return back.waitFor(waitKind(), site, facts.silent(site));
            }
        }
        Optional<String> elsewhere = copies.runsElsewhere();
        if (elsewhere.isPresent()) {
            String reason =
                    "a copy runs at "
                            + elsewhere.get()
                            + (elsewhere.get().equals(route.target()) ? " already" : " too")
                            + ", which the command does not know of";
            return copies.foundElsewhere(elsewhere.get(), reason);
        }
        Optional<Step> astray = facts.takeBack(route.ownedHome());
        if (astray.isPresent()) {
            return astray.get();
        }
        Optional<String> stopped =
                new TakeBack(seen, epoch).isStoppedElsewhere(route.ownedHome(), route.owned());
        if (stopped.isPresent() && !facts.touched()) {
            return Step.found(
                    StepKind.FOUND_STOPPED,
                    stopped.get(),
                    "it was taken to "
                            + stopped.get()
                            + " and stopped there, which the command does not know of: topic "
                            + String.join(", ", route.owned())
                            + " is not writable at "
                            + route.ownedHome());
        }
        Optional<String> refusal = ended().or(facts.data::refusal);
        if (refusal.isPresent()) {
            return back.giveUp(refusal.get());
        }
        Optional<String> missing = facts.data.missing().or(facts.groups::missing);
        if (missing.isPresent()) {
            return back.waitFor(waitKind(), route.target(), missing.get());
        }
        Optional<Step> preflight = back.preflight();
        if (preflight.isPresent()) {
            return preflight.get();
        }
        Optional<Step> old = copies.oldCopy(true);
        if (old.isPresent()) {
            return old.get();
        }
        Optional<String> inVain = facts.data.mirrorsInVain();
        if (inVain.isPresent()) {
            return back.giveUp(inVain.get());
        }
        Optional<Step> mirrors = facts.data.mirrorStep();
        if (mirrors.isPresent()) {
            return mirrors.get();
        }
        AppState target = facts.app(route.target());
        boolean started = target.applied(epoch, Mode.RUNNING);
        // some of it runs by this epoch already: a start that has begun, and is to go on
        boolean starting = target.applied(epoch, Mode.MIXED);
        // a Job that ends before the source is seen stopped is not to run there: staged once more.
        // What is seen stopped ends no more, so that with the source all that has ended is told
        boolean staged =
                started
                        || starting
                        || target.applied(epoch, Mode.STAGED) && facts.endedAreAtTarget();
        // a first start, too, where links have to be closed first: what is there leads back to it
        boolean first = route.source() == null && !route.offsetSites().isEmpty();
        if (!staged && (route.vacates() || route.hasPointOfNoReturn() || first)) {
            List<String> ended = facts.ended();
            String told = ended.isEmpty() ? "" : "; has ended: " + String.join(", ", ended);
            return Step.apply(
                    StepKind.STAGE_TARGET,
                    route.target(),
                    ended,
                    "everything at " + route.target() + ", at zero, epoch " + epoch + told);
        }
        // before the source stops, as it takes nothing away from it and shortens the pause; what is
        // still on its way is waited for while the mirrors catch up
        Optional<Step> exclude =
                started
                        ? Optional.empty()
                        : facts.groups.noteBroughtStep().or(facts.groups::excludeStep);
        if (exclude.isPresent()) {
            return exclude.get();
        }
        if (route.vacates() && !facts.quiesced()) {
            Optional<String> behind = facts.data.behind();
            if (behind.isPresent()) {
                return back.waitFor(StepKind.CATCH_UP, route.target(), behind.get());
            }
            Optional<OnItsWay> offsets = facts.groups.onItsWay();
            return offsets.isPresent()
                    ? back.waitFor(StepKind.CATCH_UP, offsets.get())
                    : facts.quiesce();
        }
        if (route.vacates() && !facts.app(route.source()).stopped()) {
            return back.waitFor(StepKind.DRAIN, route.source(), facts.goes(route.source()));
        }
        StepKind drain = route.vacates() ? StepKind.DRAIN : StepKind.CATCH_UP;
        Optional<String> undrained = facts.data.undrained();
        if (undrained.isPresent() && !started) {
            return back.waitFor(drain, route.target(), undrained.get());
        }
        Optional<OnItsWay> onItsWay =
                facts.stoppedByUs() ? facts.groups.onItsWayAgain() : facts.groups.onItsWay();
        if (onItsWay.isPresent() && !started) {
            return back.waitFor(drain, onItsWay.get());
        }
        Optional<Step> carried = started ? Optional.empty() : carryStep();
        if (carried.isPresent()) {
            return carried.get();
        }
        Optional<Step> offsets =
                started ? Optional.empty() : facts.groups.mendStep().or(facts.groups::offsetStep);
        if (offsets.isPresent()) {
            return offsets.get();
        }
        if (route.hasPointOfNoReturn()) {
            return Step.act(
                    StepKind.CUT,
                    route.markSite(),
                    "source stopped, mirrors equal, offsets verified: from here only forward");
        }
        return forward.next();
    }

    /**
     * The source is a Job that has done its work, and whoever gave the command did not know: one
     * that is to run again runs nowhere, so its command says nothing of where it had run. Once the
     * target is started it is decided: the source was seen stopped before. In place there is
     * nothing to be rolled out any more, and what of it can't be changed would be in the way.
     */
    private Optional<String> ended() {
        AppState target = facts.app(route.target());
        boolean starts = target.applied(epoch, Mode.RUNNING) || target.applied(epoch, Mode.MIXED);
        boolean concerns = route.vacates() || route.source() != null && !facts.touched();
        return concerns && !starts && facts.app(route.source()).job() == JobState.SUCCEEDED
                ? Optional.of("the job has ended by itself at " + route.source())
                : Optional.empty();
    }

    /** Before the point of no return, as the source may not be there to be asked after it. */
    private Optional<Step> carryStep() {
        String left = route.vacates() ? facts.app(route.source()).savepoint() : null;
        return left == null || left.equals(facts.app(route.target()).savepoint())
                ? Optional.empty()
                : Optional.of(
                        Step.act(
                                StepKind.CARRY_STATE,
                                route.target(),
                                null,
                                List.of(left),
                                "it is to start from " + left));
    }

    private StepKind waitKind() {
        if (!facts.touched()) {
            return StepKind.CHECK;
        }
        return route.vacates() && facts.site(route.source()).reachable() && facts.quiesced()
                ? StepKind.DRAIN
                : StepKind.CATCH_UP;
    }
}
