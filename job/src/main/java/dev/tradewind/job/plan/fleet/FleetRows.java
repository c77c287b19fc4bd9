package dev.tradewind.job.plan.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The rows of a fleet as columns, in the order of their ids: a plan goes through them millions of
 * times. Sums of demands are exact, whatever their order, where demands and capacities are whole
 * numbers of a small unit (milli-cores, KiB, mW), which is what callers should give.
 */
public final class FleetRows {
    /** A workload that never moved. */
    public static final long NEVER = Long.MIN_VALUE;

    final int size;

    /** Longs for each row's set of sites. */
    final int words;

    /** By resource and row. */
    final double[][] demand;

    final double[] kw;
    final int[] tariff;

    /** Where it is, or -1. */
    final int[] at;

    /** Where it may stay, or -1. */
    final int[] home;

    /** Where else it may be, {@link #words} longs for each row. */
    final long[] allowed;

    final double[] moveEur;
    final double[] stateGb;
    final long[] movedAtMillis;

    /**
     * Takes the arrays as they are.
     *
     * @param home {@code at}, or -1 for a row that has to leave; a home is not among {@code
     *     allowed}
     * @param allowed {@code ceil(sites / 64)} longs for each row
     */
    public FleetRows(
            double[][] demand,
            double[] kw,
            int[] tariff,
            int[] at,
            int[] home,
            long[] allowed,
            double[] moveEur,
            double[] stateGb,
            long[] movedAtMillis) {
        this.size = kw.length;
        this.words = size == 0 ? 1 : allowed.length / size;
        this.demand = demand;
        this.kw = kw;
        this.tariff = tariff;
        this.at = at;
        this.home = home;
        this.allowed = allowed;
        this.moveEur = moveEur;
        this.stateGb = stateGb;
        this.movedAtMillis = movedAtMillis;
    }

    /**
     * @param rows in any order
     */
    public static FleetRows of(Collection<FleetRow> rows, int resources, int sites) {
        List<FleetRow> sorted = sorted(rows);
        int n = sorted.size();
        int words = Math.max(1, (sites + 63) / 64);
        FleetRows columns =
                new FleetRows(
                        new double[resources][n],
                        new double[n],
                        new int[n],
                        new int[n],
                        new int[n],
                        new long[n * words],
                        new double[n],
                        new double[n],
                        new long[n]);
        for (int i = 0; i < n; i++) {
            columns.set(i, words, sorted.get(i));
        }
        return columns;
    }

    /** In the order of {@link #of}: the index of a row is its place in this list. */
    public static List<FleetRow> sorted(Collection<FleetRow> rows) {
        List<FleetRow> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparing(FleetRow::id));
        return sorted;
    }

    private void set(int i, int words, FleetRow row) {
        for (int r = 0; r < demand.length; r++) {
            demand[r][i] = row.demand()[r];
        }
        kw[i] = row.kw();
        tariff[i] = row.tariff();
        at[i] = row.at();
        home[i] = row.stays() ? row.at() : -1;
        long[] bits = row.allowed().toLongArray();
        System.arraycopy(bits, 0, allowed, i * words, Math.min(bits.length, words));
        if (row.at() >= 0) {
            allowed[i * words + row.at() / 64] &= ~(1L << row.at());
        }
        moveEur[i] = row.moveEur();
        stateGb[i] = row.stateGb();
        movedAtMillis[i] = row.movedAtMillis() == null ? NEVER : row.movedAtMillis();
    }

    public int size() {
        return size;
    }

    /** Of the columns. */
    public long bytes() {
        return 8L * size * (demand.length + 4 + words) + 12L * size;
    }

    public boolean staysAtHome(int i) {
        return home[i] >= 0;
    }

    /** It may be at a site that isn't its home. */
    public boolean mayGo(int i, int site) {
        return (allowed[i * words + site / 64] >>> site & 1) != 0;
    }

    /** It may be at more than the one place. */
    boolean movable(int i) {
        if (home[i] < 0) {
            return true;
        }
        for (int w = i * words; w < (i + 1) * words; w++) {
            if (allowed[w] != 0) {
                return true;
            }
        }
        return false;
    }
}
