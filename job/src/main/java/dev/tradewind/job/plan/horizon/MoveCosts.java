package dev.tradewind.job.plan.horizon;

/**
 * What moves between the sites of a {@link Horizon} cost a workload for each kW that it draws, so
 * that they compare with a sum of rates over hours.
 *
 * @param fixed EUR/kW from the one to the other, whatever the rates are
 * @param idleHours for which both sites draw power and neither works
 */
public record MoveCosts(double[][] fixed, double idleHours) {

    /** The same between any two sites. */
    public static MoveCosts uniform(int sites, double eurPerKw) {
        double[][] fixed = new double[sites][sites];
        for (int i = 0; i < sites; i++) {
            for (int j = 0; j < sites; j++) {
                fixed[i][j] = i == j ? 0 : eurPerKw;
            }
        }
        return new MoveCosts(fixed, 0);
    }

    /**
     * EUR/kW of a move at these rates, EUR/kWh. Idling at a negative rate is no gain, as in {@link
     * dev.tradewind.job.plan.CostModel#moveEur}.
     */
    public double of(int from, int to, double[] rates) {
        return from == to
                ? 0
                : fixed[from][to] + idleHours * (Math.max(0, rates[from]) + Math.max(0, rates[to]));
    }
}
