package dev.tradewind.sinks.port;

/**
 * A call to a site that did not do what was asked, classified by what the caller can do about it.
 * Its message is for people and never holds a credential.
 */
public final class PortException extends Exception {
    /** What the caller can do about it. */
    public enum Kind {
        /** The site answered, and may do it later: throttled, conflict, not yet propagated. */
        RETRY,
        /** No answer, or none from the right one; whether it was done is unknown. Again, later. */
        UNREACHABLE,
        /** The site understood and said no: invalid, forbidden, in the way. Again is useless. */
        REFUSED,
        /** Cannot be understood or set right by calling again: credentials, an answer not JSON. */
        FATAL;

        /** Whether calling again can help. */
        public boolean isTransient() {
            return this == RETRY || this == UNREACHABLE;
        }
    }

    private final Kind kind;
    private final String site;

    public PortException(Kind kind, String site, String message) {
        this(kind, site, message, null);
    }

    public PortException(Kind kind, String site, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.site = site;
    }

    public Kind kind() {
        return kind;
    }

    /** The site that was called. */
    public String site() {
        return site;
    }

    @Override
    public String toString() {
        return kind + " at " + site + ": " + getMessage();
    }
}
