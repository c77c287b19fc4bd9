package dev.tradewind.job.plan;

/** The formulas of cost: one currency for energy, carbon and moves. */
public final class CostModel {
    private static final double MILLIS_PER_HOUR = 3_600_000;

    private CostModel() {}

    /**
     * The cost of a kWh that a workload draws: {@code pue * (price * multiplier / 1000 + carbon /
     * 10^6 * carbonPrice)}.
     *
     * @param price EUR/MWh; may be negative; ignored where the objective gives it no weight
     * @param carbon gCO2eq/kWh; ignored likewise
     * @return EUR/kWh
     */
    public static double eurPerKwh(double pue, double price, double carbon, Objective objective) {
        double energy = objective.needsPrice() ? price * objective.priceMultiplier() / 1_000 : 0;
        double emitted =
                objective.needsCarbon() ? carbon / 1e6 * objective.carbonPriceEurPerTonne() : 0;
        return pue * (energy + emitted);
    }

    /**
     * @param eurPerKwh see {@link #eurPerKwh}
     * @return EUR/h
     */
    public static double eurPerHour(double eurPerKwh, double watts) {
        return eurPerKwh * watts / 1_000;
    }

    /**
     * A workload's part of what a site was measured to draw: as its cores are to those of all that
     * run there.
     *
     * @param siteWatts of the machines, without cooling: the PUE comes on top
     * @return W; 0 where there are no cores to go by
     */
    public static double shareOfWatts(double siteWatts, double cores, double coresOfAll) {
        return siteWatts > 0 && cores > 0 && coresOfAll > 0
                ? siteWatts * Math.min(1, cores / coresOfAll)
                : 0;
    }

    /** kWh that {@code watts} draw in a time. */
    public static double kwh(double watts, double millis) {
        return watts / 1_000 * millis / MILLIS_PER_HOUR;
    }

    public static double hours(double millis) {
        return millis / MILLIS_PER_HOUR;
    }

    /**
     * What a move costs: {@code stateGb * eurPerGb + kWh of the downtime * (rate there + rate here)
     * + fixed}. During the downtime both sites draw the workload's power and neither works. A
     * negative rate counts as 0 here: idling is never a gain.
     *
     * @param fromEurPerKwh the rate at the present site; NaN where it isn't known, and then that
     *     energy is left out
     * @param toEurPerKwh the rate at the other site; NaN likewise
     * @param eurPerGb of sending from the one to the other
     * @return EUR, 0 or more
     */
    public static double moveEur(
            WorkloadFacts facts, double eurPerGb, double fromEurPerKwh, double toEurPerKwh) {
        double idle = kwh(facts.powerWatts(), facts.downtimeMillis());
        return facts.stateGb() * eurPerGb
                + idle * (positive(fromEurPerKwh) + positive(toEurPerKwh))
                + facts.fixedCostEur();
    }

    private static double positive(double rate) {
        return rate > 0 ? rate : 0;
    }
}
