package dev.tradewind.sinks.handover;

import java.io.Serializable;

/**
 * How long a step may take, in milliseconds of wall time, before it is given up (before the point
 * of no return) or forced (after it).
 *
 * @param check until both sites answer and are as they must be
 * @param act for one act with its retries
 * @param catchUp until mirrors have what the source has
 * @param drain until pods are gone and mirrors are equal: the workload stands still meanwhile
 * @param writable until the new side is writable; then it is failed over
 * @param ready until pods are ready
 * @param settle after an act was sent, for its effect to be seen before it is sent again
 * @param lost for so long a site must not have answered the actuator, in every look, before it is
 *     failed over; besides what the policy says, which placement has waited for
 */
public record Deadlines(
        long check,
        long act,
        long catchUp,
        long drain,
        long writable,
        long ready,
        long settle,
        long lost)
        implements Serializable {

    /** A site is lost when it may be given up. */
    public Deadlines(
            long check,
            long act,
            long catchUp,
            long drain,
            long writable,
            long ready,
            long settle) {
        this(check, act, catchUp, drain, writable, ready, settle, check / 2);
    }

    public static final Deadlines DEFAULT =
            new Deadlines(60_000, 60_000, 1_800_000, 180_000, 60_000, 300_000, 2_000, 15_000);

    /** The same, but for how long a new side may take to be writable. */
    public Deadlines withWritable(long millis) {
        return new Deadlines(check, act, catchUp, drain, millis, ready, settle, lost);
    }

    /** The same, but for how long a site must not have answered. */
    public Deadlines withLost(long millis) {
        return new Deadlines(check, act, catchUp, drain, writable, ready, settle, millis);
    }

    /**
     * @return milliseconds
     */
    public long of(StepKind kind) {
        return switch (kind) {
            case CHECK -> check;
            case CATCH_UP -> catchUp;
            case DRAIN, AWAIT_STOPPED, AWAIT_TARGET_GONE -> drain;
            case AWAIT_WRITABLE, AWAIT_RESTORED -> writable;
            case AWAIT_READY, AWAIT_SOURCE_READY -> ready;
            default -> act;
        };
    }
}
