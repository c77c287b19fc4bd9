package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.sinks.handover.GroupChecks.OnItsWay;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A site that was failed over is back: its old copy is fenced off (the epoch floor is raised there
 * first) and stopped, what it appended beyond the cut is counted, written down and cut off, and its
 * topics follow those where the workload runs again, so that a move back is cheap.
 *
 * <p>A site that was not lost may have entries in the filters of its links, as a request was done
 * late, or because whoever had to leave them there is gone. They are put away alike, with stopped
 * objects. Where nothing of it is the epoch floor is not raised: by that others tell where the
 * workload was placed last.
 *
 * <p>Where it is itself only links are seen to: they leave its groups out, also where a request
 * that was done late had let them in, and what they have brought meanwhile is written back where
 * nothing of it runs.
 *
 * <p>In its {@link Route} the site is the target: there the mirrors are to be. It can be put off at
 * any instant, and begun again.
 */
final class Reclaim {
    private final Command command;
    private final Observation seen;
    private final Route route;
    private final GroupChecks groups;
    private final String site;

    Reclaim(Command command, Observation seen, Route route) {
        this.command = command;
        this.seen = seen;
        this.route = route;
        this.groups = new GroupChecks(seen, route);
        this.site = route.target();
    }

    Step next() {
        SiteState at = at(site);
        if (site == null || command.to() == null || isHome() && wasLost()) {
            return Step.end(StepKind.REFUSE, "the command doesn't say where else it runs");
        }
        if (at == null || !at.known()) {
            return Step.end(StepKind.REFUSE, "there is no connection for site " + site);
        }
        if (!at.reachable()) {
            return waitFor(
                    StepKind.CHECK, "site " + site + " does not answer again: " + at.problem());
        }
        AppState app = at.app();
        if (!wasLost()) {
            Optional<Step> elsewhere = isElsewhere();
            return elsewhere.orElseGet(() -> isHome() ? shut(app) : tidy(app));
        }
        boolean asked =
                app.epoch() == command.epoch()
                        && (!app.exists() || app.desired() == 0 || app.job() == JobState.SUCCEEDED);
        if (!asked) {
            return act(
                    StepKind.STOP,
                    "fence off and stop the old copy at "
                            + site
                            + " ("
                            + app.podsPresent()
                            + " pods)");
        }
        if (!app.stopped()) {
            return waitFor(StepKind.AWAIT_STOPPED, app.podsPresent() + " pods still at " + site);
        }
        String untouched = "";
        if (!route.owned().isEmpty()) {
            if (seen.topics().keySet().containsAll(route.owned())) {
                Optional<Step> topics = topics();
                if (topics.isPresent()) {
                    return topics.get();
                }
                untouched = leftAlone();
            } else {
                return waitFor(
                        StepKind.AWAIT_RESTORED,
                        "the topics at "
                                + site
                                + " and "
                                + command.to()
                                + " could not be looked at"
                                + seen.problems());
            }
        }
        return putAway("the old copy at " + site + " is gone" + told() + untouched);
    }

    /** A site that was not lost: where nothing of it runs, and is known how it is elsewhere. */
    private Step tidy(AppState app) {
        if (runs(app)) {
            return foundRunning(site);
        }
        if (!app.stopped()) {
            return waitFor(StepKind.AWAIT_STOPPED, app.podsPresent() + " pods still at " + site);
        }
        SiteState there = at(command.to());
        return there == null || !there.reachable()
                ? waitFor(StepKind.CHECK, "site " + command.to() + " does not answer")
                : putAway("nothing is left at " + site);
    }

