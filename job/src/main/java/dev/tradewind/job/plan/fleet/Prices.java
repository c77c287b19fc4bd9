package dev.tradewind.job.plan.fleet;

import java.util.Arrays;

/** The price of a slot, told of each resource: what the bound needs. */
final class Prices {
    private Prices() {}

    /**
     * Of each resource alone: a site's price of a slot is put on the resource that is scarcest
     * there, were all to be there in equal parts.
     */
    static double[][] byResource(Problem problem, double[] slotEur, double[][] unitEur) {
        double[][] prices = copy(unitEur);
        for (int k = 0; k < problem.s; k++) {
            int scarcest = -1;
            double least = 0;
            for (int r = 0; r < prices.length; r++) {
                double room = problem.room[r][k];
                if (room < Double.POSITIVE_INFINITY && problem.scale[r] > 0) {
                    double part =
                            room / Math.max(1e-300, Arrays.stream(problem.rows.demand[r]).sum());
                    if (scarcest < 0 || part < least) {
                        scarcest = r;
                        least = part;
                    }
                }
            }
            if (scarcest >= 0) {
                prices[scarcest][k] += slotEur[k] * problem.scale[scarcest];
            }
        }
        return prices;
    }

    /**
     * Prices of each resource under which the bound is high, by steps along its slope, each as long
     * as Polyak says: (what is to be reached - bound) / length of the slope squared. What is to be
     * reached is a little more than what was, less and less so.
     *
     * @param prices to begin with; left as the best ones that were found
     * @param allowed see {@link Problem#allowed}
     * @param part who counts; null: all
     * @return the bound
     */
    static double improve(
            Problem problem,
            double[][] prices,
            double[][] rooms,
            long[] allowed,
            boolean[] part,
            int steps) {
        double best = Double.NEGATIVE_INFINITY;
        double[][] bestPrices = copy(prices);
        double more = 0.05;
        int idle = 0;
        for (int step = 0; step < steps && more > 1e-6; step++) {
            double[][] slope = new double[prices.length][problem.s];
            double bound = Bound.of(problem, prices, rooms, allowed, part, slope);
            if (bound > best) {
                idle = bound > best + 0.1 * more * Math.abs(best) ? 0 : idle + 1;
                best = bound;
                bestPrices = copy(prices);
            } else {
                idle++;
            }
            if (idle == 5) {
                more /= 2;
                idle = 0;
            }
            double square = square(prices, rooms, slope);
            if (square < 1e-12) {
                break;
            }
            double length = (best - bound + more * Math.abs(best)) / square;
            for (int r = 0; r < prices.length; r++) {
                for (int k = 0; k < problem.s; k++) {
                    if (slope[r][k] != 0) {
                        double by = length * slope[r][k] / rooms[r][k];
                        prices[r][k] = Math.max(0, prices[r][k] + by);
                    }
                }
            }
        }
        for (int r = 0; r < prices.length; r++) {
            System.arraycopy(bestPrices[r], 0, prices[r], 0, problem.s);
        }
        return best;
    }

    /** Makes the slope one in parts of each room, and flat where a price can't go below 0. */
    private static double square(double[][] prices, double[][] rooms, double[][] slope) {
        double square = 0;
        for (int r = 0; r < prices.length; r++) {
            for (int k = 0; k < slope[r].length; k++) {
                double room = rooms[r][k];
                boolean bounded = room < Double.POSITIVE_INFINITY && room > 0;
                slope[r][k] = bounded ? slope[r][k] / room - 1 : 0;
                if (slope[r][k] < 0 && prices[r][k] == 0) {
                    slope[r][k] = 0;
                }
                square += slope[r][k] * slope[r][k];
            }
        }
        return square;
    }

    private static double[][] copy(double[][] table) {
        double[][] copy = new double[table.length][];
        for (int r = 0; r < table.length; r++) {
            copy[r] = table[r].clone();
        }
        return copy;
    }
}
