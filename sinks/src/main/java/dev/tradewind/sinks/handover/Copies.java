package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Copies of the workload where none is to be: those nobody knows of, and those failed over. */
final class Copies {
    private final Facts facts;
    private final Back back;
    private final Observation seen;
    private final Route route;
    private final long epoch;

    Copies(Facts facts, Back back) {
        this.facts = facts;
        this.back = back;
        this.seen = facts.seen;
        this.route = facts.route;
        this.epoch = facts.epoch;
    }

    /** Where a copy runs that the command does not know of. */
    Optional<String> runsElsewhere() {
        AppState target = facts.app(route.target());
        boolean targetRuns = target.desired() > 0 || target.podsPresent() > 0;
        if (targetRuns
                && target.job() != JobState.SUCCEEDED
                && !facts.touchedAt(route.target())
                && (route.vacates() || route.hasPointOfNoReturn())) {
            return Optional.of(route.target());
        }
        return others();
    }

    Step foundElsewhere(String site) {
        return foundElsewhere(
                site, "a copy runs at " + site + " too, which the command does not know of");
    }

    Step foundElsewhere(String site, String reason) {
        return facts.touched()
                ? back.giveUp(reason)
                : Step.found(StepKind.FOUND_ELSEWHERE, site, reason);
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
        AppState source = route.source() == null ? AppState.ABSENT : facts.app(route.source());
        long applied = facts.app(site).appliedEpoch();
        return facts.command.lost() != null && facts.command.lost().contains(site)
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
        boolean asked = facts.app(at).epoch() == epoch && facts.app(at).desired() == 0;
        if (!asked) {
            return Optional.of(
                    Step.act(StepKind.STOP, at, "fence off and stop the old copy at " + at));
        }
        return Optional.of(
                before
                        ? back.waitFor(StepKind.AWAIT_STOPPED, at, facts.goes(at))
                        : Step.wait(StepKind.AWAIT_STOPPED, at, facts.goes(at)));
    }
}
