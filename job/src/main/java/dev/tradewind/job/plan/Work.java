package dev.tradewind.job.plan;

/**
 * What is known of the time that a workload's work takes and of the power that it draws, besides
 * what it declares.
 *
 * @param doneMillis of the present run, in pieces that have ended; energy time
 * @param learnedMillis what its runs have taken; 0: none has ended yet; energy time
 * @param startMillis what its last start took, from the command to its completion; 0: none has been
 *     seen; wall time
 * @param watts that it was measured to draw; 0: it wasn't
 */
public record Work(long doneMillis, long learnedMillis, long startMillis, double watts) {
    public static final Work NONE = new Work(0, 0, 0, 0);

    /** Of a new measurement against those before: a sudden peak isn't what it draws. */
    private static final double NEW_WATTS = 0.1;

    /** A reading counts as no more than so many times what was known, or one would be all. */
    private static final double MOST_TIMES = 10;

    /** A run may have hung: one alone makes the next one's time at most so many times as long. */
    private static final long MOST_GROWTH = 2;

    /** How much of what a run took less than was thought is believed at once. */
    private static final double BELIEF = 0.25;

    /** A start may take so much longer than the last one. */
    private static final double SLOWER_START = 1.5;

    /** Work that should be over and isn't may take this part of its time once more. */
    private static final long MORE_PART = 10;

    /** It has run for a time. */
    public Work worked(long millis) {
        return new Work(sum(doneMillis, Math.max(0, millis)), learnedMillis, startMillis, watts);
    }

    /**
     * The run has ended: a longer one than was thought is believed at once, for a deadline that is
     * missed costs more than an hour that isn't the cheapest; a shorter one little by little.
     *
     * @param declaredMillis what the spec says, or null
     */
    public Work ended(Long declaredMillis) {
        if (doneMillis <= 0) {
            return new Work(0, learnedMillis, startMillis, watts);
        }
        long thought = learnedMillis > 0 ? expected(declaredMillis) : orZero(declaredMillis);
        long learned =
                thought <= 0
                        ? doneMillis
                        : doneMillis >= thought
                                ? Math.min(doneMillis, times(thought, MOST_GROWTH))
                                : thought - (long) (BELIEF * (thought - doneMillis));
        return new Work(0, learned, startMillis, watts);
    }

    /** It begins from nothing. */
    public Work again() {
        return new Work(0, learnedMillis, startMillis, watts);
    }

    /** Its start took a time, wall clock. */
    public Work started(long wallMillis) {
        return new Work(doneMillis, learnedMillis, Math.max(0, wallMillis), watts);
    }

    /**
     * It was measured to draw so much; what can't be is left out, and what is ten times as much as
     * was known counts as ten times: one reading of a broken meter must not make every move pay.
     */
    public Work drew(double measuredWatts) {
        if (!Double.isFinite(measuredWatts) || measuredWatts <= 0) {
            return this;
        }
        double counted = watts == 0 ? measuredWatts : Math.min(measuredWatts, MOST_TIMES * watts);
        return new Work(
                doneMillis,
                learnedMillis,
                startMillis,
                watts == 0 ? counted : watts + NEW_WATTS * (counted - watts));
    }

    /**
     * The time that a whole run is reckoned with, ms: as declared, or longer where its runs were; 0
     * where nothing is known.
     */
    public long expected(Long declaredMillis) {
        return Math.max(orZero(declaredMillis), learnedMillis);
    }

    /**
     * What is left of it, ms, above 0.
     *
     * @param keeps what was done stays done when it is stopped
     * @param sinceMillis for how long it has been running now; 0 where it isn't
     */
    public long left(Long declaredMillis, boolean keeps, long sinceMillis) {
        long whole = Math.max(1, expected(declaredMillis));
        long done = keeps ? sum(doneMillis, Math.max(0, sinceMillis)) : 0;
        return Math.max(Math.max(1, whole / MORE_PART), whole - Math.min(whole, done));
    }

    /** Whether it has run for as long as it was expected to, or longer. */
    public boolean overdue(Long declaredMillis, long sinceMillis) {
        return sum(doneMillis, Math.max(0, sinceMillis)) >= expected(declaredMillis);
    }

    /**
     * How long before the last moment it is started, wall ms: starting takes time itself.
     *
     * @param leastMillis where nothing was seen yet
     */
    public long margin(long leastMillis) {
        return Math.max(leastMillis, (long) (SLOWER_START * startMillis));
    }

    private static long orZero(Long millis) {
        return millis == null ? 0 : Math.max(0, millis);
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long times(long a, long n) {
        return a > Long.MAX_VALUE / n ? Long.MAX_VALUE : a * n;
    }
}
