package dev.tradewind.cli.backtest;

import dev.tradewind.job.plan.CostModel;

/**
 * What a workload pays for each step at each site, and for going from one to another: worked out
 * once, for one who looks for the best way through it again and again. Not for several threads.
 */
final class Course {
    private final Fare fare;
    private final Track track;
    private final int sites;

    /** By site and site. */
    private final double[] eurPerGb;

    /** EUR of a whole step, by step and site. */
    private final double[] energy;

    private final boolean[] known;

    Course(Fare fare, Track track) {
        this.fare = fare;
        this.track = track;
        this.sites = fare.sites().size();
        this.energy = new double[track.steps() * sites];
        this.known = new boolean[track.steps()];
        this.eurPerGb = new double[sites * sites];
        for (int i = 0; i < sites; i++) {
            for (int j = 0; j < sites; j++) {
                eurPerGb[i * sites + j] =
                        fare.sites().get(i).transferEurPerGbTo(fare.sites().get(j).name());
            }
        }
    }

    Fare fare() {
        return fare;
    }

    Track track() {
        return track;
    }

    int sites() {
        return sites;
    }

    /** Adds what being at each site costs in a part of a step, EUR. */
    void add(double[] eur, int step, long begin, long end, Oracle.Charge charge) {
        boolean whole = begin == track.at()[step] && end == track.end(step);
        if (whole && !known[step]) {
            for (int j = 0; j < sites; j++) {
                energy[step * sites + j] = track.energy(fare, j, begin, end);
            }
            known[step] = true;
        }
        for (int j = 0; j < sites; j++) {
            eur[j] +=
                    (whole ? energy[step * sites + j] : track.energy(fare, j, begin, end))
                            + charge.eurPerHour(step, j) * (end - begin) / 3_600_000;
        }
    }

    /** EUR of a move that is made at the beginning of a step. */
    double moveEur(int from, int to, int step) {
        double[] rates = track.rates()[step];
        return CostModel.moveEur(fare.facts(), eurPerGb[from * sites + to], rates[from], rates[to]);
    }
}
