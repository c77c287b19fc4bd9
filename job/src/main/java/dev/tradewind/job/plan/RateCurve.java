package dev.tradewind.job.plan;

import java.util.Arrays;

/** The cost of a kWh at a site over a time, constant between cuts. */
public final class RateCurve {
    private final long[] cuts;
    private final double[] rates;
    private final double[] sums;
    private final int[] unknown;

    /**
     * @param cuts ascending, ms; the first is where the curve begins, the last where it ends
     * @param rates EUR/kWh from each cut to the next; NaN where it isn't known
     */
    public RateCurve(long[] cuts, double[] rates) {
        this.cuts = cuts;
        this.rates = rates;
        this.sums = new double[cuts.length];
        this.unknown = new int[cuts.length];
        for (int i = 0; i < rates.length; i++) {
            boolean known = !Double.isNaN(rates[i]);
            sums[i + 1] = sums[i] + (known ? rates[i] * CostModel.hours(cuts[i + 1] - cuts[i]) : 0);
            unknown[i + 1] = unknown[i] + (known ? 0 : 1);
        }
    }

    public long endMillis() {
        return cuts[cuts.length - 1];
    }

    /** Where the rate may change. */
    public long[] cuts() {
        return cuts.clone();
    }

    /**
     * The rate summed over a time, EUR/kWh * h: times kW it is EUR. NaN where a part of it isn't
     * known.
     */
    public double sum(long fromMillis, long toMillis) {
        if (toMillis <= fromMillis) {
            return 0;
        }
        if (fromMillis < cuts[0] || toMillis > cuts[cuts.length - 1]) {
            return Double.NaN;
        }
        int first = segment(fromMillis);
        int last = toMillis == cuts[cuts.length - 1] ? rates.length - 1 : segment(toMillis);
        if (toMillis == cuts[last]) {
            last--;
        }
        if (unknown[last + 1] - unknown[first] > 0) {
            return Double.NaN;
        }
        return upTo(last, toMillis) - upTo(first, fromMillis);
    }

    private double upTo(int segment, long millis) {
        return sums[segment] + rates[segment] * CostModel.hours(millis - cuts[segment]);
    }

    private int segment(long millis) {
        int found = Arrays.binarySearch(cuts, millis);
        return Math.min(rates.length - 1, found >= 0 ? found : -found - 2);
    }
}
