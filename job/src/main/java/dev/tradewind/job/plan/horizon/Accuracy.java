package dev.tradewind.job.plan.horizon;

import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/**
 * How far off what was expected of a series has been, 1, 6 and 24 hours ahead, and how far off it
 * would have been to say that it stays as it is. Means of absolute errors over about a week, in
 * {@value #SIZE} numbers however long it watches. Not for several threads.
 */
public final class Accuracy {
    /** Hours ahead. */
    public static final int[] LEADS = {1, 6, 24};

    /** Numbers in {@link #state()}. */
    public static final int SIZE = 119;

    /** Hours that a mean is over. */
    private static final double MEAN_HOURS = 168;

    // the layout of the state: by lead, and by what was said for an hour, with that hour
    private static final int ERROR = 0;
    private static final int PERSISTENCE = 3;
    private static final int COUNT = 6;
    private static final int SAID = 9;
    private static final int SAID_FOR = 40;
    private static final int SEEN = 71;
    private static final int SEEN_AT = 95;
    private static final int RING = 24;

    private final double[] s;

    public Accuracy() {
        this.s = new double[SIZE];
        Arrays.fill(s, SAID_FOR, SEEN, -1);
        Arrays.fill(s, SEEN_AT, SIZE, -1);
    }

    private Accuracy(double[] state) {
        this.s = state.clone();
    }

    /** Everything that is known, all finite. */
    public double[] state() {
        return s.clone();
    }

    /**
     * @throws IllegalArgumentException for what {@link #state()} never gave
     */
    public static Accuracy of(double[] state) {
        if (state.length != SIZE || !Arrays.stream(state).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "an accuracy is " + SIZE + " finite numbers, but got " + state.length);
        }
        return new Accuracy(state);
    }

    /**
     * An hour is over: what was said of it is held against it, and what is said now of those to
     * come is noted.
     *
     * @param hour hours since 1970
     * @param mean of the series over it
     * @param expected of an hour to come
     */
    public void complete(long hour, double mean, LongToDoubleFunction expected) {
        if (!Double.isFinite(mean)) {
            return;
        }
        int first = 0;
        for (int i = 0; i < LEADS.length; i++) {
            int lead = LEADS[i];
            int said = first + (int) (hour % lead);
            int seen = (int) ((hour - lead) % RING);
            if (s[SAID_FOR + said] == hour && s[SEEN_AT + seen] == hour - lead) {
                score(i, s[SAID + said] - mean, s[SEEN + seen] - mean);
            }
            first += lead;
        }
        first = 0;
        for (int lead : LEADS) {
            double value = expected.applyAsDouble(hour + lead);
            int said = first + (int) ((hour + lead) % lead);
            s[SAID + said] = Double.isFinite(value) ? value : 0;
            s[SAID_FOR + said] = Double.isFinite(value) ? hour + lead : -1;
            first += lead;
        }
        s[SEEN + (int) (hour % RING)] = mean;
        s[SEEN_AT + (int) (hour % RING)] = hour;
    }

    private void score(int i, double error, double persistence) {
        s[COUNT + i]++;
        double weight = Math.max(1 / s[COUNT + i], 1 / MEAN_HOURS);
        s[ERROR + i] += weight * (Math.abs(error) - s[ERROR + i]);
        s[PERSISTENCE + i] += weight * (Math.abs(persistence) - s[PERSISTENCE + i]);
    }

    /**
     * The mean absolute error of what was expected, in the signal's unit; NaN where none was seen.
     *
     * @param i index in {@link #LEADS}
     */
    public double error(int i) {
        return s[COUNT + i] == 0 ? Double.NaN : s[ERROR + i];
    }

    /** The same of saying that it stays as it is. */
    public double persistence(int i) {
        return s[COUNT + i] == 0 ? Double.NaN : s[PERSISTENCE + i];
    }
}
