package dev.tradewind.job.rules;

/**
 * How many lines of one kind may go to the log. What happens seldom is told in full; where a
 * backlog of days is read in a second, the log is neither flooded nor what the job waits for. Not
 * safe for threads.
 */
final class LineBudget {
    /** {@link #ask} says this of a line that is left out. */
    static final long LEFT_OUT = -1;

    private static final long SECOND_MILLIS = 1_000;

    private final int perSecond;
    private long began = Long.MIN_VALUE;
    private int given;
    private long leftOut;

    LineBudget(int perSecond) {
        this.perSecond = perSecond;
    }

    /**
     * @param nowMillis on any clock, also one that is set back
     * @return {@link #LEFT_OUT}, or how many lines were left out since the last one that was not
     */
    long ask(long nowMillis) {
        if (began == Long.MIN_VALUE || nowMillis < began || nowMillis - began >= SECOND_MILLIS) {
            began = nowMillis;
            given = 0;
        }
        if (given >= perSecond) {
            leftOut++;
            return LEFT_OUT;
        }
        given++;
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
