package dev.tradewind.job.plan.fleet;

import java.util.List;

/**
 * The sites of a plan. A site's index is its place in {@code names}, which are in the order in
 * which ties break.
 *
 * @param capacity by resource and site, in the units of the rows' demand; infinite where unbounded;
 *     what something outside of the plan takes up is taken off already
 * @param eurPerKw by tariff and site: what a kW drawn there costs over the horizon. A tariff is
 *     what workloads of one policy (and of moves as dear) expect. Only sites that a row of the
 *     tariff may use are looked at.
 * @param eurPerGb of sending from the one site to the other; null where moves cost the same
 *     wherever they go
 */
public record FleetSites(
        List<String> names, double[][] capacity, double[][] eurPerKw, double[][] eurPerGb) {

    /**
     * @throws IllegalArgumentException if the tables don't have a column for each site, or a
     *     capacity is negative or no number
     */
    public FleetSites {
        names = List.copyOf(names);
        for (double[][] table : new double[][][] {capacity, eurPerKw, eurPerGb}) {
            for (double[] row : table == null ? new double[0][] : table) {
                if (row.length != names.size()) {
                    throw new IllegalArgumentException(
                            row.length + " columns for " + names.size() + " sites");
                }
            }
        }
        for (double[] row : capacity) {
            for (double room : row) {
                if (!(room >= 0)) {
                    throw new IllegalArgumentException("a capacity of " + room);
                }
            }
        }
    }

    public int size() {
        return names.size();
    }

    int resources() {
        return capacity.length;
    }
}
