package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Track.Ride;

/**
 * The best that could have been done, everything known beforehand: the least cost of all ways
 * through the sites, at most one move a step, the moves paid as everybody pays them. Residence and
 * cooldown don't bind it.
 */
final class Oracle {
    private Oracle() {}

    static Ride ride(Fare fare, Track track) {
        int n = fare.sites().size();
        int steps = track.steps();
        byte[][] to = new byte[steps][n];
        double[] v = new double[n];
        for (int t = steps - 1; t >= 0; t--) {
            double[] before = new double[n];
            for (int j = 0; j < n; j++) {
                v[j] += track.energy(fare, t, j);
            }
            for (int from = 0; from < n; from++) {
                int best = from;
                double least = v[from];
                for (int j = 0; j < n; j++) {
                    if (v[j] < least) {
                        double cost = v[j] + fare.moveEur(from, j, track.rates()[t]);
                        if (cost < least) {
                            best = j;
                            least = cost;
                        }
                    }
                }
                before[from] = least;
                to[t][from] = (byte) best;
            }
            v = before;
        }
        int[] path = new int[steps];
        int at = fare.start();
        for (int t = 0; t < steps; t++) {
            at = to[t][at] & 0xff;
            path[t] = at;
        }
        return track.ride(fare, path);
    }
}