    /**
     * It runs elsewhere, or another job has stopped it elsewhere by a later epoch: what links leave
     * out there is right.
     */
    private Optional<Step> isElsewhere() {
        SiteState there = at(command.to());
        if (there == null || !there.reachable() || !there.app().stopped()) {
            return Optional.empty();
        }
        List<String> others =
                Stream.concat(Stream.of(site), elsewhere())
                        .filter(other -> !other.equals(command.to()) && exists(other))
                        .toList();
        Optional<String> running = others.stream().filter(o -> runs(at(o).app())).findFirst();
        if (running.isPresent()) {
            return running.map(Reclaim::foundRunning);
        }
        if (there.app().job() == JobState.SUCCEEDED) {
            return Optional.empty();
        }
        return others.stream()
                .filter(other -> at(other).app().mode() == Mode.STOPPED)
                .filter(other -> at(other).app().stopped())
                .filter(other -> at(other).app().appliedEpoch() > there.app().epoch())
                .findFirst()
                .map(
                        other ->
                                Step.found(
                                        StepKind.FOUND_STOPPED,
                                        other,
                                        "it was taken to "
                                                + other
                                                + " and stopped there, which the command does not"
                                                + " know of"));
    }

    private static boolean runs(AppState app) {
        return !app.stopped() && app.desired() > 0 && app.job() != JobState.FAILED;
    }

    private static Step foundRunning(String where) {
        return Step.found(
                StepKind.FOUND_ELSEWHERE,
                where,
                "a copy runs at " + where + ", which the command does not know of");
    }

    /** Where it is: what runs goes on, and what stands still is not to go on from elsewhere. */
    private Step shut(AppState app) {
        List<String> unseen = groups.unseen(List.of(site));
        if (!unseen.isEmpty()) {
            return waitFor(
                    StepKind.EXCLUDE_GROUPS,
                    "the links into " + site + " could not be looked at" + seen.problems());
        }
        if (!app.exists()) {
            return putOff("nothing of it is at " + site);
        }
        boolean still = app.stopped() && app.noted() != null;
        Optional<String> missing = still ? groups.missing() : Optional.empty();
        if (missing.isPresent()) {
            return waitFor(StepKind.EXCLUDE_GROUPS, missing.get());
        }
        Optional<Step> exclude = groups.noteBroughtStep().or(groups::excludeStep);
        if (exclude.isPresent()) {
            return seen.overdue(StepKind.EXCLUDE_GROUPS)
                    ? putOff(
                            "links into "
                                    + site
                                    + " bring offsets of its groups"
                                    + why(StepKind.EXCLUDE_GROUPS))
                    : paced(exclude.get());
        }
        if (still) {
            Optional<OnItsWay> onItsWay = groups.onItsWay();
            if (onItsWay.isPresent()) {
                return onItsWay.get().wait(StepKind.CATCH_UP, site);
            }
            Optional<Step> mend = groups.mendStep();
            if (mend.isPresent()) {
                return seen.inVain(StepKind.WRITE_OFFSETS)
                        ? putOff(
                                mend.get().message()
                                        + ", which does not come about"
                                        + why(StepKind.WRITE_OFFSETS))
                        : mend.get();
            }
            Optional<Step> mended = groups.forgetBroughtStep();
            if (mended.isPresent() && !seen.overdue(StepKind.NOTE_OFFSETS)) {
                return mended.get();
            }
        }
        return putAway("links into " + site + " leave its groups out");
    }

    private Step linksUnseen() {
        return Step.wait(
                StepKind.INCLUDE_GROUPS,
                site,
                "the links into " + site + " could not be looked at" + seen.problems());
    }

