package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.horizon.Horizon;
import dev.tradewind.job.plan.horizon.MoveCosts;
import dev.tradewind.job.plan.horizon.Planner;
import dev.tradewind.job.plan.horizon.Planner.Option;
import dev.tradewind.job.plan.horizon.Planner.Plan;
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
        List<Site> sites = sites(turn, here);
        if (sites.size() < 2 || turn.kw() == 0) {
            stays(
                    turn,
                    asking,
                    turn.kw() == 0
                            ? "it stays, for it declares no power, so that its energy costs nothing"
                            : "it stays, for there is no other site that it could go to and whose cost is known");
            return;
        }
        Horizon horizon = turn.world.horizon(sites, turn.policy);
        Plan plan = Planner.plan(horizon, moves(turn, sites), here.name());
        Saying saying = new Saying().because(asking).weighed(plan);
        if (Slots.govern(turn)) {
            shared(turn, asking, plan, saying, horizon);
            return;
        }
        if (plan.best().equals(here.name())) {
            lookAgain(turn, asking, horizon);
            stays(turn, asking, notPaying(turn, plan), saying);
            return;
        }
        Option option = plan.option(plan.best());
        if (hindered(turn, asking, option.site(), saying)) {
            return;
        }
        Choice.move(
                turn,
                turn.world.catalog().site(option.site()).orElseThrow(),
                why(turn, plan, option),
                saying,
                option.savingEurPerKw() * turn.kw());
    }

    /** Where slots are scarce: what it would choose alone doesn't decide, but explains. */
    private static void shared(
            Turn turn, Detection asking, Plan alone, Saying saying, Horizon horizon) {
        String here = turn.state.site();
        String place = Slots.place(turn);
        if (asking != null && place.equals(here)) {
            place = Slots.bid(turn);
        }
        if (place.equals(here)) {
            lookAgain(turn, asking, horizon);
            stays(
                    turn,
                    asking,
                    alone.best().equals(here) ? notPaying(turn, alone) : Slots.stays(turn, alone),
                    saying);
            return;
        }
        Optional<Candidate> target = turn.candidates().site(place);
        if (target.isEmpty()
                || !target.get().allowed()
                || held(turn, place).isPresent()
                || !turn.cost(target.get().site()).known()) {
            stays(
                    turn,
                    asking,
                    "it stays: the place that the fleet's plan gives it, "
                            + place
                            + ", is not one any more",
                    saying);
            return;
        }
        if (hindered(turn, asking, place, saying)) {
            return;
        }
        if (!target.get().open()) {
            turn.waits();
            stays(
                    turn,
                    asking,
                    "it is to move to " + place + ", and waits for room: " + target.get().full(),
                    saying);
            return;
        }
        Site to = target.get().site();
        Choice.move(turn, to, Slots.why(turn, to), saying, Slots.saving(turn, to));
    }

    /** Says what keeps it from moving there now, and sees to it that it is looked at again. */
    private static boolean hindered(Turn turn, Detection asking, String to, Saying saying) {
        String quiet = quiet(turn);
        String obstacle = quiet != null ? quiet : Choice.blocked(turn, to);
        if (obstacle == null) {
            return false;
        }
        if (quiet == null) {
            turn.waits();
        } else {
            turn.state =
                    turn.state.with(
                            turn.state
                                    .memory()
                                    .awaiting(
                                            quietUntil(turn), turn.state.memory().leaveAtMillis()));
        }
        stays(
                turn,
                asking,
                "it would pay to move to " + to + ", but it stays: " + obstacle,
                saying);
        return true;
    }

    private static String why(Turn turn, Plan plan, Option option) {
        return "being there costs "
                + Choice.perHour(turn, option.eurPerKwh())
                + " instead of "
                + Choice.perHour(turn, plan.option(turn.state.site()).eurPerKwh())
                + " now, and over what is known and expected it saves "
                + Choice.eur(option.savingEurPerKw() * turn.kw())
                + " for a move that costs "
                + Choice.eur(option.moveEurPerKw() * turn.kw())
                + (Double.isInfinite(option.paidBackHours())
                        ? ""
                        : ", paid back in "
                                + Choice.duration((long) (option.paidBackHours() * 3_600_000)));
    }

    /** Where it is, and where it could go by choice at a cost that is known. */
    private static List<Site> sites(Turn turn, Site here) {
        List<Site> sites = new ArrayList<>();
        for (Candidate candidate : turn.candidates().all()) {
            // one that is full is told of where the price of its slots says why
            boolean could =
                    (Slots.govern(turn) ? candidate.allowed() : candidate.open())
                            && held(turn, candidate.name()).isEmpty()
                            && settled(turn, candidate.name())
                            && turn.cost(candidate.site()).known();
            if (could || candidate.name().equals(here.name())) {
                sites.add(candidate.site());
            }
        }
        return sites;
    }

    /** It has been in the catalog for long enough to be moved to for its price. */
    static boolean settled(Turn turn, String site) {
        return turn.world.views().hasSettled(site, turn.policy, turn.now);
    }

    private static MoveCosts moves(Turn turn, List<Site> sites) {
        double[][] fixed = new double[sites.size()][sites.size()];
        for (int i = 0; i < fixed.length; i++) {
            for (int j = 0; j < fixed.length; j++) {
                Site to = sites.get(j);
                fixed[i][j] =
                        i == j
                                ? 0
                                : CostModel.moveEur(
                                                turn.facts,
                                                sites.get(i).transferEurPerGbTo(to.name()),
                                                0,
                                                0)
                                        / turn.kw();
            }
        }
        return new MoveCosts(fixed, CostModel.hours(turn.facts.downtimeMillis()));
    }

    /** A rule that asks need not ask again: it is looked at anew when the present costs end. */
    private static void lookAgain(Turn turn, Detection asking, Horizon horizon) {
        if (asking != null) {
            long at = turn.now + Math.max(1_000, horizon.presentMillis());
            turn.state =
                    turn.state.with(
                            turn.state.memory().awaiting(at, turn.state.memory().leaveAtMillis()));
        }
    }

    private static String notPaying(Turn turn, Plan plan) {
        Option best = null;
        for (Option option : plan.options()) {
            if (!option.site().equals(turn.state.site())
                    && (best == null || option.gainEurPerKw() > best.gainEurPerKw())) {
                best = option;
            }
        }
        double saving = best.savingEurPerKw() * turn.kw();
        return saving <= 0
                ? "it stays, for no other site that it could go to is expected to cost less"
                : "it stays: "
                        + best.site()
                        + " is expected to save only "
                        + Choice.eur(saving)
                        + ", and the move costs "
                        + Choice.eur(best.moveEurPerKw() * turn.kw());
    }

    /** What keeps it from moving by choice for some time, or null. */
    static String quiet(Turn turn) {
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

    /**
     * Residence and cooldown, energy clock. What a clock said that has been put back since is no
     * time to count from: it would rest for as long as that.
     */
    static long quietUntil(Turn turn) {
        WorkloadState.Meter meter = turn.state.meter();
        return Math.max(
                after(turn, meter.arrivedAtMillis(), turn.policy.minResidenceMillis()),
                after(
                        turn,
                        meter.movedAtMillis(),
                        Math.max(turn.policy.minResidenceMillis(), turn.facts.cooldownMillis())));
    }

    private static long after(Turn turn, Long at, long rest) {
        return at == null || at > turn.now ? Long.MIN_VALUE : at + rest;
    }

    static Optional<Detection> held(Turn turn, String site) {
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
        stays(turn, asking, reason, new Saying());
    }

    private static void stays(Turn turn, Detection asking, String reason, Saying saying) {
        if (asking != null && turn.cause.detection() != null) {
            turn.announce(
                    "stay " + asking.detectionId(),
                    Verdict.stay,
                    reason,
                    saying.to(turn.state.site()).because(asking));
        } else {
            turn.looked(reason);
        }
    }
}
