package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Baseline;
import java.util.Arrays;

/**
 * What a series was lately, in steps of five minutes of UTC: of each step the mean of the values,
 * weighed by the time that they held, and how much of the step they cover. A ring of as many steps
 * as the rules of the series look back over; that bounds it, 12 bytes a step.
 *
 * <p>Means over steps, and not readings themselves, because a feed may send one each second, and a
 * baseline of days must cost the same then.
 */
final class History {
    static final long STEP_MILLIS = 5 * 60_000L;
    private static final int STEPS_OF_HOUR = 12;
    private static final int STEPS_OF_DAY = 24 * STEPS_OF_HOUR;

    /** The sum over a step of value x milliseconds. */
    final double[] sums;

    /** Milliseconds of a step that are covered. */
    final int[] covered;

    /** The latest step of which something is known; no step before {@code latest - length + 1}. */
    long latest;

    History(int steps) {
        this(new double[steps], new int[steps], Long.MIN_VALUE);
    }

    History(double[] sums, int[] covered, long latest) {
        this.sums = sums;
        this.covered = covered;
        this.latest = latest;
    }

    /** How many steps a baseline looks back over, from the step of a reading. */
    static int steps(Baseline baseline) {
        long steps = (baseline.windowMillis() + STEP_MILLIS - 1) / STEP_MILLIS;
        return Math.toIntExact(
                baseline.kind() == Baseline.Kind.SAME_HOUR ? steps + STEPS_OF_HOUR : steps);
    }

    static long step(long millis) {
        return Math.floorDiv(millis, STEP_MILLIS);
    }

    int length() {
        return sums.length;
    }

    /** The same with room for other many steps; the newest stay. */
    History resized(int steps) {
        History other = new History(steps);
        if (latest != Long.MIN_VALUE) {
            other.latest = latest;
            for (long s = latest - Math.min(steps, length()) + 1; s <= latest; s++) {
                other.sums[other.slot(s)] = sums[slot(s)];
                other.covered[other.slot(s)] = covered[slot(s)];
            }
        }
        return other;
    }

    History copy() {
        return new History(sums.clone(), covered.clone(), latest);
    }

    /** Adds a value that held in [start, end). Each call starts where the last ended, or later. */
    void add(long start, long end, double value) {
        if (end <= start || length() == 0) {
            return;
        }
        long last = step(end - 1);
        reach(last);
        for (long s = Math.max(step(start), last - length() + 1); s <= last; s++) {
            long from = Math.max(start, s * STEP_MILLIS);
            long to = Math.min(end, (s + 1) * STEP_MILLIS);
            sums[slot(s)] += value * (to - from);
            covered[slot(s)] += (int) (to - from);
        }
    }

    /** The baseline for a reading that starts at an instant; NaN where too little is known. */
    double baseline(Baseline baseline, long atMillis) {
        long before = step(atMillis);
        return switch (baseline.kind()) {
            case MEAN -> mean(before, steps(baseline));
            case QUANTILE -> quantile(before, steps(baseline), baseline.quantile());
            case SAME_HOUR -> sameHour(before, baseline.windowMillis());
        };
    }

    private double sameHour(long before, long windowMillis) {
        int days = (int) (windowMillis / (STEPS_OF_DAY * STEP_MILLIS));
        long hour = Math.floorDiv(before, STEPS_OF_HOUR) * STEPS_OF_HOUR;
        double sum = 0;
        long time = 0;
        for (int day = 1; day <= days; day++) {
            long from = hour - (long) day * STEPS_OF_DAY;
            for (long s = from; s < from + STEPS_OF_HOUR; s++) {
                if (has(s)) {
                    sum += sums[slot(s)];
                    time += covered[slot(s)];
                }
            }
        }
        return time > 0 && time * 2 >= days * STEPS_OF_HOUR * STEP_MILLIS ? sum / time : Double.NaN;
    }

    private double mean(long before, int steps) {
        double sum = 0;
        long time = 0;
        for (long s = before - steps; s < before; s++) {
            if (has(s)) {
                sum += sums[slot(s)];
                time += covered[slot(s)];
            }
        }
        return time > 0 && time * 2 >= steps * STEP_MILLIS ? sum / time : Double.NaN;
    }

    private double quantile(long before, int steps, double quantile) {
        double[][] known = new double[steps][];
        int n = 0;
        long time = 0;
        for (long s = before - steps; s < before; s++) {
            if (has(s) && covered[slot(s)] > 0) {
                known[n++] = new double[] {sums[slot(s)] / covered[slot(s)], covered[slot(s)]};
                time += covered[slot(s)];
            }
        }
        if (time == 0 || time * 2 < steps * STEP_MILLIS) {
            return Double.NaN;
        }
        Arrays.sort(known, 0, n, (a, b) -> Double.compare(a[0], b[0]));
        double reached = 0;
        for (int i = 0; i < n; i++) {
            reached += known[i][1];
            if (reached >= quantile * time) {
                return known[i][0];
            }
        }
        return known[n - 1][0];
    }

    private boolean has(long step) {
        return latest != Long.MIN_VALUE && step <= latest && step > latest - length();
    }

    /** Makes the ring end at a step; what falls out at the other end is forgotten. */
    private void reach(long step) {
        if (latest != Long.MIN_VALUE && step <= latest) {
            return;
        }
        long from =
                latest == Long.MIN_VALUE || step - latest >= length()
                        ? step - length() + 1
                        : latest + 1;
        for (long s = from; s <= step; s++) {
            sums[slot(s)] = 0;
            covered[slot(s)] = 0;
        }
        latest = step;
    }

    private int slot(long step) {
        return (int) Math.floorMod(step, (long) length());
    }
}
