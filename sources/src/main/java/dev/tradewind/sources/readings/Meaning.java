package dev.tradewind.sources.readings;

/**
 * What a reading with such an {@link Ending} is, but for its series and its value: it was looked at
 * once, and holds for each that begins in the same manner.
 *
 * @param kind ACTUAL or ESTIMATED
 * @param scale by which a value comes into the canonical unit
 * @param least below which a value needs a look
 */
record Meaning(
        Manner manner,
        Sample.Kind kind,
        double scale,
        double least,
        long startMillis,
        long endMillis,
        long generatedMillis,
        String source) {

    /** Null where the value needs a look. */
    Sample of(Series series, double value) {
        return value >= least
                ? Sample.value(
                        kind,
                        series,
                        value * scale,
                        startMillis,
                        endMillis,
                        generatedMillis,
                        source)
                : null;
    }
}
