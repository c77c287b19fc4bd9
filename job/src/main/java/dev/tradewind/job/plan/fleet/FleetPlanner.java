package dev.tradewind.job.plan.fleet;

import java.util.function.Consumer;

/**
 * Plans a fleet: the slot auction, what fits into the room that it leaves, and a proof of how good
 * that is. The same rows, sites and settings give the same plan, in whatever order rows came.
 *
 * <p>Time grows with rows times sites times the bids of a row; memory with the rows.
 */
public final class FleetPlanner {
    /** What a plan is made of, in this order. */
    public enum Stage {
        /** Rows and sites made ready, and the bids. */
        AUCTION,
        FILL,
        BOUND,
        /** Whether it is worth it. */
        GATE
    }

    private static final double MOST_GATES = 5;

    /** A gap that needs no second try. */
    private static final double GOOD = 0.001;

    private FleetPlanner() {}

    /**
     * @param nowMillis energy time, for what has moved lately
     */
    public static FleetPlan plan(
            FleetRows rows, FleetSites sites, FleetSettings settings, long nowMillis) {
        return plan(rows, sites, settings, nowMillis, stage -> {});
    }

    /**
     * @param done told of each stage when it ends
     */
    public static FleetPlan plan(
            FleetRows rows,
            FleetSites sites,
            FleetSettings settings,
            long nowMillis,
            Consumer<Stage> done) {
        Problem problem = new Problem(rows, sites, settings, nowMillis);
        Auction auction = new Auction(problem);
        boolean sampled = auction.run();
        done.accept(Stage.AUCTION);
        int[] place = auction.place;
        Fill.run(problem, place, false);
        done.accept(Stage.FILL);
        double cost = FleetPlan.cost(problem, place);
        double bound = Bound.ofPlan(problem, auction.prices(), place);
        if (sampled
                && problem.resources == 1
                && waiting(place) == 0
                && FleetPlan.gap(cost, bound) > GOOD) {
            // the sample told too little
            auction.runAll();
            Fill.run(problem, place, false);
            cost = FleetPlan.cost(problem, place);
            bound = Bound.ofPlan(problem, auction.prices(), place);
        }
        done.accept(Stage.BOUND);
        int[] stay = rows.home.clone();
        Fill.run(problem, stay, true);
        double stayEur = FleetPlan.cost(problem, stay);
        boolean stays =
                stayEur - cost < worthwhile(FleetPlan.gap(cost, bound), settings) * Math.abs(cost)
                        && waiting(stay) <= waiting(place);
        if (stays) {
            bound = Bound.ofPlan(problem, auction.prices(), stay);
        }
        done.accept(Stage.GATE);
        return new FleetPlan(problem, auction, stays ? stay : place, bound, stayEur, stays);
    }

    /** What the plan may be off by is no reason to move, as far as that is known. */
    private static double worthwhile(double gap, FleetSettings settings) {
        return Math.min(Math.max(gap, settings.gate()), MOST_GATES * settings.gate());
    }

    private static int waiting(int[] place) {
        int waiting = 0;
        for (int site : place) {
            waiting += site < 0 ? 1 : 0;
        }
        return waiting;
    }
}
