package dev.tradewind.sinks.linking;

/** What a Cluster Linking call answered instead of doing what was asked, sorted by what to do. */
public final class LinkingException extends RuntimeException {
    private final Kind kind;
    private final int status;

    /** What the caller can do about it. */
    public enum Kind {
        /** There is no such link, mirror or topic. */
        NOT_FOUND,
        /** It is there already: done, if it is what was asked for. */
        EXISTS,
        /** Credentials are wrong, or may not do this. */
        DENIED,
        /** Will not work however often it is tried. */
        REFUSED,
        /** May work the next time. Whether the call took effect is unknown. */
        RETRY,
        /** Nobody answers there; the call took no effect. */
        UNREACHABLE
    }

    LinkingException(Kind kind, int status, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
    }

    public Kind kind() {
        return kind;
    }

    /** The HTTP status, or 0 where there was no answer. */
    public int status() {
        return status;
    }
}
