package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Fare.Window;
import dev.tradewind.cli.backtest.Oracle.Best;
import dev.tradewind.cli.backtest.Oracle.Charge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The least that work which may be interrupted could have cost, each break and each move paid as
 * everybody pays them: a dynamic programme over cells of time, what is done so far, where it was
 * last, and whether it runs there.
 *
 * <p>Rates and charges are the same all through a step, so that there is a best way whose pieces
 * begin and end where a step does, at the window's ends, or as far from these as the work is long:
 * cells of the greatest length that divides all of these miss nothing.
 */
final class Interrupted {
    private static final long SMALLEST_CELL = 60_000;
    private static final long MOST_STATES = 6_000_000;

    private final Fare fare;
    private final Track track;
    private final Charge charge;
    private final long first;
    private final long cell;
    private final int cells;
    private final int work;
    private final int n;

    /** What led to a state: the one before it, or -1 at the beginning. */
    private final int[][] from;

    private Interrupted(Fare fare, Track track, Charge charge, long cell) {
        Window window = fare.window();
        this.fare = fare;
        this.track = track;
        this.charge = charge;
        this.first = window.firstMillis();
        this.cell = cell;
        this.cells = (int) ((window.lastMillis() + window.durationMillis() - first) / cell);
        this.work = (int) (window.durationMillis() / cell);
        this.n = fare.sites().size();
        this.from = new int[cells][states()];
    }

    /** Nothing where it would take too long. */
    static Optional<Best> best(Fare fare, Track track, Charge charge) {
        Window window = fare.window();
        long end = window.lastMillis() + window.durationMillis();
        long cell = gcd(window.durationMillis(), end - window.firstMillis());
        for (long at : track.at()) {
            if (at > window.firstMillis() && at < end) {
                cell = gcd(cell, at - window.firstMillis());
            }
        }
        if (track.steps() == 0
                || cell < SMALLEST_CELL
                || window.durationMillis() <= 0
                || (end - window.firstMillis())
                                / cell
                                * (window.durationMillis() / cell + 1)
                                * (2L * fare.sites().size() + 1)
                        > MOST_STATES) {
            return Optional.empty();
        }
        return Optional.of(new Interrupted(fare, track, charge, cell).best());
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** Done so far, and: nowhere yet, running at a site, or interrupted there. */
    private int states() {
        return (work + 1) * (2 * n + 1);
    }

    private int state(int done, int where) {
        return done * (2 * n + 1) + where;
    }

    private Best best() {
        double[] v = new double[states()];
        Arrays.fill(v, Double.POSITIVE_INFINITY);
        v[state(0, 0)] = 0;
        for (int c = 0; c < cells; c++) {
            v = after(c, v);
        }
        int end = state(work, 0);
        for (int where = 1; where <= 2 * n; where++) {
            end = v[state(work, where)] < v[end] ? state(work, where) : end;
        }
        return new Best(track.ride(fare, stints(end)), v[end]);
    }

    private double[] after(int c, double[] before) {
        double[] v = new double[before.length];
        Arrays.fill(v, Double.POSITIVE_INFINITY);
        long begin = first + c * cell;
        int step = track.step(begin);
        double[] rates = track.rates()[step];
        double[] eur = new double[n];
        double[][] go = new double[n][n];
        double[] again = new double[n];
        for (int j = 0; j < n; j++) {
            eur[j] = Oracle.cost(fare, track, charge, step, j, begin, begin + cell);
            again[j] = fare.restartEur(j, rates);
            for (int i = 0; i < n; i++) {
                go[i][j] = i == j ? 0 : fare.moveEur(i, j, rates);
            }
        }
        for (int done = 0; done <= work; done++) {
            for (int where = 0; where <= 2 * n; where++) {
                int at = state(done, where);
                if (before[at] == Double.POSITIVE_INFINITY) {
                    continue;
                }
                boolean runs = where % 2 == 1;
                int site = (where - 1) / 2;
                reach(v, c, at, state(done, runs ? where + 1 : where), before[at]);
                for (int j = 0; done < work && j < n; j++) {
                    double extra = where == 0 ? 0 : site != j ? go[site][j] : runs ? 0 : again[j];
                    reach(v, c, at, state(done + 1, 2 * j + 1), before[at] + extra + eur[j]);
                }
            }
        }
        return v;
    }

    private void reach(double[] v, int c, int before, int at, double eur) {
        if (eur < v[at]) {
            v[at] = eur;
            from[c][at] = before;
        }
    }

    private List<Stint> stints(int end) {
        int[] site = new int[cells];
        for (int c = cells - 1, at = end; c >= 0; c--) {
            int where = at % (2 * n + 1);
            int before = from[c][at];
            site[c] = before / (2 * n + 1) < at / (2 * n + 1) ? (where - 1) / 2 : -1;
            at = before;
        }
        List<Stint> stints = new ArrayList<>();
        for (int c = 0, since = 0; c < cells; c++) {
            if (c + 1 == cells || site[c + 1] != site[c]) {
                if (site[c] >= 0) {
                    stints.add(new Stint(site[c], first + since * cell, first + (c + 1) * cell));
                }
                since = c + 1;
            }
        }
        return stints;
    }
}
