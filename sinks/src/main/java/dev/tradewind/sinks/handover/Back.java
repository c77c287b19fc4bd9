package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.handover.GroupChecks.OnItsWay;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way back to the source, and what leads to it before the point of no return. */
final class Back {
    /** Steps whose refusal, before the point of no return, leads back. */
    private static final List<StepKind> BEFORE =
            List.of(
                    StepKind.PREFLIGHT,
                    StepKind.TAKE_BACK,
                    StepKind.STOP,
                    StepKind.REBUILD_MIRRORS,
                    StepKind.ENSURE_MIRRORS,
                    StepKind.STAGE_TARGET,
                    StepKind.QUIESCE_SOURCE,
                    StepKind.EXCLUDE_GROUPS,
                    StepKind.CARRY_STATE,
                    StepKind.WRITE_OFFSETS,
                    StepKind.CUT,
                    StepKind.START_TARGET);

    private final Facts facts;
    private final Observation seen;
    private final Route route;
    private final long epoch;

    Back(Facts facts) {
        this.facts = facts;
        this.seen = facts.seen;
        this.route = facts.route;
        this.epoch = facts.epoch;
    }

    /** A step before the point of no return that will not come about. */
    Optional<String> failedBefore() {
        for (StepKind kind : BEFORE) {
            // also where it is not known whether CUT was written: giving up is then refused, and
            // the next look shows it
            Progress progress = seen.progress(kind);
            if (progress.error() != null
                    && (!progress.error().isTransient() || seen.overdue(kind))) {
                return Optional.of(kind.text() + " failed: " + progress.message());
            }
        }
        return Optional.empty();
    }

    /** A dry run, before anything is touched. */
    Optional<Step> preflight() {
        if (facts.touched()) {
            return Optional.empty();
        }
        if (seen.preflight() == null) {
            return Optional.of(
                    Step.act(
                            StepKind.PREFLIGHT,
                            route.target(),
                            "dry run of "
                                    + facts.command.spec().manifests().size()
                                    + " manifests"));
        }
        return seen.preflight().isEmpty()
                ? Optional.empty()
                : Optional.of(giveUp(String.join("; ", seen.preflight())));
    }

    Step waitFor(StepKind kind, String site, String what) {
        return seen.overdue(kind)
                ? giveUp(kind.text() + " took too long: " + what)
                : Step.wait(kind, site, what);
    }

    Step waitFor(StepKind kind, OnItsWay offsets) {
        return seen.overdue(kind)
                ? waitFor(kind, route.target(), offsets.what())
                : offsets.wait(kind, route.target());
    }

    Step giveUp(String reason) {
        if (!facts.touched()) {
            return turnDown(reason);
        }
        boolean inPlace = route.target().equals(route.source());
        return inPlace && !facts.app(route.target()).restorable()
                ? Step.end(StepKind.FAIL, reason)
                : next(reason);
    }

    /**
     * Only the site that keeps the decision knows whether this was begun by one who is gone: its
     * source may stand still. And a refusal that is not written down may be overtaken by whoever
     * was given the command too.
     */
    private Step turnDown(String reason) {
        SiteState keeper = facts.site(route.markSite());
        PortException.Kind error = seen.progress(StepKind.TURN_DOWN).error();
        boolean inVain =
                error != null && (!error.isTransient() || seen.overdue(StepKind.TURN_DOWN));
        if (!keeper.known() || inVain) {
            return Step.end(StepKind.REFUSE, reason);
        }
        return keeper.reachable()
                ? Step.act(StepKind.TURN_DOWN, route.markSite(), reason)
                : Step.wait(
                        StepKind.CHECK,
                        route.markSite(),
                        reason
                                + "; it is not given up before "
                                + route.markSite()
                                + " says that it was not begun");
    }

    /** Nothing of this epoch is at the target, and the source was not stopped by it. */
    boolean isAsBefore() {
        AppState target = facts.app(route.target());
        boolean here = route.target().equals(route.source());
        boolean staged =
                target.mode() != Mode.NONE
                        && target.mode() != Mode.RUNNING
                        && facts.site(route.target()).reachable();
        boolean ours = target.appliedEpoch() == epoch || staged;
        boolean stopped = route.vacates() && facts.app(route.source()).applied(epoch, Mode.STOPPED);
        return here || !ours && !stopped;
    }