    /**
     * Objects and entries in filters of links: at the site, unless it is there itself, and what the
     * command before this one had to leave at others, for it is not seen to any more.
     */
    private Step putAway(String done) {
        List<String> left = new ArrayList<>();
        Set<String> at = new TreeSet<>();
        Optional<String> remains =
                !isHome() && exists(site) && (wasLost() || isSettled())
                        ? Optional.of(site)
                        : elsewhere().filter(this::isStale).findFirst();
        if (remains.isPresent()) {
            if (!seen.overdue(StepKind.RETIRE_SOURCE)) {
                return paced(
                        Step.act(
                                StepKind.RETIRE_SOURCE,
                                remains.get(),
                                "remove the stopped objects at " + remains.get()));
            }
            left.add("stopped objects are left at " + remains.get());
            at.add(remains.get());
        }
        List<String> here = isHome() ? List.of() : List.of(site);
        List<String> unseen = groups.unseen(here);
        Optional<Step> forget =
                groups.forgetStep(Stream.concat(here.stream(), elsewhere()).toList());
        if (forget.isPresent() || !unseen.isEmpty()) {
            String where = forget.map(Step::site).orElse(site);
            if (!seen.overdue(StepKind.INCLUDE_GROUPS)) {
                return forget.orElseGet(this::linksUnseen);
            }
            left.add("its groups are left out of links to " + where);
            at.add(where);
        }
        elsewhere()
                .filter(other -> seen.sites().get(other).known())
                .filter(other -> !seen.sites().get(other).reachable())
                .forEach(
                        other -> {
                            left.add("stopped objects may be left at " + other);
                            at.add(other);
                        });
        return left.isEmpty()
                ? Step.end(StepKind.DONE, done)
                : Step.leaving(StepKind.DONE, done + "; " + String.join("; ", left), at);
    }

    /**
     * Sites that have no part in it: others that were lost are taken back by commands of theirs.
     */
    private Stream<String> elsewhere() {
        return seen.sites().keySet().stream()
                .filter(other -> !other.equals(site) && !other.equals(command.to()))
                .filter(other -> command.lost() == null || !command.lost().contains(other))
                .sorted();
    }

    /** It is there itself. */
    private boolean isHome() {
        return site.equals(command.to());
    }

    private boolean wasLost() {
        return command.lost() != null && command.lost().contains(site);
    }

    private boolean exists(String where) {
        SiteState state = at(where);
        return state != null && state.reachable() && state.app().exists();
    }

    private SiteState at(String where) {
        return where == null ? null : seen.sites().get(where);
    }

    /**
     * It has stopped, and where the workload runs that is by the same command or a later one; or it
     * never ran, and was staged for a move that came to nothing.
     */
    private boolean isStale(String where) {
        SiteState there = at(command.to());
        if (!exists(where) || there == null || !there.reachable() || there.app().desired() == 0) {
            return false;
        }
        AppState left = seen.sites().get(where).app();
        boolean staged = left.mode() == Mode.STAGED && left.appliedEpoch() < command.epoch();
        return left.stopped() && (staged || left.appliedEpoch() <= there.app().appliedEpoch());
    }

    /** It runs where it is to be, or has done its work there: nothing goes on from elsewhere. */
    private boolean isSettled() {
        SiteState there = at(command.to());
        return there != null
                && there.reachable()
                && (there.app().desired() > 0 || there.app().job() == JobState.SUCCEEDED);
    }

    private String told() {
        if (route.owned().isEmpty() || !decided() || !leftAlone().isEmpty()) {
            return "";
        }
        Loss loss = Cut.parse(seen.mark().note());
        return ", "
                + (loss.truncated() == null ? "an unknown number of" : loss.truncated())
                + " records that it had beyond the cut are cut off";
    }

    // topics

