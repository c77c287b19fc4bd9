package dev.tradewind.sinks.port;

import java.util.Optional;

/**
 * What the handover of an epoch has decided for good, written before the first act that follows
 * from it, so that whoever resumes decides the same.
 *
 * @param kind NONE with epoch 0 where nothing was decided yet
 * @param epoch of the placement that decided it
 * @param note why, for people; at most {@value #MAX_NOTE} characters
 * @param command that decided it: where there are two jobs by mistake, two can have the same epoch;
 *     null: it isn't known
 */
public record Mark(Kind kind, long epoch, String note, String command) {
    public static final int MAX_NOTE = 4_000;
    public static final Mark NONE = new Mark(Kind.NONE, 0, "");

    public Mark(Kind kind, long epoch, String note) {
        this(kind, epoch, note, null);
    }

    public enum Kind {
        NONE,
        /** The point of no return is passed: only forward. */
        CUT,
        /** The same of a failover, and what it costs was counted when topics had changed sides. */
        COUNTED,
        /** Given up: back to the source. */
        BACK,
        /** Given up before anything was touched. */
        REFUSED
    }

    /** It was decided by another command, whatever its epoch. */
    public boolean isOfAnother(String than) {
        return command != null && !command.equals(than);
    }

    /** The point of no return of that epoch is passed. */
    public boolean cuts(long by) {
        return epoch == by && (kind == Kind.CUT || kind == Kind.COUNTED);
    }

    /**
     * That epoch makes nothing here any more: who is still about to has slept, and would start
     * beside what another epoch has started since.
     */
    public boolean givesUp(long by) {
        return epoch == by && (kind == Kind.BACK || kind == Kind.REFUSED);
    }

    /**
     * What is kept where this is written and another is to be. An epoch decides once: what it has
     * decided stays, but for what a failover costs, which is counted once more.
     *
     * @return empty: it was decided otherwise, so that the other is refused
     */
    public Optional<Mark> then(Mark next) {
        if (kind == Kind.NONE || epoch < next.epoch) {
            return Optional.of(next);
        }
        if (epoch == next.epoch && command != null && next.isOfAnother(command)) {
            return Optional.empty();
        }
        if (kind == next.kind || kind == Kind.COUNTED && next.kind == Kind.CUT) {
            return Optional.of(this);
        }
        return epoch == next.epoch && kind == Kind.CUT && next.kind == Kind.COUNTED
                ? Optional.of(next)
                : Optional.empty();
    }

    public Mark {
        note = note == null ? "" : note;
        note = note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note;
    }
}
