package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
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
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Says the next step of a command from what is seen, and nothing else: whoever takes up the work of
 * another goes on where that one was. Pure and total.
 *
 * <p>Before the point of no return every failure leads back to the source; after it the only way is
 * forward. The point is written down at the source's site (see {@link Mark}) right before the first
 * act that can't be undone; a workload without topics passes it when the target is ready.
 */
public final class Handover {
    private static final SiteState UNKNOWN_SITE =
            new SiteState(false, null, "there is no connection of this name");

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

    private final Command command;
    private final Observation seen;
    private final long epoch;
    private final Route route;
    private final DataChecks data;
    private final GroupChecks groups;

    private Handover(Command command, Observation seen) {
        this.command = command;
        this.seen = seen;
        this.epoch = command.epoch();
        this.route = route(command, seen);
        this.data = new DataChecks(command, seen, route);
        this.groups = new GroupChecks(seen, route);
    }

    public static Step next(Command command, Observation seen) {
        Handover handover = new Handover(command, seen);
        return handover.paced(handover.next());
    }

    /** Which sites the command is about, given where its topics were found. */
    public static Route route(Command command, Observation seen) {
        String owned = one(seen.homes().owned());
        for (Map.Entry<String, SiteState> site : new TreeMap<>(seen.sites()).entrySet()) {
            // once topics are on their way, looking for their home finds none, or the new one
            if (Route.ownedHomeUnknown(command)
                    && site.getValue().reachable()
                    && site.getValue().app().mark().cuts(command.epoch())) {
                owned = site.getKey();
            }
        }
        return Route.of(command, one(seen.homes().inputs()), owned);
    }

    private static String one(List<String> sites) {
        return sites != null && sites.size() == 1 ? sites.get(0) : null;
    }

    private Step next() {
        long inForce =
                seen.sites().values().stream()
                        .filter(SiteState::reachable)
                        .mapToLong(s -> s.app().epoch())
                        .max()
                        .orElse(0);
        if (inForce > epoch) {
            return superseded(
                    inForce, "epoch " + inForce + " is in force already, this is " + epoch);
        }
        boolean another =
                seen.sites().values().stream()
                        .filter(SiteState::reachable)
                        .map(s -> s.app().mark())
                        .anyMatch(m -> m.epoch() == epoch && m.isOfAnother(command.commandId()));
        if (another) {
            // what that one has done and decided would be taken for our own
            return superseded(epoch, "epoch " + epoch + " is another command's already");
        }
        switch (command.action()) {
            case run, failover -> {}
            case reclaim -> {
                return new Reclaim(command, seen, route).next();
            }
            default -> {
                return new Halt(command, seen, route).next();
            }
        }
        if (command.to() == null || command.spec() == null || command.spec().manifests() == null) {
            return Step.end(StepKind.REFUSE, "the command says neither what to run nor where");
        }
        if (decided(Mark.Kind.BACK)) {
            return back(seen.mark().note());
        }
        if (decided(Mark.Kind.REFUSED)) {
            // something may have been done by one who had not heard of it
            return isAsBefore()
                    ? Step.end(StepKind.REFUSE, seen.mark().note())
                    : back(seen.mark().note());
        }
        if (failsOver()) {
            if (!route.vacates()) {
                return Step.end(
                        StepKind.REFUSE,
                        "there is no other site that it is to be failed over from");
            }
            Failover failover = new Failover(this, command.spec(), seen, route, groups, epoch);
            return seen.mark().cuts(epoch) ? failover.after() : failover.before();
        }
        return past() ? forward() : before();
    }

    /** There is another job. Where it has taken the workload is told, and nothing is done. */
    private Step superseded(long inForce, String why) {
        List<String> at =
                seen.sites().entrySet().stream()
                        .filter(s -> s.getValue().reachable())
                        .filter(s -> s.getValue().app().podsPresent() > 0)
                        .filter(s -> s.getValue().app().applied(inForce, Mode.RUNNING))
                        .map(Map.Entry::getKey)
                        .toList();
        boolean elsewhere =
                command.action() == Command.Action.run
                        && at.size() == 1
                        && !at.get(0).equals(command.from());
        return elsewhere
                ? Step.found(StepKind.FOUND_ELSEWHERE, at.get(0), "superseded: " + why)
                : Step.end(StepKind.REFUSE, "superseded: " + why);
    }

