package dev.tradewind.cli.backtest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a kWh really cost at each of a workload's sites, step by step. */
final class Track {
    private static final long HOUR = 3_600_000;

    private final long[] at;
    private final double[] hours;
    private final double[][] rates;

    /** EUR/kWh * h from the beginning to each step, by site. */
    private final double[][] sums;

    /**
     * @param at when each step begins, ms; the last one ends as late after its begin as its hours
     *     say, or an hour
     * @param hours how long each lasts; 0 where the cost of a site isn't known: that counts for
     *     nobody
     * @param rates EUR/kWh by step and site
     */
    Track(long[] at, double[] hours, double[][] rates) {
        this.at = at;
        this.hours = hours;
        this.rates = rates;
        int sites = rates.length == 0 ? 0 : rates[0].length;
        this.sums = new double[at.length + 1][sites];
        for (int t = 0; t < at.length; t++) {
            for (int j = 0; j < sites; j++) {
                sums[t + 1][j] = sums[t][j] + (hours[t] == 0 ? 0 : rates[t][j] * hours[t]);
            }
        }
    }

    int steps() {
        return hours.length;
    }

    long[] at() {
        return at;
    }

    double[] hours() {
        return hours;
    }

    double[][] rates() {
        return rates;
    }

    /** When a step ends, ms. */
    long end(int step) {
        return step + 1 < at.length
                ? at[step + 1]
                : at[step] + (hours[step] == 0 ? HOUR : Math.round(hours[step] * HOUR));
    }

    long end() {
        return at.length == 0 ? 0 : end(at.length - 1);
    }

    /** The step that holds an instant; the first or last one where none does. */
    int step(long millis) {
        int found = Arrays.binarySearch(at, millis);
        return Math.max(0, found >= 0 ? found : -found - 2);
    }

    /**
     * Where a workload was, and what that cost.
     *
     * @param stints in order; between two there may be a time without work
     */
    record Ride(List<Stint> stints, double eur, int moves) {

        /** Where it was at an instant; -1: nowhere. */
        int at(long millis) {
            for (Stint stint : stints) {
                if (stint.fromMillis() <= millis && millis < stint.toMillis()) {
                    return stint.site();
                }
            }
            return -1;
        }
    }

    /** What a way through the sites costs, its moves included, EUR: the site of each step. */
    Ride ride(Fare fare, int[] path) {
        List<Stint> stints = new ArrayList<>();
        for (int t = 0, first = 0; t < path.length; t++) {
            if (t + 1 == path.length || path[t + 1] != path[t]) {
                stints.add(new Stint(path[t], at[first], end(t)));
                first = t + 1;
            }
        }
        return ride(fare, stints);
    }

    /**
     * The same of a way that isn't bound to the steps. Work that may wait begins where it likes.
     */
    Ride ride(Fare fare, List<Stint> stints) {
        double eur = 0;
        int moves = 0;
        int here = fare.window() == null || stints.isEmpty() ? fare.start() : stints.get(0).site();
        long until = stints.isEmpty() ? 0 : stints.get(0).fromMillis();
        for (Stint stint : stints) {
            double[] now = rates[step(stint.fromMillis())];
            if (stint.site() == here && stint.fromMillis() > until) {
                eur += fare.restartEur(here, now);
            }
            until = stint.toMillis();
            if (stint.site() != here) {
                eur += fare.moveEur(here, stint.site(), now);
                moves++;
                here = stint.site();
            }
            eur += energy(fare, here, stint.fromMillis(), stint.toMillis());
        }
        return new Ride(List.copyOf(stints), eur, moves);
    }

    /** EUR of never leaving a site; of work that may wait, of starting at once. */
    double stay(Fare fare, int site) {
        Fare.Window window = fare.window();
        return window == null
                ? energy(fare, site, at.length == 0 ? 0 : at[0], end())
                : energy(
                        fare,
                        site,
                        window.firstMillis(),
                        window.firstMillis() + window.durationMillis());
    }

    double energy(Fare fare, int site, long fromMillis, long toMillis) {
        return steps() == 0
                ? 0
                : fare.kw() * (upTo(site, toMillis) - upTo(site, Math.min(fromMillis, toMillis)));
    }

    private double upTo(int site, long millis) {
        if (millis <= at[0]) {
            return 0;
        }
        int t = step(millis);
        double part = Math.min(1, (double) (millis - at[t]) / (end(t) - at[t]));
        return sums[t][site] + part * (sums[t + 1][site] - sums[t][site]);
    }
}
