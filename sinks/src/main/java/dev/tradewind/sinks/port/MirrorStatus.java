package dev.tradewind.sinks.port;

import java.util.Locale;

/** The states of a mirror topic in the Cluster Linking REST API v3, all versions. */
public enum MirrorStatus {
    ACTIVE,
    PAUSED,
    PENDING_STOPPED,
    /** An ordinary, writable topic; the link is history. */
    STOPPED,
    PENDING_MIRROR,
    PENDING_SYNCHRONIZE,
    PENDING_SETUP_FOR_RESTORE,
    PENDING_RESTORE,
    SOURCE_UNAVAILABLE,
    LINK_PAUSED,
    LINK_FAILED,
    FAILED,
    /** A word that this version doesn't know. */
    UNKNOWN;

    /** Reads what the API says, in any case (the first versions wrote lower case). */
    public static MirrorStatus of(String raw) {
        for (MirrorStatus status : values()) {
            if (raw != null && status.name().equals(raw.trim().toUpperCase(Locale.ROOT))) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /** On its way to another state by itself. */
    public boolean isPending() {
        return name().startsWith("PENDING_");
    }

    /** Will not copy again by itself. */
    public boolean isBroken() {
        return this == FAILED || this == LINK_FAILED;
    }
}
