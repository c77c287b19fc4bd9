package dev.tradewind.job.rules.reference;

/**
 * What counts at a site: a level has been held, or one that was has ended.
 *
 * @param said event time when it is said; not before {@code at} where a reading was late
 */
record Told(boolean held, long at, long onset, long said) {
    /** In which order it is played, see {@link Clock}. */
    long turn() {
        return Clock.turn(at, said);
    }
}
