package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import java.util.Map;
import java.util.TreeMap;

/** Stop and withdraw: wherever a copy is found, so that the word holds. There is no way back. */
final class Halt {
    private final Command command;
    private final Observation seen;
    private final boolean remove;

    Halt(Command command, Observation seen) {
        this.command = command;
        this.seen = seen;
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
            return Step.wait(
                    StepKind.AWAIT_STOPPED,
                    from,
                    "site " + from + " does not answer: " + at.problem());
        }
        String where = from == null ? "" : " at " + from;
        return Step.end(StepKind.DONE, (remove ? "removed" : "stopped") + where);
    }

    private Step at(String site, AppState app) {
        boolean asked =
                app.epoch() == command.epoch()
                        && (app.desired() == 0 || app.job() == JobState.SUCCEEDED);
        if (app.exists() && !asked) {
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

    /** The site answers, and will not do it. */
    private boolean hopeless(StepKind kind, String site, boolean inAnyCase) {
        Progress progress = seen.progress(kind);
        boolean refused = progress.error() != null && !progress.error().isTransient();
        return (inAnyCase || refused) && progress.sinceMillis() > seen.deadlines().of(kind);
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
