package dev.tradewind.sinks.handover;

/**
 * The steps of a handover, in their order. A step is done when the observation says so, never
 * because it was sent; so whoever resumes goes on at the right one.
 */
public enum StepKind {
    // before anything is touched
    /** Both sites answer; link, topics and manifests are as they must be. */
    CHECK(Sort.WAIT),
    /** A dry run of the manifests at the target. */
    PREFLIGHT(Sort.ACT),

    // before the point of no return: whatever fails leads back to the source
    /** Owned topics that a request, done late, has made mirrors where the workload is. */
    TAKE_BACK(Sort.ACT),
    REBUILD_MIRRORS(Sort.ACT),
    ENSURE_MIRRORS(Sort.ACT),
    /** Everything at the target, at zero. */
    STAGE_TARGET(Sort.ACT),
    /**
     * No link must write the offsets of a group that we read at one side and write at the other.
     */
    EXCLUDE_GROUPS(Sort.ACT),
    /** Mirrors have what the source had a moment ago, and no offset is on its way any more. */
    CATCH_UP(Sort.WAIT),
    QUIESCE_SOURCE(Sort.ACT),
    /** Pods gone, logs still, mirrors equal. */
    DRAIN(Sort.WAIT),
    /** The target keeps where the state is that the source has left: a savepoint. */
    CARRY_STATE(Sort.ACT),
    WRITE_OFFSETS(Sort.ACT),
    /** Writes down that the point of no return is passed, right before it is. */
    CUT(Sort.ACT),

    // after it: only forward
    REVERSE(Sort.ACT),
    PROMOTE(Sort.ACT),
    FAILOVER(Sort.ACT),
    /** Of a failover: when nothing comes to the target any more, what it costs is written down. */
    COUNT(Sort.ACT),
    AWAIT_WRITABLE(Sort.WAIT),
    START_TARGET(Sort.ACT),
    AWAIT_READY(Sort.WAIT),
    /** Offsets flow back to where the workload came from, over every link there. */
    INCLUDE_GROUPS(Sort.TIDY),
    RETIRE_SOURCE(Sort.TIDY),
    /** Objects that the manifests no longer have. */
    PRUNE(Sort.TIDY),
    DONE(Sort.END),

    // back
    /**
     * Writes down that it was refused, so that nobody who is given it again, or wakes up with it,
     * takes it up: whoever has given it goes by the refusal.
     */
    TURN_DOWN(Sort.ACT),
    /** Writes down that it was given up, so that nobody takes it up again. */
    GIVE_UP(Sort.ACT),
    /** Of a start that is given up: a job is seen stopped before it is removed, or has ended. */
    QUIESCE_TARGET(Sort.ACT),
    /** The source keeps which of several Jobs have ended there, before that is removed. */
    CARRY_ENDED(Sort.ACT),
    REMOVE_TARGET(Sort.ACT),
    AWAIT_TARGET_GONE(Sort.WAIT),
    RESTORE_SOURCE(Sort.ACT),
    AWAIT_SOURCE_READY(Sort.WAIT),
    /** Of an update in place: what ran before it is in force again. */
    RESTORE_MANIFESTS(Sort.ACT),
    REINCLUDE_GROUPS(Sort.ACT),
    ROLLED_BACK(Sort.END),

    // stop and withdraw
    STOP(Sort.ACT),
    AWAIT_STOPPED(Sort.WAIT),
    /** Writes down where it stays up to where its groups have read. */
    NOTE_OFFSETS(Sort.ACT),
    REMOVE(Sort.ACT),

    // a site that was lost is back
    /** What it has beyond the cut is cut off, and its topics are made mirrors. */
    TRUNCATE(Sort.ACT),
    AWAIT_RESTORED(Sort.WAIT),

    // ends
    REFUSE(Sort.END),
    /** Nothing was touched: it runs already where the command does not know of. */
    FOUND_ELSEWHERE(Sort.END),
    /** Alike: it was moved and stopped, and its topics are there. */
    FOUND_STOPPED(Sort.END),
    FAIL(Sort.END);

    private enum Sort {
        ACT,
        TIDY,
        WAIT,
        END
    }

    private final Sort sort;

    StepKind(Sort sort) {
        this.sort = sort;
    }

    /** Something is to be done; otherwise it is waited for what is under way. */
    public boolean acts() {
        return sort == Sort.ACT || sort == Sort.TIDY;
    }

    /**
     * It is an act that is left undone where it doesn't come about in time, all its tries together:
     * two of them that can't be done must not wait for each other in turn.
     */
    public boolean tidies() {
        return sort == Sort.TIDY;
    }

    /**
     * The time of an act is that of all its tries together, whatever came in between: it puts away,
     * or another act undoes it, so that the two would go on in turn for ever.
     */
    public boolean addsUp() {
        return tidies() || this == REBUILD_MIRRORS;
    }

    /**
     * It puts away what is left of a handover that is over: nothing is started or stopped by it.
     */
    public boolean putsAway() {
        return this == INCLUDE_GROUPS
                || this == RETIRE_SOURCE
                || this == PRUNE
                || this == REMOVE_TARGET
                || this == REINCLUDE_GROUPS;
    }

    /** Nothing more to do. */
    public boolean ends() {
        return sort == Sort.END;
    }

    /** As outcomes name it: {@code quiesceSource}. */
    public String text() {
        StringBuilder out = new StringBuilder();
        for (char c : name().toCharArray()) {
            boolean up = out.length() > 0 && out.charAt(out.length() - 1) == '_';
            if (up) {
                out.setLength(out.length() - 1);
            }
            out.append(up || c == '_' ? c : Character.toLowerCase(c));
        }
        return out.toString();
    }
}
