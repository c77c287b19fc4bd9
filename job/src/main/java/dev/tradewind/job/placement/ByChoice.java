package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.RentOrBuy;
import dev.tradewind.job.plan.RentOrBuy.Option;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A move that nothing demands: made when it pays, and when nothing speaks against it. */
final class ByChoice {
    private ByChoice() {}

    static void consider(Turn turn) {
        if (!turn.cause.byChoice()) {
            return;
        }
        WorkloadState state = turn.state;
        Detection asking = asking(turn);
        Site here = turn.world.catalog().site(state.site()).orElseThrow();
        SiteCost cost = turn.cost(here);
        turn.state = state.with(state.memory().awaiting(0, state.memory().leaveAtMillis()));
        if (!cost.known()) {
            stays(
                    turn,
                    asking,
                    "it stays, for the cost of "
                            + here.name()
                            + " is not known: "
                            + cost.unknown());
            return;
        }
        List<Option> options = options(turn);
        Optional<Option> best = RentOrBuy.choose(cost.eurPerKwh(), options);
        if (best.isEmpty()) {
            await(turn, asking, cost, options);
            stays(turn, asking, notPaying(turn, cost, options));
            return;
        }
        Option option = best.get();
        String quiet = quiet(turn);
        String obstacle = quiet != null ? quiet : Choice.blocked(turn, option.site());
        if (obstacle != null) {
            if (quiet == null) {
                turn.waits();
            } else {
                turn.state =
                        turn.state.with(
                                turn.state
                                        .memory()
                                        .awaiting(
                                                quietUntil(turn),
                                                turn.state.memory().leaveAtMillis()));
            }
            stays(
                    turn,
                    asking,
                    "it would pay to move to " + option.site() + ", but it stays: " + obstacle);
            return;
        }
        Choice.move(
                turn,
                turn.world.catalog().site(option.site()).orElseThrow(),
                "being there costs "
                        + Choice.perHour(turn, option.eurPerKwh())
                        + " instead of "
                        + Choice.perHour(turn, cost.eurPerKwh())
                        + ", and staying has by now cost as much more as the move, "
                        + Choice.eur(option.moveEur()),
                new Saying().because(asking));
    }

    /** The sites that it could go to by choice and whose cost is known. */
    private static List<Option> options(Turn turn) {
        List<Option> options = new ArrayList<>();
        for (Candidate candidate : turn.candidates().open()) {
            SiteCost cost = turn.cost(candidate.site());
            if (!candidate.name().equals(turn.state.site())
                    && cost.known()
                    && held(turn, candidate.name()).isEmpty()) {
                options.add(
                        new Option(
                                candidate.name(),
                                cost.eurPerKwh(),
                                turn.state.meter().regrets().getOrDefault(candidate.name(), 0.0),
                                turn.moveEur(candidate.site())));
            }
        }
        return options;
    }

    /** Notes when a move will pay, so that a rule that asked once needs not ask again. */
    private static void await(Turn turn, Detection asking, SiteCost cost, List<Option> options) {
        double hours =
                RentOrBuy.hoursUntilOnePays(cost.eurPerKwh(), turn.facts.powerWatts(), options);
        if (asking != null && hours < turn.policy.horizonMillis() / 3_600_000.0) {
            long at = turn.now + Math.max(1_000, (long) Math.ceil(hours * 3_600_000) + 1);
            turn.state =
                    turn.state.with(
                            turn.state.memory().awaiting(at, turn.state.memory().leaveAtMillis()));
        }
    }

    private static String notPaying(Turn turn, SiteCost cost, List<Option> options) {
        Option best = null;
        for (Option option : options) {
            if (option.eurPerKwh() < cost.eurPerKwh()
                    && (best == null
                            || option.moveEur() - option.regretEur()
                                    < best.moveEur() - best.regretEur())) {
                best = option;
            }
        }
        if (best == null) {
            return options.isEmpty()
                    ? "it stays, for there is no other site that it could go to and whose cost is known"
                    : "it stays, for no other site that it could go to is cheaper now";
        }
        return "it stays: "
                + best.site()
                + " is cheaper, but staying has so far cost only "
                + Choice.eur(best.regretEur())
                + " more, and the move costs "
                + Choice.eur(best.moveEur());
    }

    /** What keeps it from moving by choice for some time, or null. */
    private static String quiet(Turn turn) {
        Optional<Detection> hold = held(turn, turn.state.site());
        if (hold.isPresent()) {
            return "rule " + hold.get().ruleId() + " holds it at " + turn.state.site();
        }
        long until = quietUntil(turn);
        if (until > turn.now) {
            return "after its last move it rests until " + Choice.instant(until);
        }
        return Choice.backsOff(turn)
                ? "the last command came to nothing, and the next attempt waits"
                : null;
    }

    /** Residence and cooldown, energy clock. */
    static long quietUntil(Turn turn) {
        WorkloadState.Meter meter = turn.state.meter();
        long until =
                meter.arrivedAtMillis() == null
                        ? Long.MIN_VALUE
                        : meter.arrivedAtMillis() + turn.policy.minResidenceMillis();
        return meter.movedAtMillis() == null
                ? until
                : Math.max(
                        until,
                        meter.movedAtMillis()
                                + Math.max(
                                        turn.policy.minResidenceMillis(),
                                        turn.facts.cooldownMillis()));
    }

    private static Optional<Detection> held(Turn turn, String site) {
        return turn.world
                .detections()
                .hold(turn.world.catalog(), site, turn.state.workload(), turn.state.spec());
    }

    private static Detection asking(Turn turn) {
        return turn.cause.detection() != null
                ? turn.cause.detection()
                : turn.world
                        .detections()
                        .reconsider(turn.world.catalog(), turn.state.workload(), turn.state.spec())
                        .orElse(null);
    }

    /** A rule that asks is answered once; a regular look that leads to nothing isn't told. */
    private static void stays(Turn turn, Detection asking, String reason) {
        if (asking != null && turn.cause.detection() != null) {
            turn.announce(
                    "stay " + asking.detectionId(),
                    Verdict.stay,
                    reason,
                    new Saying().to(turn.state.site()).because(asking));
        }
    }
}
