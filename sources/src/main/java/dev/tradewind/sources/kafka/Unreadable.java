package dev.tradewind.sources.kafka;

/** A record can't be read; says why. It never leaves this module: it becomes a dead letter. */
public final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** For the counters. */
    public enum Kind {
        /** No value, too large, or a CloudEvents envelope that isn't understood. */
        envelope,
        /** Not JSON. */
        syntax,
        /** JSON, but not of this topic: another kind, a field missing or unknown or doubled. */
        shape,
        /** A field with a value that can't be. */
        value,
        /** A unit or currency that isn't known. */
        unit,
        /** An instant or a duration that can't be. */
        time
    }

    private final Kind kind;

    public Unreadable(Kind kind, String reason) {
        // No stack trace: it is an answer, and a feed gone wrong sends thousands a second.
        super(reason, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
