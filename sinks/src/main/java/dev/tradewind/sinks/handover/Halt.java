package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Stop and withdraw: wherever a copy is found, so that the word holds. There is no way back. */
final class Halt {
    private final Command command;
    private final Observation seen;
    private final boolean remove;
    private final Route route;
    private final GroupChecks groups;

    Halt(Command command, Observation seen, Route route) {
        this.command = command;
        this.seen = seen;
        this.route = route;
        this.groups = new GroupChecks(seen, route);
        this.remove = command.action() == Command.Action.withdraw;
    }

    Step next() {
        String from = command.from();
        SiteState at = from == null ? null : seen.sites().get(from);
        if (from != null && (at == null || !at.known())) {
            return Step.end(StepKind.REFUSE, "there is no connection for site " + from);
        }
        for (Map.Entry<String, SiteState> site : new TreeMap<>(seen.sites()).entrySet()) {
            if (site.getValue().reachable()) {
                Step step = at(site.getKey(), site.getValue().app());
                if (step != null) {
                    return step;
                }
            }
        }
        if (at != null && !at.reachable()) {
            // not the time that pods are given to end, which begins when it answers
            return Step.wait(StepKind.CHECK, from, at.silent(from));
        }
        Optional<Step> close = close();
        if (close.isPresent()) {
            return close.get();
        }
        Optional<Step> note = remove || from == null ? Optional.empty() : note(from, at.app());
        if (note.isPresent()) {
            return note.get();
        }
        String done = (remove ? "removed" : "stopped") + (from == null ? "" : " at " + from);
        Optional<Step> forget = groups.forgetStep(elsewhere());
        if (forget.isPresent() && !seen.overdue(StepKind.INCLUDE_GROUPS)) {
            return forget.get();
        }
        Set<String> left = new TreeSet<>(groups.unseen(elsewhere()));
        forget.ifPresent(step -> left.add(step.site()));
        if (remove) {
            seen.sites().forEach((site, state) -> addIfSilent(left, site, state));
        }
        return left.isEmpty()
                ? Step.end(StepKind.DONE, done)
                : Step.leaving(
                        StepKind.DONE,
                        done
                                + "; objects, and entries in filters of links, may be left at "
                                + String.join(", ", left),
                        left);
    }

    /**
     * Whoever starts it again goes on from there, whatever was written over it by a request that
     * was done late. It is no condition of a stop: where it can't be had, it is done without.
     */
    private Optional<Step> note(String site, AppState app) {
        return !app.exists() || app.noted() != null || seen.inVain(StepKind.NOTE_OFFSETS)
                ? Optional.empty()
                : groups.noteStep(site);
    }

    private static void addIfSilent(Set<String> left, String site, SiteState state) {
        if (state.known() && !state.reachable()) {
            left.add(site);
        }
    }

    /** Where its groups are as all others from now on: not where it may go on. */
    private Set<String> elsewhere() {
        Set<String> sites = new TreeSet<>(seen.sites().keySet());
        if (!remove && command.from() != null) {
            sites.remove(command.from());
        }
        return sites;
    }

    private Step at(String site, AppState app) {
        boolean asked =
                app.epoch() == command.epoch()
                        && (app.desired() == 0 || app.job() == JobState.SUCCEEDED);
        if (app.exists() && !asked) {
            // its last commit is what it goes on from: no link may write over it once it has gone
            Optional<Step> close =
                    remove || !site.equals(command.from())
                            ? Optional.empty()
                            : groups.closeStep(seen.overdue(StepKind.EXCLUDE_GROUPS));
            if (close.isPresent()) {
                return close.get();
            }
            return hopeless(StepKind.STOP, site, false)
                    ? failed(StepKind.STOP, site)
                    : Step.act(
                            StepKind.STOP,
                            site,
                            "bring " + site + " to zero (" + app.podsPresent() + " pods)");
        }
        if (!app.stopped()) {
            String what = app.podsPresent() + " pods still at " + site;
            return hopeless(StepKind.AWAIT_STOPPED, site, true)
                    ? Step.end(StepKind.FAIL, "it does not stop: " + what)
                    : Step.wait(StepKind.AWAIT_STOPPED, site, what);
        }
        if (remove && app.exists()) {
            return hopeless(StepKind.REMOVE, site, true)
                    ? failed(StepKind.REMOVE, site)
                    : Step.act(StepKind.REMOVE, site, "remove its objects at " + site);
        }
        return null;
    }

    /**
     * A move that came to nothing has raised the epoch floor where nothing is. Whoever was believed
     * dead then and wakes up may still stage it there, and nobody would come by any more. What is
     * withdrawn is gone without that, so it is tried no longer than all else.
     */
    private Optional<Step> close() {
        if (!remove || seen.inVain(StepKind.REMOVE)) {
            return Optional.empty();
        }
        return new TreeMap<>(seen.sites())
                .entrySet().stream()
                        .filter(site -> site.getValue().reachable())
                        .filter(site -> site.getValue().app().epoch() > 0)
                        .filter(site -> site.getValue().app().epoch() < command.epoch())
                        .map(Map.Entry::getKey)
                        .map(at -> Step.act(StepKind.REMOVE, at, "nothing comes back to " + at))
                        .findFirst();
    }

    /** The site answers, and will not do it. */
    private boolean hopeless(StepKind kind, String site, boolean inAnyCase) {
        return (inAnyCase || seen.progress(kind).refused()) && seen.overdue(kind);
    }

    private Step failed(StepKind kind, String site) {
        String message = seen.progress(kind).message();
        return Step.end(
                StepKind.FAIL,
                kind.text()
                        + " at "
                        + site
                        + " does not come about"
                        + (message == null ? "" : ": " + message));
    }
}
