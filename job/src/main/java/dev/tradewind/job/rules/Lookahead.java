package dev.tradewind.job.rules;

import java.util.Arrays;

/**
 * Whether a forecast has a long enough stretch beyond a threshold near enough, and until when that
 * answer holds. Pure.
 *
 * @param high whether it has
 * @param onsetMillis with high, the start of the first such stretch, or the instant asked for where
 *     that has begun
 * @param value with high, the value of the stretch's first point
 * @param changesMillis the next instant at which the answer may be another; NEVER: at none
 */
record Lookahead(boolean high, long onsetMillis, double value, long changesMillis) {

    /**
     * A forecast's points in order, without overlaps: point i is {@code values[i]} for [{@code
     * starts[i]}, {@code ends[i]}).
     */
    record Curve(long[] starts, long[] ends, double[] values) {}

    /**
     * @param now instant asked for, ms
     * @param above the threshold is reached at or over it; false: at or under it
     * @param threshold that of leaving where the level is high already
     * @param aheadMillis the stretch lies within [now, now + aheadMillis]
     * @param maxGapMillis points with a longer hole between them are not one stretch; null: none
     *     may be
     */
    static Lookahead of(
            Curve curve,
            long now,
            boolean above,
            double threshold,
            long forMillis,
            long aheadMillis,
            Long maxGapMillis) {
        long gap = maxGapMillis == null ? 0 : maxGapMillis;
        long changes = LevelBook.NEVER;
        int n = curve.starts().length;
        for (int i = 0; i < n; ) {
            if (!reaches(curve.values()[i], above, threshold)) {
                i++;
                continue;
            }
            int last = i;
            while (last + 1 < n
                    && reaches(curve.values()[last + 1], above, threshold)
                    && curve.starts()[last + 1] - curve.ends()[last] <= gap) {
                last++;
            }
            long start = curve.starts()[i];
            long end = curve.ends()[last];
            // From `near` on enough of it lies within [now, now + ahead], until no more than
            // that is left of it.
            long near = start + forMillis - aheadMillis;
            long gone = end - forMillis;
            if (end - start >= forMillis && now < gone) {
                if (now >= near) {
                    return new Lookahead(true, Math.max(start, now), curve.values()[i], gone);
                }
                changes = Math.min(changes, near);
            }
            i = last + 1;
        }
        return new Lookahead(false, 0, Double.NaN, changes);
    }

    /**
     * The threshold that is just reached: of all values of the curve the one hardest to reach at
     * which there is a stretch long and near enough; NaN where there is none at any.
     */
    static double reached(
            Curve curve,
            long now,
            boolean above,
            long forMillis,
            long aheadMillis,
            Long maxGapMillis) {
        double[] values = curve.values().clone();
        Arrays.sort(values);
        // What is reached at one value is at each that is easier.
        int easy = above ? 0 : values.length - 1;
        int step = above ? 1 : -1;
        int reached = 0;
        for (int low = 1, high = values.length; low <= high; ) {
            int middle = (low + high) / 2;
            double value = values[easy + step * (middle - 1)];
            if (of(curve, now, above, value, forMillis, aheadMillis, maxGapMillis).high()) {
                reached = middle;
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return reached == 0 ? Double.NaN : values[easy + step * (reached - 1)];
    }

    private static boolean reaches(double value, boolean above, double threshold) {
        return above ? value >= threshold : value <= threshold;
    }
}