    Step next(String reason) {
        if (!facts.decided(Mark.Kind.BACK) && !facts.decided(Mark.Kind.REFUSED)) {
            Step note = Step.act(StepKind.GIVE_UP, route.markSite(), reason);
            return facts.site(route.markSite()).reachable() ? note : note.later();
        }
        if (route.target().equals(route.source())) {
            return backInPlace(reason);
        }
        SiteState target = facts.site(route.target());
        boolean mayRun = !route.hasPointOfNoReturn();
        // a first start has no decision before it either
        if ((mayRun || route.source() == null) && hasEndedWell(target)) {
            return new Finish(seen, route, facts.groups, facts.failsOver()).next();
        }
        String left = "";
        List<String> leftAt = new ArrayList<>();
        boolean another =
                target.reachable()
                        && target.app().mode() == Mode.RUNNING
                        && target.app().appliedEpoch() != epoch;
        if (another && route.vacates()) {
            return Step.end(
                    StepKind.FAIL,
                    reason
                            + "; another copy runs at "
                            + route.target()
                            + ", so it is not started at "
                            + route.source()
                            + " again");
        }
        boolean targetFirst = mayRun || !sourceIsToStart();
        if (targetFirst && !another && target.reachable()) {
            Optional<Step> first = seeStopped(target).or(() -> carryEnded(target));
            if (first.isPresent()) {
                return first.get();
            }
        }
        boolean tried = seen.progress(StepKind.REMOVE_TARGET).tries() > 0;
        if (target.reachable() && target.app().exists() && !another && targetFirst) {
            if (!tried || !seen.overdue(StepKind.REMOVE_TARGET) || mayRun) {
                return Step.act(
                        StepKind.REMOVE_TARGET,
                        route.target(),
                        "remove what was staged at " + route.target());
            }
            left = "; what was staged is left at " + route.target();
            leftAt.add(route.target());
        } else if (!target.reachable()) {
            left = "; what was staged may be left at " + route.target();
            leftAt.add(route.target());
        }
        if (target.reachable() && target.app().podsPresent() > 0 && !another) {
            return Step.wait(
                    StepKind.AWAIT_TARGET_GONE, route.target(), facts.goes(route.target()));
        }
        if (!target.reachable() && mayRun) {
            return Step.wait(
                    StepKind.REMOVE_TARGET,
                    route.target(),
                    "site " + route.target() + " does not answer, and a copy may run there");
        }
        String note = "";
        // a lost source was not touched
        if (route.vacates() && !facts.failsOver()) {
            SiteState source = facts.site(route.source());
            if (!source.reachable()) {
                return Step.wait(
                        StepKind.RESTORE_SOURCE, route.source(), facts.silent(route.source()));
            }
            Optional<Step> astray = facts.takeBack(route.ownedHome());
            if (astray.isPresent()) {
                return astray.get();
            }
            Optional<Step> mend = facts.mend(facts.groups.mendStep());
            if (mend.isPresent()) {
                return mend.get();
            }
            if (sourceStandsStill()) {
                return Step.act(
                        StepKind.RESTORE_SOURCE,
                        route.source(),
                        "start at " + route.source() + " again");
            }
            if (source.app().exists()
                    && !source.app().ready()
                    && source.app().job() == JobState.NONE) {
                if (!seen.overdue(StepKind.AWAIT_SOURCE_READY)) {
                    return Step.wait(
                            StepKind.AWAIT_SOURCE_READY,
                            route.source(),
                            source.app().podsReady()
                                    + " of "
                                    + source.app().desired()
                                    + " pods ready at "
                                    + route.source()
                                    + Facts.why(source.app()));
                }
                note = "; " + route.source() + " is not ready" + Facts.why(source.app());
            }
        }
        Optional<Step> reinclude = facts.groups.reincludeStep();
        if (reinclude.isPresent()) {
            if (!seen.overdue(StepKind.REINCLUDE_GROUPS)) {
                return reinclude.get();
            }
            left += "; its groups are left out of links to " + reinclude.get().site();
            leftAt.add(reinclude.get().site());
        }
        return left.isEmpty()
                ? Step.end(StepKind.ROLLED_BACK, reason + note)
                : Step.leaving(StepKind.ROLLED_BACK, reason + note + left, leftAt);
    }

    /** This epoch has started something there, which may have ended since, or may yet. */
    private boolean ran(SiteState target) {
        return target.reachable()
                && target.app().exists()
                && target.app().appliedEpoch() == epoch
                && target.app().mode() != Mode.STAGED;
    }

