package dev.tradewind.job.explain;

/**
 * A stretch of time in which a level, or a rule, stays as it is.
 *
 * @param toMillis not counted in
 */
public record Phase(State state, long fromMillis, long toMillis) {

    public enum State {
        /** No reading yet, a hole that the rule does not bear, or no baseline. */
        UNKNOWN,
        LOW,
        /** Entered, and not yet held for as long as the rule asks. */
        RISEN,
        /** Held: of a rule, in force. */
        HELD
    }

    boolean high() {
        return state == State.RISEN || state == State.HELD;
    }

    boolean overlaps(long from, long to) {
        return fromMillis < to && toMillis > from;
    }
}
