package dev.tradewind.job.rules.reference;

/**
 * What is said of a level by the readings of one series.
 *
 * @param own of the site's own series; else its zone's
 * @param onset of HIGH and HELD, since when
 * @param said event time when it is said; before {@code at} where a reading is ahead, or time shows
 *     it
 * @param edit an edit is the reason
 */
record Change(boolean own, Kind kind, long at, long onset, long said, boolean edit) {
    enum Kind {
        LOW,
        HIGH,
        /** It has been high for as long as is asked. */
        HELD,
        /** Nothing is known. */
        UNKNOWN,
        /** The site's own readings are too old to win. */
        STALE
    }
}