    /**
     * Removed as it is, a Job that ends after this look would be taken for one that has not. Of
     * several, one that has failed says nothing of the others.
     */
    private Optional<Step> seeStopped(SiteState target) {
        JobState job = target.app().job();
        if (!ran(target) || job == JobState.NONE || job == JobState.SUCCEEDED) {
            return Optional.empty();
        }
        String at = route.target();
        if (target.app().mode() != Mode.STOPPED) {
            return seen.progress(StepKind.QUIESCE_TARGET).refused()
                            || seen.overdue(StepKind.QUIESCE_TARGET)
                    ? Optional.empty()
                    : Optional.of(
                            Step.act(
                                    StepKind.QUIESCE_TARGET,
                                    at,
                                    "bring "
                                            + at
                                            + " to zero before it is removed: its job must not end unseen"));
        }
        boolean inVain =
                target.app().podsPresent() == 0 && seen.overdue(StepKind.AWAIT_TARGET_GONE);
        return target.app().stopped() || inVain
                ? Optional.empty()
                : Optional.of(Step.wait(StepKind.AWAIT_TARGET_GONE, at, facts.goes(at)));
    }

    /**
     * Of several Jobs those that have ended at the target: what is removed there could tell nobody
     * any more. As long as the source is silent it can't be started either.
     */
    private Optional<Step> carryEnded(SiteState target) {
        if (!ran(target) || !route.vacates() || facts.failsOver()) {
            return Optional.empty();
        }
        AppState source = facts.app(route.source());
        List<String> ended =
                target.app().ended().stream().filter(e -> !source.ended().contains(e)).toList();
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        if (!facts.site(route.source()).reachable()) {
            return Optional.of(
                    Step.wait(StepKind.CARRY_ENDED, route.source(), facts.silent(route.source())));
        }
        Progress progress = seen.progress(StepKind.CARRY_ENDED);
        // what the source has no object of it does not tell either
        boolean inVain =
                progress.error() == null
                        && progress.tries() > 0
                        && seen.overdue(StepKind.CARRY_ENDED);
        return progress.refused() || inVain || source.mode() != Mode.STOPPED
                ? Optional.empty()
                : Optional.of(
                        Step.act(
                                StepKind.CARRY_ENDED,
                                route.source(),
                                null,
                                ended,
                                "has ended at "
                                        + route.target()
                                        + ", not to run again: "
                                        + String.join(", ", ended)));
    }

    /** Started before there was a decision, a Job may have done its work: not to run once more. */
    private boolean hasEndedWell(SiteState target) {
        return ran(target)
                && target.app().job() == JobState.SUCCEEDED
                && seen.sites().entrySet().stream()
                        .filter(site -> !site.getKey().equals(route.target()))
                        .map(Map.Entry::getValue)
                        .allMatch(site -> !site.reachable() || site.app().stopped());
    }

    /** Of an update that did not get ready: it stays, by this epoch, as it was before. */
    private Step backInPlace(String reason) {
        SiteState here = facts.site(route.target());
        if (!here.reachable()) {
            return Step.wait(
                    StepKind.RESTORE_MANIFESTS, route.target(), facts.silent(route.target()));
        }
        if (here.app().restorable()) {
            return Step.act(
                    StepKind.RESTORE_MANIFESTS,
                    route.target(),
                    "what ran at " + route.target() + " before is in force again");
        }
        // Not ready(), which is about the manifests that were given up.
        boolean ready =
                here.app().settled() && here.app().podsReady() >= here.app().desired()
                        || here.app().job() != JobState.NONE;
        if (!ready && !seen.overdue(StepKind.AWAIT_SOURCE_READY)) {
            return Step.wait(
                    StepKind.AWAIT_SOURCE_READY,
                    route.target(),
                    here.app().podsReady()
                            + " of "
                            + here.app().desired()
                            + " pods ready at "
                            + route.target()
                            + Facts.why(here.app()));
        }
        return Step.end(
                StepKind.ROLLED_BACK,
                reason
                        + "; what ran before is in force again"
                        + (ready ? "" : ", and is not ready" + Facts.why(here.app())));
    }

    /**
     * What is staged at the target runs nothing before the point of no return, so the source goes
     * first: it is not to stand still until that is gone. Only where it is refused it has to wait.
     */
    private boolean sourceIsToStart() {
        return route.vacates()
                && !facts.failsOver()
                && facts.site(route.source()).reachable()
                && sourceStandsStill()
                && !seen.progress(StepKind.RESTORE_SOURCE).refused();
    }

    /** Of several objects some may be up again, and those that run something at zero. */
    private boolean sourceStandsStill() {
        PortException.Kind error = seen.progress(StepKind.RESTORE_SOURCE).error();
        boolean unanswered = error != null && error.isTransient();
        Mode mode = facts.app(route.source()).mode();
        return mode == Mode.STOPPED
                || mode == Mode.MIXED && (!seen.overdue(StepKind.RESTORE_SOURCE) || unanswered);
    }
}
