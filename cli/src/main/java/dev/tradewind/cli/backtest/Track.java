package dev.tradewind.cli.backtest;

/**
 * What a kWh really cost at each of a workload's sites.
 *
 * @param at when each step begins, ms
 * @param hours how long each lasts; 0 where the cost of a site isn't known: that counts for nobody
 * @param rates EUR/kWh by step and site
 */
record Track(long[] at, double[] hours, double[][] rates) {

    int steps() {
        return hours.length;
    }

    /** Where a workload was in each step, and what that cost. */
    record Ride(int[] path, double eur, int moves) {}

    /** What a way through the sites costs, its moves included, EUR. */
    Ride ride(Fare fare, int[] path) {
        double eur = 0;
        int moves = 0;
        int at = fare.start();
        for (int t = 0; t < path.length; t++) {
            if (path[t] != at) {
                eur += fare.moveEur(at, path[t], rates[t]);
                moves++;
                at = path[t];
            }
            eur += energy(fare, t, at);
        }
        return new Ride(path, eur, moves);
    }

    /** EUR of never leaving a site. */
    double stay(Fare fare, int site) {
        double eur = 0;
        for (int t = 0; t < steps(); t++) {
            eur += energy(fare, t, site);
        }
        return eur;
    }

    double energy(Fare fare, int step, int site) {
        return hours[step] == 0 ? 0 : rates[step][site] * hours[step] * fare.kw();
    }
}
