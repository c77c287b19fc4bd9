package dev.tradewind.testbed.linking;

/** What is stored of a mirror's state; LINK_PAUSED and SOURCE_UNAVAILABLE follow from the link. */
enum MirrorStatus {
    ACTIVE,
    PAUSED,
    FAILED,
    PENDING_STOPPED,
    PENDING_MIRROR,
    PENDING_SYNCHRONIZE,
    PENDING_SETUP_FOR_RESTORE,
    PENDING_RESTORE,
    STOPPED;

    /** Whether the link's copier fetches for a mirror in this state. */
    boolean copies() {
        return switch (this) {
            case ACTIVE, PENDING_STOPPED, PENDING_SYNCHRONIZE, PENDING_RESTORE -> true;
            default -> false;
        };
    }

    /** Whether something still has to happen before the state is a resting one. */
    boolean pending() {
        return switch (this) {
            case PENDING_STOPPED, PENDING_SYNCHRONIZE, PENDING_SETUP_FOR_RESTORE, PENDING_RESTORE ->
                    true;
            default -> false;
        };
    }
}
