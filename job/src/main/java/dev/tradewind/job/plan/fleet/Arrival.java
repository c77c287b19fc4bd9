package dev.tradewind.job.plan.fleet;

/**
 * One workload alone, between two plans: it takes the site that is best at the last prices, scaled
 * by how full the site has become since.
 */
public final class Arrival {
    /** A site this full costs what the plan says. */
    private static final double FULL = 0.97;

    private Arrival() {}

    /**
     * @param demand by resource
     * @param costEur by site over the horizon; NaN where it may not be
     * @param prices of the last plan
     * @param free by resource and site
     * @param capacity likewise; infinite where unbounded
     * @return a site with room for it; or -1
     */
    public static int choose(
            double[] demand,
            double[] costEur,
            FleetPrices prices,
            double[][] free,
            double[][] capacity) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < costEur.length; k++) {
            double full = 0;
            boolean fits = !Double.isNaN(costEur[k]);
            for (int r = 0; fits && r < demand.length; r++) {
                fits = demand[r] <= free[r][k] || demand[r] == 0;
                if (capacity[r][k] < Double.POSITIVE_INFINITY && capacity[r][k] > 0) {
                    full = Math.max(full, 1 - free[r][k] / capacity[r][k]);
                }
            }
            double x =
                    fits
                            ? costEur[k] + prices.of(demand, k) * load(full)
                            : Double.POSITIVE_INFINITY;
            if (x < least) {
                least = x;
                best = k;
            }
        }
        return best;
    }

    /**
     * Times that a price counts at a site that is so full: twice at its last slot, once from 97 %
     * down, and half as much where half is free.
     */
    static double load(double full) {
        return full >= FULL
                ? 1 + Math.min(1, (full - FULL) / (1 - FULL))
                : Math.max(0.5, 0.5 + 0.5 * (full - 0.5) / (FULL - 0.5));
    }
}
