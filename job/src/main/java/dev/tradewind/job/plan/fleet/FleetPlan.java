package dev.tradewind.job.plan.fleet;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where each row of a fleet is to be, and what a slot costs at each site. Costs are in EUR over the
 * horizon, moves as they count (see {@link FleetSettings}) unless said otherwise.
 */
public final class FleetPlan {
    /**
     * Why a row isn't at a site that is cheaper but for its slots.
     *
     * @param site the cheapest of these
     * @param slotEur what a unit of a slot costs there beyond what it costs where it is
     * @param worthEur what being there is worth to it, for each unit that it takes
     * @param setBy the row that set the price, or -1
     */
    public record Instead(int site, double slotEur, double worthEur, int setBy) {}

    private final Problem problem;
    private final int[] place;
    private final FleetPrices prices;
    private final int[] setBy;
    private final double bound;
    private final double stayEur;
    private final double costEur;
    private final boolean stays;
    private final long bids;

    FleetPlan(
            Problem problem,
            Auction auction,
            int[] place,
            double bound,
            double stayEur,
            boolean stays) {
        this.problem = problem;
        this.place = place;
        this.prices = auction.prices();
        this.setBy = auction.setBy;
        this.bids = auction.bids;
        this.bound = bound;
        this.stayEur = stayEur;
        this.stays = stays;
        this.costEur = cost(problem, place);
    }

    static double cost(Problem problem, int[] place) {
        double sum = 0;
        for (int i = 0; i < place.length; i++) {
            double cost = place[i] < 0 ? problem.waitCost(i) : problem.cost(i, place[i]);
            // one that can't move costs what it costs, known or not
            sum += Double.isNaN(cost) ? 0 : cost;
        }
        return sum;
    }

    /** The site of a row, or -1 where there is none: it waits, where it is if it is somewhere. */
    public int site(int row) {
        return place[row];
    }

    /** It is to go to another site than where it is. */
    public boolean moves(int row) {
        return place[row] >= 0 && problem.rows.at[row] >= 0 && place[row] != problem.rows.at[row];
    }

    public int moves() {
        int moves = 0;
        for (int i = 0; i < place.length; i++) {
            moves += moves(i) ? 1 : 0;
        }
        return moves;
    }

    /** How many have no place. */
    public int waiting() {
        return (int) Arrays.stream(place).filter(site -> site < 0).count();
    }

    /** What slots cost over the horizon. */
    public FleetPrices prices() {
        return prices;
    }

    /** The row whose bid set the price of a site; -1 where its slots are free of charge. */
    public int setBy(int site) {
        return setBy[site];
    }

    /** Moves by choice would not have saved enough, so that only those move that have to. */
    public boolean stays() {
        return stays;
    }

    public double costEur() {
        return costEur;
    }

    /** What it counts that a row has no place. */
    public double waitEur(int row) {
        return problem.waitCost(row);
    }

    /** What is left of each capacity when all are where they are to be, by resource and site. */
    public double[][] free() {
        return problem.left(problem.whole, place);
    }

    /** Of those at home staying, the others finding what room there is. */
    public double stayEur() {
        return stayEur;
    }

    /** What the plan costs with moves as they are, and without those that have no place. */
    public double realEur() {
        double sum = 0;
        for (int i = 0; i < place.length; i++) {
            double cost = place[i] < 0 ? 0 : problem.realCost(i, place[i]);
            sum += Double.isNaN(cost) ? 0 : cost;
        }
        return sum;
    }

    /** No plan costs less, under the same reserve and the same weight of moves. */
    public double boundEur() {
        return bound;
    }

    /** How much more than the bound the plan costs at most, in percent. */
    public double gapPercent() {
        return gap(costEur, bound) * 100;
    }

    /**
     * The same after looking for better prices of each resource, which is what several of them
     * need: the bound that comes with the plan knows of one price only. Takes its time.
     */
    public double gapPercent(int steps) {
        double[][] start = new double[problem.resources][problem.s];
        double[][] room = Bound.room(problem, place);
        return gap(
                        costEur,
                        Math.max(
                                bound,
                                Prices.improve(
                                        problem, start, room, problem.allowed(room), null, steps)))
                * 100;
    }

    static double gap(double cost, double bound) {
        return cost <= bound ? 0 : (cost - bound) / Math.max(Math.abs(bound), 1e-300);
    }

    /** Bids that were made. */
    public long bids() {
        return bids;
    }

    /** What a row takes of a slot, in units of the first resource. */
    public double slot(int row) {
        return problem.slot[row];
    }

    private double slotEur(int row, int site) {
        double[] demand = new double[problem.resources];
        for (int r = 0; r < demand.length; r++) {
            demand[r] = problem.rows.demand[r][row];
        }
        return prices.of(demand, site);
    }

    /** Nothing where no other site would be cheaper for it without the prices of slots. */
    public Optional<Instead> instead(int row) {
        if (place[row] < 0 || problem.slot[row] == 0) {
            return Optional.empty();
        }
        FleetRows rows = problem.rows;
        double here = problem.cost(row, place[row]);
        int best = -1;
        double least = here;
        for (int site = 0; site < problem.s; site++) {
            boolean may = site == rows.home[row] || rows.mayGo(row, site);
            if (may && site != place[row] && problem.cost(row, site) < least) {
                least = problem.cost(row, site);
                best = site;
            }
        }
        return best < 0
                ? Optional.empty()
                : Optional.of(
                        new Instead(
                                best,
                                (slotEur(row, best) - slotEur(row, place[row])) / problem.slot[row],
                                (here - least) / problem.slot[row],
                                setBy[best]));
    }
}
