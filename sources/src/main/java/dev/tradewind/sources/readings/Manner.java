package dev.tradewind.sources.readings;

/**
 * What a reading says before its value, but for the name of its zone or site. Zones of one feed
 * have it in common, so that what follows the value means the same of each.
 *
 * @param seen the fields, a bit each
 */
record Manner(
        int seen,
        String signal,
        String unit,
        String duration,
        String kind,
        String signalType,
        String source) {
    static Manner of(int seen, ReadingFields fields) {
        return new Manner(
                seen,
                fields.signal,
                fields.unit,
                fields.duration,
                fields.kind,
                fields.signalType,
                fields.source);
    }
}