    // before the point of no return

    private Step before() {
        for (String site : route.involved()) {
            if (!site(site).known()) {
                return giveUp("there is no connection for site " + site);
            }
        }
        Optional<String> failed = failedBefore();
        if (failed.isPresent()) {
            return giveUp(failed.get());
        }
        for (String site : List.of(route.target(), orTarget(route.source()), route.markSite())) {
            if (!site(site).reachable()) {
                return waitFor(
                        waitKind(), site, "site " + site + " does not answer: " + problem(site));
            }
        }
        Optional<String> elsewhere = runsElsewhere();
        if (elsewhere.isPresent()) {
            String reason =
                    "a copy runs at "
                            + elsewhere.get()
                            + (elsewhere.get().equals(route.target()) ? " already" : " too")
                            + ", which the command does not know of";
            return foundElsewhere(elsewhere.get(), reason);
        }
        Optional<Step> astray = takeBack(route.ownedHome());
        if (astray.isPresent()) {
            return astray.get();
        }
        Optional<String> stopped =
                new TakeBack(seen, epoch).isStoppedElsewhere(route.ownedHome(), route.owned());
        if (stopped.isPresent() && !touched()) {
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
        Optional<String> refusal = data.refusal();
        if (refusal.isPresent()) {
            return giveUp(refusal.get());
        }
        Optional<String> missing = data.missing().or(groups::missing);
        if (missing.isPresent()) {
            return waitFor(waitKind(), route.target(), missing.get());
        }
        Optional<Step> preflight = preflight();
        if (preflight.isPresent()) {
            return preflight.get();
        }
        Optional<Step> old = oldCopy(true);
        if (old.isPresent()) {
            return old.get();
        }
        Optional<String> inVain = data.mirrorsInVain();
        if (inVain.isPresent()) {
            return giveUp(inVain.get());
        }
        Optional<Step> mirrors = data.mirrorStep();
        if (mirrors.isPresent()) {
            return mirrors.get();
        }
        AppState target = app(route.target());
        boolean started = target.applied(epoch, Mode.RUNNING);
        // some of it runs by this epoch already: a start that has begun, and is to go on
        boolean starting = target.applied(epoch, Mode.MIXED);
        boolean staged = started || starting || target.applied(epoch, Mode.STAGED);
        // a first start, too, where links have to be closed first: what is there leads back to it
        boolean first = route.source() == null && !route.offsetSites().isEmpty();
        if (!staged && (route.vacates() || route.hasPointOfNoReturn() || first)) {
            return act(
                    StepKind.STAGE_TARGET,
                    route.target(),
                    "everything at " + route.target() + ", at zero, epoch " + epoch);
        }
        // before the source stops, as it takes nothing away from it and shortens the pause; what is
        // still on its way is waited for while the mirrors catch up
        Optional<Step> exclude = started ? Optional.empty() : groups.excludeStep();
        if (exclude.isPresent()) {
            return exclude.get();
        }
        if (route.vacates() && !quiesced()) {
            Optional<String> behind = data.behind();
            if (behind.isPresent()) {
                return waitFor(StepKind.CATCH_UP, route.target(), behind.get());
            }
            Optional<OnItsWay> offsets = groups.onItsWay();
            return offsets.isPresent() ? waitFor(StepKind.CATCH_UP, offsets.get()) : quiesce();
        }
        if (route.vacates() && !app(route.source()).stopped()) {
            return waitFor(StepKind.DRAIN, route.source(), goes(route.source()));
        }
        StepKind drain = route.vacates() ? StepKind.DRAIN : StepKind.CATCH_UP;
        Optional<String> undrained = data.undrained();
        if (undrained.isPresent() && !started) {
            return waitFor(drain, route.target(), undrained.get());
        }
        Optional<OnItsWay> onItsWay = stoppedByUs() ? groups.onItsWayAgain() : groups.onItsWay();
        if (onItsWay.isPresent() && !started) {
            return waitFor(drain, onItsWay.get());
        }
        Optional<Step> carried = started ? Optional.empty() : carryStep();
        if (carried.isPresent()) {
            return carried.get();
        }
        Optional<Step> offsets =
                started ? Optional.empty() : groups.mendStep().or(groups::offsetStep);
        if (offsets.isPresent()) {
            return offsets.get();
        }
        if (route.hasPointOfNoReturn()) {
            return act(
                    StepKind.CUT,
                    route.markSite(),
                    "source stopped, mirrors equal, offsets verified: from here only forward");
        }
        return forward();
    }

    /** A dry run, before anything is touched. */
    Optional<Step> preflight() {
        if (touched()) {
            return Optional.empty();
        }
        if (seen.preflight() == null) {
            return Optional.of(
                    act(
                            StepKind.PREFLIGHT,
                            route.target(),
                            "dry run of " + command.spec().manifests().size() + " manifests"));
        }
        return seen.preflight().isEmpty()
                ? Optional.empty()
                : Optional.of(giveUp(String.join("; ", seen.preflight())));
    }

    /** A step before the point of no return that will not come about. */
    Optional<String> failedBefore() {
        for (StepKind kind : BEFORE) {
            // also where it is not known whether CUT was written: giving up is then refused, and
            // the next look shows it
            Progress progress = seen.progress(kind);
            if (progress.error() != null && (!progress.error().isTransient() || overdue(kind))) {
                return Optional.of(kind.text() + " failed: " + progress.message());
            }
        }
        return Optional.empty();
    }

    Step foundElsewhere(String site) {
        return foundElsewhere(
                site, "a copy runs at " + site + " too, which the command does not know of");
    }

    private Step foundElsewhere(String site, String reason) {
        return touched() ? giveUp(reason) : Step.found(StepKind.FOUND_ELSEWHERE, site, reason);
    }

    /** Where a copy runs that the command does not know of. */
    Optional<String> runsElsewhere() {
        AppState target = app(route.target());
        boolean targetRuns = target.desired() > 0 || target.podsPresent() > 0;
        if (targetRuns
                && target.job() != JobState.SUCCEEDED
                && !touchedAt(route.target())
                && (route.vacates() || route.hasPointOfNoReturn())) {
            return Optional.of(route.target());
        }
        return others();
    }

    /** Nothing is started beside a copy that nobody asked for. */
    Optional<Step> secondCopy() {
        Optional<Step> old = oldCopy(false);
        return old.isPresent()
                ? old
                : others().map(
                                site ->
                                        Step.end(
                                                StepKind.FAIL,
                                                "a copy runs at "
                                                        + site
                                                        + " too, so it is not started at "
                                                        + route.target()));
    }

    /** A site that is neither source nor target where a copy runs that may be the one in force. */
    private Optional<String> others() {
        return running().filter(site -> !isOld(site)).findFirst();
    }

    private Stream<String> running() {
        return seen.sites().entrySet().stream()
                .filter(s -> !s.getKey().equals(route.target()))
                .filter(s -> !s.getKey().equals(route.source()))
                .filter(s -> s.getValue().reachable())
                .filter(s -> !s.getValue().app().stopped())
                .map(Map.Entry::getKey)
                .sorted();
    }

    /**
     * What runs there goes on only because nobody could stop it: it was failed over from there. A
     * job that does not know that any more sees it from where it runs by a later epoch.
     */
    private boolean isOld(String site) {
        AppState source = route.source() == null ? AppState.ABSENT : app(route.source());
        long applied = app(site).appliedEpoch();
        return command.lost() != null && command.lost().contains(site)
                || source.desired() > 0 && applied > 0 && applied < source.appliedEpoch();
    }

    /**
     * A site that was failed over from answers again: the old copy is stopped before anything else
     * is done. What it has written is seen to when the site is taken back.
     *
     * @param before the point of no return
     */
    Optional<Step> oldCopy(boolean before) {
        Optional<String> site = running().filter(this::isOld).findFirst();
        if (site.isEmpty()) {
            return Optional.empty();
        }
        String at = site.get();
        boolean asked = app(at).epoch() == epoch && app(at).desired() == 0;
        if (!asked) {
            return Optional.of(act(StepKind.STOP, at, "fence off and stop the old copy at " + at));
        }
        return Optional.of(
                before
                        ? waitFor(StepKind.AWAIT_STOPPED, at, goes(at))
                        : wait(StepKind.AWAIT_STOPPED, at, goes(at)));
    }

    /** Before the point of no return, as the source may not be there to be asked after it. */
    private Optional<Step> carryStep() {
        String left = route.vacates() ? app(route.source()).savepoint() : null;
        return left == null || left.equals(app(route.target()).savepoint())
                ? Optional.empty()
                : Optional.of(
                        act(
                                StepKind.CARRY_STATE,
                                route.target(),
                                null,
                                List.of(left),
                                "it is to start from " + left));
    }

    Step quiesce() {
        return act(
                StepKind.QUIESCE_SOURCE,
                route.source(),
                "bring "
                        + route.source()
                        + " to zero ("
                        + app(route.source()).podsPresent()
                        + " pods)");
    }

    // after it

    private Step forward() {
        boolean only = past();
        if (route.vacates()) {
            SiteState source = site(route.source());
            if (source.reachable() && !quiesced()) {
                return quiesce();
            }
            if (source.reachable() && !source.app().stopped()) {
                return wait(StepKind.DRAIN, route.source(), goes(route.source()));
            }
            if (!source.reachable() && !seen.mark().cuts(epoch)) {
                // stopped, but we have not seen it
                return wait(
                        StepKind.DRAIN,
                        route.source(),
                        "site " + route.source() + " does not answer: " + problem(route.source()));
            }
        }
        Optional<Step> second = secondCopy();
        if (second.isPresent()) {
            return second.get();
        }
        boolean third = seen.stray() != null && seen.stray().at() != null;
        Optional<Step> astray = only && third ? takeBack(route.target()) : Optional.empty();
        if (astray.isPresent()) {
            return astray.get();
        }
        Optional<Step> sides = only && route.handsOver() ? data.sideStep() : Optional.empty();
        return sides.isPresent() ? sides.get() : start(only);
    }

    /**
     * Nothing stands in the way of the target any more.
     *
     * @param only forward
     */
    Step start(boolean only) {
        if (!site(route.target()).reachable()) {
            return wait(
                    StepKind.START_TARGET,
                    route.target(),
                    "site " + route.target() + " does not answer: " + problem(route.target()));
        }
        AppState target = app(route.target());
        if (target.applied(epoch, Mode.STOPPED) && route.vacates()) {
            return Step.end(
                    StepKind.FAIL,
                    "it is stopped at "
                            + route.target()
                            + " again, as it did not go on from the state that it was to");
        }
        if (target.misled()) {
            return only
                    ? act(StepKind.STOP, route.target(), "it must not go on so" + why(target))
                    : giveUp("it went on from another state" + why(target));
        }
        Optional<Step> mend = mend(groups.mendTargetStep());
        if (mend.isPresent()) {
            return mend.get();
        }
        if (!target.applied(epoch, Mode.RUNNING)) {
            Progress tried = seen.progress(StepKind.START_TARGET);
            if (tried.error() != null
                    && !tried.error().isTransient()
                    && overdue(StepKind.START_TARGET)) {
                return Step.end(
                        StepKind.FAIL,
                        "it cannot be started at " + route.target() + ": " + tried.message());
            }
            return act(
                    StepKind.START_TARGET,
                    route.target(),
                    "start at " + route.target() + " with epoch " + epoch);
        }
        if (target.job() == JobState.FAILED) {
            return Step.end(StepKind.FAIL, "the job failed at " + route.target() + why(target));
        }
        if (!target.ready() && target.job() != JobState.SUCCEEDED) {
            String state =
                    target.podsReady()
                            + " of "
                            + target.desired()
                            + " pods ready at "
                            + route.target()
                            + why(target);
            if (overdue(StepKind.AWAIT_READY)) {
                return only
                        ? Step.end(StepKind.FAIL, "not ready in time: " + state)
                        : giveUp("not ready in time: " + state);
            }
            return wait(StepKind.AWAIT_READY, route.target(), state);
        }
        if (!only && (site(route.markSite()).reachable())) {
            return act(
                    StepKind.CUT,
                    route.markSite(),
                    "ready at " + route.target() + ": it stays there");
        }
        return new Finish(seen, route, groups, failsOver()).next();
    }

    // back

    Step giveUp(String reason) {
        if (!touched()) {
            return turnDown(reason);
        }
        boolean inPlace = route.target().equals(route.source());
        return inPlace && !app(route.target()).restorable()
                ? Step.end(StepKind.FAIL, reason)
                : back(reason);
    }

    /** Of an update that did not get ready: it stays, by this epoch, as it was before. */
    private Step backInPlace(String reason) {
        SiteState here = site(route.target());
        if (!here.reachable()) {
            return wait(
                    StepKind.RESTORE_MANIFESTS,
                    route.target(),
                    "site " + route.target() + " does not answer: " + problem(route.target()));
        }
        if (here.app().restorable()) {
            return act(
                    StepKind.RESTORE_MANIFESTS,
                    route.target(),
                    "what ran at " + route.target() + " before is in force again");
        }
        // Not ready(), which is about the manifests that were given up.
        boolean ready =
                here.app().settled() && here.app().podsReady() >= here.app().desired()
                        || here.app().job() != JobState.NONE;
        if (!ready && !overdue(StepKind.AWAIT_SOURCE_READY)) {
            return wait(
                    StepKind.AWAIT_SOURCE_READY,
                    route.target(),
                    here.app().podsReady()
                            + " of "
                            + here.app().desired()
                            + " pods ready at "
                            + route.target()
                            + why(here.app()));
        }
        return Step.end(
                StepKind.ROLLED_BACK,
                reason
                        + "; what ran before is in force again"
                        + (ready ? "" : ", and is not ready" + why(here.app())));
    }

    /**
     * Only the site that keeps the decision knows whether this was begun by one who is gone: its
     * source may stand still. And a refusal that is not written down may be overtaken by whoever
     * was given the command too.
     */
    private Step turnDown(String reason) {
        SiteState keeper = site(route.markSite());
        if (!keeper.known() || seen.progress(StepKind.TURN_DOWN).error() != null) {
            return Step.end(StepKind.REFUSE, reason);
        }
        return keeper.reachable()
                ? act(StepKind.TURN_DOWN, route.markSite(), reason)
                : wait(
                        StepKind.CHECK,
                        route.markSite(),
                        reason
                                + "; it is not given up before "
                                + route.markSite()
                                + " says that it was not begun");
    }

    /** Nothing of this epoch is at the target, and the source was not stopped by it. */
    private boolean isAsBefore() {
        AppState target = app(route.target());
        boolean here = route.target().equals(route.source());
        boolean staged =
                target.mode() != Mode.NONE
                        && target.mode() != Mode.RUNNING
                        && site(route.target()).reachable();
        boolean ours = target.appliedEpoch() == epoch || staged;
        boolean stopped = route.vacates() && app(route.source()).applied(epoch, Mode.STOPPED);
        return here || !ours && !stopped;
    }

    private Step back(String reason) {
        if (!decided(Mark.Kind.BACK) && !decided(Mark.Kind.REFUSED)) {
            Step note = act(StepKind.GIVE_UP, route.markSite(), reason);
            return site(route.markSite()).reachable() ? note : note.later();
        }
        if (route.target().equals(route.source())) {
            return backInPlace(reason);
        }
        SiteState target = site(route.target());
        boolean mayRun = !route.hasPointOfNoReturn();
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
        boolean tried = seen.progress(StepKind.REMOVE_TARGET).tries() > 0;
        if (target.reachable()
                && target.app().exists()
                && !another
                && !(tried && !mayRun && sourceStandsStill())) {
            if (!tried || !overdue(StepKind.REMOVE_TARGET) || mayRun) {
                return act(
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
            return wait(StepKind.AWAIT_TARGET_GONE, route.target(), goes(route.target()));
        }
        if (!target.reachable() && mayRun) {
            return wait(
                    StepKind.REMOVE_TARGET,
                    route.target(),
                    "site " + route.target() + " does not answer, and a copy may run there");
        }
        String note = "";
        // a lost source was not touched
        if (route.vacates() && !failsOver()) {
            SiteState source = site(route.source());
            if (!source.reachable()) {
                return wait(
                        StepKind.RESTORE_SOURCE,
                        route.source(),
                        "site " + route.source() + " does not answer: " + problem(route.source()));
            }
            Optional<Step> astray = takeBack(route.ownedHome());
            if (astray.isPresent()) {
                return astray.get();
            }
            Optional<Step> mend = mend(groups.mendStep());
            if (mend.isPresent()) {
                return mend.get();
            }
            Mode mode = source.app().mode();
            boolean halfWay = !overdue(StepKind.RESTORE_SOURCE) || isUnanswered();
            if (mode == Mode.STOPPED || mode == Mode.MIXED && halfWay) {
                return act(
                        StepKind.RESTORE_SOURCE,
                        route.source(),
                        "start at " + route.source() + " again");
            }
            if (source.app().exists()
                    && !source.app().ready()
                    && source.app().job() == JobState.NONE) {
                if (!overdue(StepKind.AWAIT_SOURCE_READY)) {
                    return wait(
                            StepKind.AWAIT_SOURCE_READY,
                            route.source(),
                            source.app().podsReady()
                                    + " of "
                                    + source.app().desired()
                                    + " pods ready at "
                                    + route.source()
                                    + why(source.app()));
                }
                note = "; " + route.source() + " is not ready" + why(source.app());
            }
        }
        Optional<Step> reinclude = groups.reincludeStep();
        if (reinclude.isPresent()) {
            if (!overdue(StepKind.REINCLUDE_GROUPS)) {
                return reinclude.get();
            }
            left += "; its groups are left out of links to " + reinclude.get().site();
            leftAt.add(reinclude.get().site());
        }
        return left.isEmpty()
                ? Step.end(StepKind.ROLLED_BACK, reason + note)
                : Step.leaving(StepKind.ROLLED_BACK, reason + note + left, leftAt);
    }

    /**
     * What is staged at the target runs nothing before the point of no return, so where it doesn't
     * go at once the source goes first: it is not to stand still for that.
     */
    private boolean sourceStandsStill() {
        return route.vacates()
                && !failsOver()
                && site(route.source()).reachable()
                && app(route.source()).mode() == Mode.STOPPED;
    }

    /** Of several objects some may be up again, and those that run something at zero. */
    private boolean isUnanswered() {
        PortException.Kind error = seen.progress(StepKind.RESTORE_SOURCE).error();
        return error != null && error.isTransient();
    }

    // facts

    private boolean failsOver() {
        return command.action() == Command.Action.failover;
    }

    private boolean decided(Mark.Kind kind) {
        return seen.mark().kind() == kind && seen.mark().epoch() == epoch;
    }

    /** The point of no return is passed: it is written, or can be told from the effects. */
    private boolean past() {
        return seen.mark().cuts(epoch)
                || touched()
                        && route.hasPointOfNoReturn()
                        && (site(route.target()).reachable()
                                        && app(route.target()).applied(epoch, Mode.RUNNING)
                                // where it can be seen whether it is written, what is reversed
                                // and not written was not reversed by this epoch
                                || route.handsOver()
                                        && !site(route.markSite()).reachable()
                                        && data.anyReversed());
    }

    /** Something carries this epoch, or may: what we have sent counts where we can't look. */
    boolean touched() {
        return seen.progress(StepKind.STAGE_TARGET).tries() > 0 && !site(route.target()).reachable()
                || seen.progress(StepKind.START_TARGET).tries() > 0
                        && !site(route.target()).reachable()
                || seen.sites().keySet().stream().anyMatch(this::touchedAt)
                || seen.mark().epoch() == epoch && seen.mark().kind() != Mark.Kind.NONE;
    }

    private boolean touchedAt(String site) {
        return site(site).reachable() && app(site).epoch() == epoch;
    }

    /** As long as that is to be had: else it goes as if nothing could be done about it. */
    private Optional<Step> takeBack(String home) {
        PortException.Kind error = seen.progress(StepKind.TAKE_BACK).error();
        boolean refused = error != null && !error.isTransient();
        return refused || overdue(StepKind.TAKE_BACK)
                ? Optional.empty()
                : new TakeBack(seen, epoch).to(home);
    }

    /** The same of offsets that were written late. */
    private Optional<Step> mend(Optional<Step> step) {
        Progress tried = seen.progress(StepKind.WRITE_OFFSETS);
        boolean refused = tried.error() != null && !tried.error().isTransient();
        return step.filter(s -> !refused || !tried.atMillis().containsKey(s.site()))
                .filter(s -> !overdue(StepKind.WRITE_OFFSETS));
    }

    /** Asked for zero by this epoch, so that no other brings it up. */
    boolean quiesced() {
        AppState source = app(route.source());
        return !source.exists()
                || source.epoch() == epoch
                        && (source.desired() == 0 || source.job() == JobState.SUCCEEDED);
    }

    /** The source is there, and was brought to zero by this handover. */
    private boolean stoppedByUs() {
        return route.vacates() && app(route.source()).exists() && quiesced();
    }

    private StepKind waitKind() {
        if (!touched()) {
            return StepKind.CHECK;
        }
        return route.vacates() && site(route.source()).reachable() && quiesced()
                ? StepKind.DRAIN
                : StepKind.CATCH_UP;
    }

    Step waitFor(StepKind kind, String site, String what) {
        return overdue(kind)
                ? giveUp(kind.text() + " took too long: " + what)
                : wait(kind, site, what);
    }

    Step waitFor(StepKind kind, OnItsWay offsets) {
        return overdue(kind)
                ? waitFor(kind, route.target(), offsets.what())
                : offsets.wait(kind, route.target());
    }

    private boolean overdue(StepKind kind) {
        return seen.progress(kind).sinceMillis() > seen.deadlines().of(kind);
    }

    /** What was sent a moment ago is given the time to be seen; offsets are seen at once. */
    private Step paced(Step step) {
        if (!step.acts()
                || step.kind() == StepKind.PREFLIGHT
                || step.kind() == StepKind.WRITE_OFFSETS) {
            return step;
        }
        Progress progress = seen.progress(step.kind());
        boolean sent =
                progress.tries() > 0
                        && progress.error() == null
                        && progress.lastMillis(step.site()) < seen.deadlines().settle();
        return sent ? step.later() : step;
    }

    private static Step act(StepKind kind, String site, String message) {
        return Step.act(kind, site, message);
    }

    private static Step act(
            StepKind kind, String site, String peer, List<String> subjects, String message) {
        return Step.act(kind, site, peer, subjects, message);
    }

    private static Step wait(StepKind kind, String site, String message) {
        return Step.wait(kind, site, message);
    }

    SiteState site(String name) {
        return seen.sites().getOrDefault(name, UNKNOWN_SITE);
    }

    AppState app(String name) {
        AppState app = site(name).app();
        return app == null ? AppState.ABSENT : app;
    }

    String problem(String name) {
        return site(name).problem();
    }

    private String orTarget(String name) {
        return name == null ? route.target() : name;
    }

    String goes(String site) {
        return app(site).podsPresent() + " pods still at " + site + why(app(site));
    }

    private static String why(AppState app) {
        return app.problem() == null ? "" : " (" + app.problem() + ")";
    }
}
