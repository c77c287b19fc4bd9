package dev.tradewind.job.plan.horizon;

import java.util.Arrays;

/**
 * What a series has been like at each hour of the UTC day, and how it is doing against that now:
 * enough to say what it may be in the hours to come, in {@value #SIZE} numbers however long it has
 * been watched.
 *
 * <p>Learns by the hour. Values of other intervals are folded: an hour's value is the mean over
 * what is known of it, weighted by time, and the present hour's is put right with each part of it
 * that comes in. What comes again, too late or overlapping is left out as far as it was covered
 * already.
 *
 * <p>Everything is linear in the values, so it doesn't matter in which money they are; they may be
 * negative. It never says NaN. Not for several threads.
 */
public final class SeriesProfile {
    public static final long HOUR = 3_600_000;

    /** Numbers in {@link #state()}. */
    public static final int SIZE = 84;

    private static final int DAY = 24;

    /** After so many days a slow mean has half forgotten. */
    private static final double HALF_LIFE_DAYS = 14;

    private static final double SLOWEST = 1 - Math.pow(0.5, 1 / HALF_LIFE_DAYS);

    /** Hours that the level is a mean over. */
    private static final double LEVEL_HOURS = 720;

    /** A value beyond it is a broken feed; it would drown what else is known. */
    private static final double LARGEST = 1e12;

    /** An interval of a reading is no longer than this; a longer one is cut. */
    private static final long LONGEST = 48 * HOUR;

    /** A deviation grows or shrinks with the hour's usual value, within this factor. */
    private static final double MOST_SCALING = 4;

    /** Hours in a row that tell another unit from what a hard hour may bring. */
    public static final int LEAP_HOURS = 6;

    /** Between units lies a thousand; what energy itself does within a day lies below. */
    private static final double LEAST_LEAP = 300;

    private static final double MOST_LEAP = 3_000;

    /** One hour is enough: no market has such a one. */
    private static final double IMPOSSIBLE_LEAP = 10_000;

    /** So often an hour of the day must have been seen before anybody knows what is usual then. */
    private static final int TIMES_TO_KNOW = 3;

    private static final double[] NOTHING = new double[SIZE];

    // the layout of the state
    private static final int LAST_DAY = 0;
    private static final int USUAL = 24;
    private static final int COUNT = 48;
    private static final int LEVEL = 72;
    private static final int HOURS = 73;
    private static final int HOUR_NOW = 74;
    private static final int COVERED_UNTIL = 75;
    private static final int SUM_NOW = 76;
    private static final int MILLIS_NOW = 77;
    private static final int LAST_DAY_BEFORE = 78;
    private static final int USUAL_BEFORE = 79;
    private static final int COUNT_BEFORE = 80;
    private static final int LEVEL_BEFORE = 81;
    private static final int HOURS_BEFORE = 82;
    private static final int LATEST = 83;

    private final double[] s;

    public SeriesProfile() {
        this(NOTHING);
    }

    private SeriesProfile(double[] state) {
        this.s = state.clone();
    }

    /**
     * Everything that is known, all finite:
     *
     * <ul>
     *   <li>0 to 23: the last value at each UTC hour
     *   <li>24 to 47: its slow mean, 48 to 71: how often it was seen
     *   <li>72: the running mean of all, 73: hours that it was made of
     *   <li>74: the present hour, hours since 1970; 75: until when it is known, ms since 1970
     *   <li>76: the sum of the present hour's values, each times its ms; 77: those ms
     *   <li>78 to 82: 0, 24 and 48 of this hour, 72 and 73 as they were before the present hour
     *   <li>83: the latest value
     * </ul>
     */
    public double[] state() {
        return s.clone();
    }

