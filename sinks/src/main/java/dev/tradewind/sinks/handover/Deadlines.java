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
 */
public record Deadlines(
        long check, long act, long catchUp, long drain, long writable, long ready, long settle)
        implements Serializable {

    public static final Deadlines DEFAULT =
            new Deadlines(60_000, 60_000, 1_800_000, 180_000, 60_000, 300_000, 2_000);

    /**
     * @return milliseconds
     */
    public long of(StepKind kind) {
        return switch (kind) {
            case CHECK -> check;
            case CATCH_UP -> catchUp;
            case DRAIN, AWAIT_STOPPED, AWAIT_TARGET_GONE -> drain;
            case AWAIT_WRITABLE -> writable;
            case AWAIT_READY, AWAIT_SOURCE_READY -> ready;
            default -> act;
        };
    }
}
