package dev.tradewind.job.explain;

import dev.tradewind.model.catalog.Condition.Part;

/**
 * Where a rule did not fire and nearly did, or could not.
 *
 * @param part whose level it is
 * @param site likewise
 * @param fromMillis when it began
 * @param toMillis when it was over; the end of the history where it wasn't
 * @param nearest the value nearest to the threshold, or furthest beyond it; null without
 * @param atMillis of HOLE when the last reading ended, of SPOILT when {@code unless} held, of
 *     NOTHING_FOLLOWED when {@code then} did hold at last; null without
 * @param closeness from 0 to 1, to tell the nearest ones first
 */
public record NearMiss(
        Kind kind,
        Part part,
        String site,
        long fromMillis,
        long toMillis,
        Piece nearest,
        Long atMillis,
        double closeness) {

    public enum Kind {
        /** The value came near the threshold, see {@link NearMisses}, and did not reach it. */
        NOT_REACHED,
        /** The level was entered and left before it had held. */
        TOO_SHORT,
        /** A hole in the readings broke the level before it had held. */
        HOLE,
        /** Of silence: no reading for a good part of the time, and then there was one. */
        HEARD_AGAIN,
        /** Of a sequence: {@code unless} held. */
        SPOILT,
        /** Of a sequence: the first side came, and what should follow did not hold in time. */
        NOTHING_FOLLOWED,
        /** Readings cover less than half of the baseline's time: there can be no level. */
        NO_BASELINE
    }
}
