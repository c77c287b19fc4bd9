package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.Pieces;
import dev.tradewind.job.plan.Pieces.Piece;
import dev.tradewind.job.plan.Pieces.Plan;
import dev.tradewind.job.plan.Pieces.Whereabouts;
import dev.tradewind.job.plan.RateCurve;
import dev.tradewind.job.plan.horizon.MoveCosts;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Work that has a deadline, once it has begun. What can't be interrupted runs to its end where it
 * is: to move it would be to begin anew. What can be is stopped where the rest costs less later,
 * the restart inside, and only if the deadline is kept all the same. What has run for longer than
 * it was expected to is never stopped: nobody knows how much is left of it.
 */
final class Deferred {
    /** The next look is no sooner, energy time. */
    private static final long SOONEST = 1_000;

    private Deferred() {}

    static void running(Turn turn) {
        String stays = stays(turn);
        if (stays != null) {
            answer(turn, stays);
            return;
        }
        long quiet = ByChoice.quietUntil(turn);
        if (quiet > turn.now) {
            lookAt(turn, quiet);
            answer(turn, "it stays, for it has begun here only just now");
            return;
        }
        String here = turn.state.site();
        List<Candidate> sites =
                turn.candidates().all().stream()
                        .filter(c -> c.open() || c.name().equals(here))
                        .filter(c -> pinAllows(turn, c))
                        .toList();
        Optional<Plan> plan = plan(turn, sites);
        if (plan.isEmpty()) {
            lookAt(turn, 0);
            answer(turn, "it runs on: its deadline leaves no choice, or no cost is known");
            return;
        }
        Piece first = plan.get().first();
        if (first.fromMillis() <= turn.now && first.site().equals(here)) {
            lookAt(turn, plan.get().pieces().size() > 1 ? first.toMillis() : 0);
            answer(turn, "it runs on, for no other plan costs less");
            return;
        }
        lookAt(turn, 0);
        turn.issue(
                Kind.STOP,
                null,
                Verdict.delayed,
                "interrupted at "
                        + here
                        + ": what is left of it, "
                        + Choice.duration(Due.left(turn))
                        + ", costs less "
                        + (first.site().equals(here) ? "" : "at " + first.site() + " ")
                        + "from "
                        + Choice.instant(first.fromMillis())
                        + " on, the restart inside",
                new Saying().notBefore(first.fromMillis()));
        if (!turn.isDryRun()) {
            // and with its placement it is told that it goes on by itself
            turn.state = turn.state.planned(first.site(), first.fromMillis());
        }
    }

    /** Why it isn't to be stopped now, or null. */
    private static String stays(Turn turn) {
        if (!Jobs.interruptible(turn.state.spec())) {
            return "it stays, for it can't be interrupted";
        }
        if (Due.overdue(turn)) {
            return "it stays, for it has run for as long as it was expected to, and may end any time";
        }
        if (turn.kw() == 0) {
            return "it stays, for it declares no power, so that its energy costs nothing";
        }
        if (turn.policy.freeze()) {
            return "it stays, for policy " + turn.policy.name() + " has frozen all moves";
        }
        if (Choice.backsOff(turn)) {
            return "it stays: the last command came to nothing, and the next attempt waits";
        }
        return turn.world
                .detections()
                .hold(
                        turn.world.catalog(),
                        turn.state.site(),
                        turn.state.workload(),
                        turn.state.spec())
                .map(hold -> "it stays, for rule " + hold.ruleId() + " holds it")
                .orElse(null);
    }

    /**
     * The pieces that what is left of it is best run in.
     *
     * @param sites where it may run
     * @return nothing where there is no choice, or where no site's cost is known
     */
    static Optional<Plan> plan(Turn turn, List<Candidate> sites) {
        if (turn.kw() == 0) {
            return Optional.empty();
        }
        boolean runs = turn.state.phase() == Phase.running;
        Long earliest = turn.facts.earliestStartMillis();
        long from = earliest == null ? turn.now : Math.max(turn.now, earliest);
        long end = turn.facts.deadlineMillis() - Due.margin(turn) - Due.restart(turn);
        if (end <= from) {
            return Optional.empty();
        }
        Map<String, RateCurve> curves = new HashMap<>();
        for (Candidate candidate : sites) {
            RateCurve curve = turn.world.curve(candidate.site(), turn.policy, end);
            if (!Double.isNaN(curve.sum(from, end))) {
                curves.put(candidate.name(), curve);
            }
        }
        String here = turn.state.site();
        List<Site> known =
                sites.stream()
                        .map(Candidate::site)
                        .filter(site -> curves.containsKey(site.name()))
                        // the ones that may matter, first choice first among equals
                        .sorted(
                                Comparator.comparing((Site site) -> !site.name().equals(here))
                                        .thenComparingDouble(
                                                site -> curves.get(site.name()).sum(from, end)))
                        .limit(Pieces.MOST_SITES)
                        .toList();
        int last = known.stream().map(Site::name).toList().indexOf(here);
        if (runs && last < 0) {
            return Optional.empty();
        }
        return Pieces.choose(
                known.stream().map(Site::name).toList(),
                known.stream().map(site -> curves.get(site.name())).toList(),
                restarts(turn, known),
                new Whereabouts(last, runs),
                from,
                end,
                Due.left(turn));
    }

    private static MoveCosts restarts(Turn turn, List<Site> sites) {
        double[][] fixed = new double[sites.size()][sites.size()];
        for (int i = 0; i < fixed.length; i++) {
            for (int j = 0; j < fixed.length; j++) {
                double perGb = i == j ? 0 : sites.get(i).transferEurPerGbTo(sites.get(j).name());
                fixed[i][j] = CostModel.moveEur(turn.facts, perGb, 0, 0) / turn.kw();
            }
        }
        // a start takes a while, whether the spec says so or not
        long idle = Math.max(turn.facts.downtimeMillis(), Due.margin(turn));
        return new MoveCosts(fixed, CostModel.hours(idle));
    }

    private static boolean pinAllows(Turn turn, Candidate candidate) {
        String pin = turn.state.wishes().pinnedTo();
        return pin == null || candidate.name().equals(pin);
    }

    /** 0: no look is planned. */
    private static void lookAt(Turn turn, long energyMillis) {
        long at = energyMillis == 0 ? 0 : Math.max(energyMillis, turn.now + SOONEST);
        turn.state =
                turn.state.with(
                        turn.state.memory().awaiting(at, turn.state.memory().leaveAtMillis()));
    }

    /** A rule that asks is answered once; a look that leads to nothing isn't told. */
    private static void answer(Turn turn, String reason) {
        if (turn.cause.byChoice() && turn.cause.detection() != null) {
            turn.announce(
                    "stay " + turn.cause.detection().detectionId(),
                    Verdict.stay,
                    reason,
                    new Saying().to(turn.state.site()).because(turn.cause.detection()));
        }
    }
}
