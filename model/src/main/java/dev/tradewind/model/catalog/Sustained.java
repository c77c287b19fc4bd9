package dev.tradewind.model.catalog;

/**
 * A level that was passed and kept for a time, with hysteresis.
 *
 * @param above true: high is at or over {@code enter}; false: high is at or under it
 * @param enter in the signal's canonical unit
 * @param exit the level ends when the value is back beyond this one; equal to {@code enter} without
 *     hysteresis
 * @param forMillis how long it must hold; 0 fires at once
 * @param maxGapMillis a hole in the readings longer than this, counted from a reading's end, breaks
 *     it; null: no hole does
 * @param aheadMillis it speaks of the newest forecast: the level is kept for {@code forMillis}
 *     somewhere within this time from now; null: it speaks of readings
 */
public record Sustained(
        boolean above,
        double enter,
        double exit,
        long forMillis,
        Long maxGapMillis,
        Long aheadMillis) {

    /** Of readings. */
    public Sustained(boolean above, double enter, double exit, long forMillis, Long maxGapMillis) {
        this(above, enter, exit, forMillis, maxGapMillis, null);
    }
}