    /**
     * @throws IllegalArgumentException for what {@link #state()} never gave
     */
    public static SeriesProfile of(double[] state) {
        if (state.length != SIZE || !Arrays.stream(state).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "a profile is " + SIZE + " finite numbers, but got " + state.length);
        }
        return new SeriesProfile(state);
    }

    public SeriesProfile copy() {
        return new SeriesProfile(s);
    }

    /** Nothing was ever seen: then there is nothing to expect, and 0 stands for it. */
    public boolean isEmpty() {
        return s[HOURS] == 0;
    }

    /** Until when it was seen, ms; 0 if never. */
    public long coveredUntilMillis() {
        return (long) s[COVERED_UNTIL];
    }

    /**
     * Takes in a value that holds from one instant to another, ms. What can't be a value is left
     * out.
     */
    public void observe(long fromMillis, long toMillis, double value) {
        if (!Double.isFinite(value) || Math.abs(value) > LARGEST || fromMillis < 0) {
            return;
        }
        long from = Math.max(fromMillis, coveredUntilMillis());
        long to = Math.min(toMillis, fromMillis + LONGEST);
        while (from < to) {
            long hour = from / HOUR;
            long until = Math.min(to, (hour + 1) * HOUR);
            fold(hour, until - from, value);
            from = until;
            s[COVERED_UNTIL] = until;
        }
    }

    /** The hour that a value was last seen of, hours since 1970. */
    public long presentHour() {
        return (long) s[HOUR_NOW];
    }

    /** The mean of what was seen of that hour; 0 where nothing was. */
    public double presentMean() {
        return s[MILLIS_NOW] == 0 ? 0 : s[SUM_NOW] / s[MILLIS_NOW];
    }

    /** A copy that has seen, too, what is known to come, for as long as there is no gap in it. */
    public SeriesProfile followedBy(Known known, int mostHours) {
        SeriesProfile further = copy();
        for (int i = 0; i < mostHours && !isEmpty(); i++) {
            long from = further.coveredUntilMillis();
            long to = (from / HOUR + 1) * HOUR;
            double mean = known.mean(from, to);
            if (Double.isNaN(mean)) {
                break;
            }
            further.observe(from, to, mean);
        }
        return further;
    }

    private void fold(long hour, long millis, double value) {
        int h = (int) (hour % DAY);
        if (isEmpty() || hour != (long) s[HOUR_NOW]) {
            s[HOUR_NOW] = hour;
            s[SUM_NOW] = 0;
            s[MILLIS_NOW] = 0;
            s[LAST_DAY_BEFORE] = s[LAST_DAY + h];
            s[USUAL_BEFORE] = s[USUAL + h];
            s[COUNT_BEFORE] = s[COUNT + h];
            s[LEVEL_BEFORE] = s[LEVEL];
            s[HOURS_BEFORE] = s[HOURS];
        }
        s[SUM_NOW] += value * millis;
        s[MILLIS_NOW] += millis;
        s[LATEST] = value;
        settle(h);
    }

    /** A value turned out to be another one: put right as far as it is of the present hour. */
    public void correct(long fromMillis, long toMillis, double said, double value) {
        long until = Math.min(toMillis, coveredUntilMillis());
        if (isEmpty()
                || !Double.isFinite(value)
                || Math.abs(value) > LARGEST
                || !Double.isFinite(said)
                || fromMillis / HOUR != (long) s[HOUR_NOW]
                || until <= fromMillis
                || said != s[LATEST]) {
            return;
        }
        long millis = Math.min((long) s[MILLIS_NOW], until - fromMillis);
        s[SUM_NOW] += (value - said) * millis;
        s[LATEST] = value;
        settle((int) ((long) s[HOUR_NOW] % DAY));
    }

    /** What follows from the present hour's mean and from what was before it. */
    private void settle(int h) {
        double mean = s[SUM_NOW] / s[MILLIS_NOW];
        s[HOURS] = s[HOURS_BEFORE] + 1;
        s[LEVEL] =
                s[LEVEL_BEFORE]
                        + Math.max(1 / s[HOURS], 1 / LEVEL_HOURS) * (mean - s[LEVEL_BEFORE]);
        s[LAST_DAY + h] = mean;
        s[COUNT + h] = s[COUNT_BEFORE] + 1;
        s[USUAL + h] =
                s[USUAL_BEFORE] + Math.max(SLOWEST, 1 / s[COUNT + h]) * (mean - s[USUAL_BEFORE]);
    }

    /**
     * What the series may be at an hour to come: between the last day and the usual one, and above
     * or below that as it is now, less so with every hour that passes.
     *
     * @param hour hours since 1970; of one that was seen it is the latest value
     * @param course how a deviation fades
     */
    double expected(long hour, int course, Trust trust) {
        if (isEmpty()) {
            return 0;
        }
        long ahead = hour - (long) s[HOUR_NOW];
        if (ahead <= 0) {
            return s[LATEST];
        }
        int h = (int) (hour % DAY);
        double level = level(trust.levelled());
        return base(h, trust.recent(), level)
                + Trust.left(course, ahead) * deviation(trust.recent(), level) * scaling(h);
    }

    /**
     * What a planner reckons with for an hour to come: the mean over the courses.
     *
     * @param hour hours since 1970
     */
    public double expected(long hour) {
        double sum = 0;
        for (int course = 0; course < Trust.COURSES; course++) {
            sum += expected(hour, course, Trust.LITTLE_KNOWN_AHEAD);
        }
        return sum / Trust.COURSES;
    }

    /**
     * What the series may be at an hour to come, when hours are compared with each other: the mean
     * over the courses.
     *
     * @param hour hours since 1970
     */
    public double whenToStart(long hour) {
        double sum = 0;
        for (int course = 0; course < Trust.COURSES; course++) {
            sum += expected(hour, course, Trust.WHEN_TO_START);
        }
        return sum / Trust.COURSES;
    }

    /**
     * How many times as large as was usual at them (below 1: as small) the last hours are, where
     * that is what a broken feed does, and no market; else 1. Either each of {@value #LEAP_HOURS}
     * hours in a row is about a thousand times so, as when a feed takes MWh for kWh, or the last
     * one is ten thousand times as large or more.
     *
     * <p>What was usual is as it was before an hour was last seen: it tells of the first day of
     * such a time, and of values that have become small until they have become usual.
     */
    public double leap() {
        double[] usual = usualBefore();
        if (usual == null) {
            return 1;
        }
        double least = 0.05 * Arrays.stream(usual).map(Math::abs).average().orElse(0);
        double logs = 0;
        for (int i = 0; i < LEAP_HOURS; i++) {
            int h = (int) Math.floorMod((long) s[HOUR_NOW] - i, (long) DAY);
            double size = Math.abs(s[LAST_DAY + h]);
            // an hour that is next to nothing as a rule is no measure of what is large
            double larger = size / Math.max(least, Math.abs(usual[h]));
            double times = larger > 1 ? larger : Math.min(1, size / Math.abs(usual[h]));
            if (i == 0 && times >= IMPOSSIBLE_LEAP && Double.isFinite(times)) {
                return times;
            }
            double apart = Math.max(times, 1 / times);
            boolean same = i == 0 || times > 1 == logs > 0;
            if (!same || !(apart >= LEAST_LEAP && apart <= MOST_LEAP)) {
                return 1;
            }
            logs += Math.log(times);
        }
        return Math.exp(logs / LEAP_HOURS);
    }

    /** The same value at all hours of a day, of a series that has another from hour to hour. */
    public boolean standsStill() {
        double[] usual = usualBefore();
        if (usual == null) {
            return false;
        }
        double value = s[LAST_DAY];
        for (int h = 1; h < DAY; h++) {
            if (Math.abs(s[LAST_DAY + h] - value) > 1e-12 * Math.abs(value)) {
                return false;
            }
        }
        // one hour that was broken, or a value that is another one since some hours, is no course
        double step = 0.01 * Arrays.stream(usual).map(Math::abs).max().orElse(0);
        int steps = 0;
        for (int h = 0; h < DAY; h++) {
            steps += Math.abs(usual[h] - usual[(h + 1) % DAY]) > step ? 1 : 0;
        }
        return steps >= DAY / 2;
    }

    /** The slow mean of each hour without the last time; null: not each is known well enough. */
    private double[] usualBefore() {
        double[] usual = new double[DAY];
        for (int h = 0; h < DAY; h++) {
            if (s[COUNT + h] < TIMES_TO_KNOW) {
                return null;
            }
            double weight = Math.max(SLOWEST, 1 / s[COUNT + h]);
            usual[h] = (s[USUAL + h] - weight * s[LAST_DAY + h]) / (1 - weight);
        }
        return usual;
    }

    private double base(int h, double recent, double level) {
        return s[COUNT + h] == 0
                ? s[LEVEL]
                : recent * s[LAST_DAY + h] + (1 - recent) * level * s[USUAL + h];
    }

    /** Of the present hour from what was expected of it before it came. */
    private double deviation(double recent, double level) {
        double mean = s[SUM_NOW] / s[MILLIS_NOW];
        double base =
                s[COUNT_BEFORE] == 0
                        ? s[LEVEL]
                        : recent * s[LAST_DAY_BEFORE] + (1 - recent) * level * s[USUAL_BEFORE];
        return mean - base;
    }

    /** What the usual day is multiplied with, so that it comes to the level of the last one. */
    private double level(double levelled) {
        if (levelled == 0) {
            return 1;
        }
        double last = 0;
        double usual = 0;
        for (int h = 0; h < DAY; h++) {
            if (s[COUNT + h] > 0) {
                last += s[LAST_DAY + h];
                usual += s[USUAL + h];
            }
        }
        // of a day around 0 or below there is no ratio to speak of
        return last > 0 && usual > 0
                ? 1
                        + levelled
                                * (Math.min(MOST_SCALING, Math.max(1 / MOST_SCALING, last / usual))
                                        - 1)
                : 1;
    }

    private double scaling(int h) {
        double then = size(s[COUNT + h], s[USUAL + h]);
        double now = size(s[COUNT_BEFORE], s[USUAL_BEFORE]);
        return now > 0 ? Math.min(MOST_SCALING, Math.max(1 / MOST_SCALING, then / now)) : 1;
    }

    /** Of an hour's usual value; never next to nothing, for it is divided by. */
    private double size(double count, double usual) {
        return Math.max(count == 0 ? s[LEVEL] : usual, 0.05 * Math.abs(s[LEVEL]));
    }
}
