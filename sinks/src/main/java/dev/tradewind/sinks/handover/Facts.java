package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a command is about, and what can be told from the two sites at this look. Pure. */
final class Facts {
    private static final SiteState UNKNOWN_SITE =
            new SiteState(false, null, "there is no connection of this name");

    final Command command;
    final Observation seen;
    final long epoch;
    final Route route;
    final DataChecks data;
    final GroupChecks groups;

    Facts(Command command, Observation seen, Route route) {
        this.command = command;
        this.seen = seen;
        this.epoch = command.epoch();
        this.route = route;
        this.data = new DataChecks(command, seen, route);
        this.groups = new GroupChecks(seen, route);
    }

    boolean failsOver() {
        return command.action() == Command.Action.failover;
    }

    boolean decided(Mark.Kind kind) {
        return seen.mark().kind() == kind && seen.mark().epoch() == epoch;
    }

    /** The point of no return is passed: it is written, or can be told from the effects. */
    boolean past() {
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

    boolean touchedAt(String site) {
        return site(site).reachable() && app(site).epoch() == epoch;
    }

    /** Asked for zero by this epoch, so that no other brings it up. */
    boolean quiesced() {
        AppState source = app(route.source());
        return !source.exists()
                || source.epoch() == epoch
                        && (source.desired() == 0 || source.job() == JobState.SUCCEEDED);
    }

    /** The source is there, and was brought to zero by this handover. */
    boolean stoppedByUs() {
        return route.vacates() && app(route.source()).exists() && quiesced();
    }

    /**
     * Jobs of it that have ended and are not to run again, as the source tells; none where it does
     * not answer. What the command has no manifest of does not go along.
     */
    List<String> ended() {
        List<String> ended = route.vacates() ? app(route.source()).ended() : List.of();
        if (ended.isEmpty()) {
            return ended;
        }
        Set<String> titles = ManifestCheck.titles(command.spec().manifests());
        return ended.stream().filter(titles::contains).toList();
    }

    /** Each of them is at the target as one that is not started. */
    boolean endedAreAtTarget() {
        return app(route.target()).ended().containsAll(ended());
    }

    /** As long as that is to be had: else it goes as if nothing could be done about it. */
    Optional<Step> takeBack(String home) {
        return seen.inVain(StepKind.TAKE_BACK)
                ? Optional.empty()
                : new TakeBack(seen, epoch).to(home);
    }

    /** The same of offsets that were written late. */
    Optional<Step> mend(Optional<Step> step) {
        Progress tried = seen.progress(StepKind.WRITE_OFFSETS);
        return step.filter(s -> !tried.refused() || !tried.atMillis().containsKey(s.site()))
                .filter(s -> !seen.overdue(StepKind.WRITE_OFFSETS));
    }

    SiteState site(String name) {
        return seen.sites().getOrDefault(name, UNKNOWN_SITE);
    }

    AppState app(String name) {
        AppState app = site(name).app();
        return app == null ? AppState.ABSENT : app;
    }

    String silent(String name) {
        return site(name).silent(name);
    }

    String orTarget(String name) {
        return name == null ? route.target() : name;
    }

    Step quiesce() {
        return Step.act(
                StepKind.QUIESCE_SOURCE,
                route.source(),
                "bring "
                        + route.source()
                        + " to zero ("
                        + app(route.source()).podsPresent()
                        + " pods)");
    }

    String goes(String site) {
        return app(site).podsPresent() + " pods still at " + site + why(app(site));
    }

    static String why(AppState app) {
        return app.problem() == null ? "" : " (" + app.problem() + ")";
    }
}
