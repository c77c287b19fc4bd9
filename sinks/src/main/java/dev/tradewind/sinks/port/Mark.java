package dev.tradewind.sinks.port;

/**
 * What the handover of an epoch has decided for good, written before the first act that follows
 * from it, so that whoever resumes decides the same.
 *
 * @param kind NONE with epoch 0 where nothing was decided yet
 * @param epoch of the placement that decided it
 * @param note why, for people; at most {@value #MAX_NOTE} characters
 */
public record Mark(Kind kind, long epoch, String note) {
    public static final int MAX_NOTE = 4_000;
    public static final Mark NONE = new Mark(Kind.NONE, 0, "");

    public enum Kind {
        NONE,
        /** The point of no return is passed: only forward. */
        CUT,
        /** Given up: back to the source. */
        BACK,
        /** Given up before anything was touched. */
        REFUSED
    }

    public Mark {
        note = note == null ? "" : note;
        note = note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note;
    }
}