    private Optional<Step> topics() {
        List<String> diverged = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        for (String topic : route.owned()) {
            TopicState state = seen.topics().get(topic);
            if (!state.atTarget()) {
                continue;
            }
            if (state.writableAtTarget()) {
                diverged.add(topic);
            } else if (state.mirror().status().isPending()) {
                pending.add(topic + " " + state.mirror().raw());
            }
        }
        LinkState link = seen.links().get(route.ownedHome());
        if (!diverged.isEmpty() && !decided()) {
            return Optional.of(act(StepKind.CUT, Cut.text(beyond())));
        }
        if (!diverged.isEmpty() && link != null && link.bidirectional()) {
            Progress tried = seen.progress(StepKind.TRUNCATE);
            if (!tried.refused()) {
                return Optional.of(
                        seen.overdue(StepKind.TRUNCATE)
                                ? putOff(
                                        "truncate does not come about: "
                                                + (tried.message() == null
                                                        ? String.join(", ", diverged)
                                                        : tried.message()))
                                : paced(
                                        Step.act(
                                                StepKind.TRUNCATE,
                                                site,
                                                route.ownedHome(),
                                                diverged,
                                                "cut "
                                                        + String.join(", ", diverged)
                                                        + " back to what "
                                                        + route.ownedHome()
                                                        + " took over: "
                                                        + seen.mark().note())));
            }
        }
        return pending.isEmpty()
                ? Optional.empty()
                : Optional.of(waitFor(StepKind.AWAIT_RESTORED, String.join(", ", pending)));
    }

    /** What the site has that nobody else has; its copy has stopped, so that it grows no more. */
    private Loss beyond() {
        Map<String, String> taken = command.cut() != null ? command.cut() : writtenDown();
        Loss cut = new Loss(taken, null, null, null);
        if (route.owned().stream().anyMatch(topic -> cut.endsOf(topic) == null)) {
            return Loss.UNKNOWN;
        }
        long truncated = 0;
        for (String topic : route.owned()) {
            List<Long> ends = cut.endsOf(topic);
            TopicState state = seen.topics().get(topic);
            if (!state.writableAtTarget()) {
                continue;
            }
            for (PartitionState p : state.partitions()) {
                long from = p.partition() < ends.size() ? ends.get(p.partition()) : 0;
                truncated += Math.max(0, p.targetEnd() - from);
            }
        }
        return new Loss(taken, null, null, truncated);
    }

    /**
     * Whoever gave the command may have lost its memory of it; where the workload runs it is
     * written down until something else is decided there.
     */
    private Map<String, String> writtenDown() {
        SiteState there = seen.sites().get(command.to());
        if (there == null || !there.reachable()) {
            return null;
        }
        Loss loss = Cut.parse(there.app().mark().note());
        return loss.missing() == null ? null : loss.cut();
    }

    /** Only a bidirectional link can restore. */
    private String leftAlone() {
        List<String> ordinary =
                route.owned().stream()
                        .filter(
                                t ->
                                        seen.topics().get(t).atTarget()
                                                && seen.topics().get(t).writableAtTarget())
                        .toList();
        if (ordinary.isEmpty()) {
            return "";
        }
        Loss loss = beyond();
        String why = seen.progress(StepKind.TRUNCATE).message();
        return "; "
                + String.join(", ", ordinary)
                + " at "
                + site
                + " are left as they are, "
                + (loss.truncated() == null ? "an unknown number of" : loss.truncated())
                + " records beyond the cut: "
                + (why == null ? "the link can't restore them" : why);
    }

    private boolean decided() {
        return seen.mark().cuts(command.epoch());
    }

    // helpers

    private Step act(StepKind kind, String message) {
        Progress progress = seen.progress(kind);
        return progress.refused() && seen.overdue(kind)
                ? putOff(kind.text() + " does not come about: " + progress.message())
                : paced(Step.act(kind, site, message));
    }

    /** What was sent a moment ago is given the time to be seen. */
    private Step paced(Step step) {
        Progress progress = seen.progress(step.kind());
        boolean sent =
                progress.tries() > 0
                        && progress.error() == null
                        && progress.lastMillis(step.site()) < seen.deadlines().settle();
        return sent ? step.later() : step;
    }

    private Step waitFor(StepKind kind, String what) {
        return seen.overdue(kind) ? putOff(what) : Step.wait(kind, site, what);
    }

    private String why(StepKind kind) {
        String message = seen.progress(kind).message();
        return message == null ? "" : ": " + message;
    }

    private static Step putOff(String why) {
        return Step.end(StepKind.REFUSE, "put off: " + why);
    }
}
