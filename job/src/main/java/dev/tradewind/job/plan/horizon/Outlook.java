package dev.tradewind.job.plan.horizon;

import java.util.Arrays;
import java.util.List;

/**
 * What a kWh costs at a site now and may cost later. Worked out once for all workloads that look at
 * it, so it has to be made anew when anything is known anew. Not for several threads.
 */
public final class Outlook {
    /**
     * @param eurPerUnit what one unit of the signal adds to the cost of a kWh: linear, as all of
     *     the cost model is
     * @param known what is known of it beforehand
     * @param profile what it has been and, as far as that is known without a gap, will be
     */
    public record Signal(double eurPerUnit, Known known, SeriesProfile profile) {

        /**
         * @param seen what the series has been; it is left as it is
         */
        public static Signal of(double eurPerUnit, Known known, SeriesProfile seen) {
            return new Signal(eurPerUnit, known, seen.followedBy(known, Horizon.MOST_KNOWN));
        }
    }

    private final String site;
    private final double eurPerKwh;
    private final long untilMillis;

    /** Gone through for each hour: an array has no iterator. */
    private final Signal[] signals;

    /** The hour that the rows below begin with. */
    private long firstHour = -1;

    private double[] known = {};
    private final double[][][] expected = new double[Trust.values().length][0][];

    /**
     * @param eurPerKwh now; finite
     * @param untilMillis when that may change next
     * @param signals what the cost is the sum of
     */
    public Outlook(String site, double eurPerKwh, long untilMillis, List<Signal> signals) {
        this.site = site;
        this.eurPerKwh = eurPerKwh;
        this.untilMillis = untilMillis;
        this.signals = signals.toArray(new Signal[0]);
    }

    String site() {
        return site;
    }

    /** EUR/kWh now. */
    double eurPerKwh() {
        return eurPerKwh;
    }

    long untilMillis() {
        return untilMillis;
    }

    /** The part of the signals that isn't known of an hour from {@code first} on, 0 to 1. */
    double unknown(long first, int k) {
        long at = (first + k) * SeriesProfile.HOUR;
        int unknown = 0;
        for (Signal signal : signals) {
            if (signal.profile().coveredUntilMillis() <= at) {
                unknown++;
            }
        }
        return signals.length == 0 ? 0 : (double) unknown / signals.length;
    }

    /** EUR/kWh of an hour from {@code first} on, NaN where a signal isn't known for all of it. */
    double known(long first, int k) {
        from(first);
        if (k >= known.length) {
            int length = known.length;
            known = Arrays.copyOf(known, (k / 24 + 1) * 24);
            for (int i = length; i < known.length; i++) {
                long at = (first + i) * SeriesProfile.HOUR;
                for (Signal signal : signals) {
                    known[i] +=
                            signal.eurPerUnit() * signal.known().mean(at, at + SeriesProfile.HOUR);
                }
            }
        }
        return known[k];
    }

    /** EUR/kWh of an hour from {@code first} on, by course. */
    double[] expected(long first, int k, Trust trust) {
        from(first);
        double[][] rows = expected[trust.ordinal()];
        if (k >= rows.length) {
            int length = rows.length;
            rows = Arrays.copyOf(rows, (k / 24 + 1) * 24);
            for (int i = length; i < rows.length; i++) {
                long at = (first + i) * SeriesProfile.HOUR;
                rows[i] = expected(at, at + SeriesProfile.HOUR, trust);
            }
            expected[trust.ordinal()] = rows;
        }
        return rows[k];
    }

    /**
     * EUR/kWh over a time within an hour, by course: each signal as it is known, else as expected.
     */
    double[] expected(long fromMillis, long toMillis, Trust trust) {
        double[] sums = new double[Trust.COURSES];
        long hour = fromMillis / SeriesProfile.HOUR;
        for (Signal signal : signals) {
            double sure = signal.known().mean(fromMillis, toMillis);
            for (int course = 0; course < sums.length; course++) {
                sums[course] +=
                        signal.eurPerUnit()
                                * (Double.isNaN(sure)
                                        ? signal.profile().expected(hour, course, trust)
                                        : sure);
            }
        }
        return sums;
    }

    private void from(long first) {
        if (first != firstHour) {
            firstHour = first;
            known = new double[0];
            Arrays.fill(expected, new double[0][]);
        }
    }
}
