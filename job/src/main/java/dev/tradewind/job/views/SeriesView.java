package dev.tradewind.job.views;

/**
 * What is known of one signal of a site or zone: its latest value, or its latest forecast. The two
 * are kept side by side; each replaces only its own kind.
 *
 * @param siteSubject true: {@code subject} is a site; false: a zone
 * @param value canonical unit; NaN in a forecast
 * @param startMillis energy time, start of the interval that the value holds for; of a forecast,
 *     its first point's
 * @param endMillis its end, exclusive; of a forecast, its last point's
 * @param generatedAtMillis when a forecast was made; of an actual value, its start where the feed
 *     says nothing
 * @param curveStarts starts of the points' intervals, ascending; null: this is an actual value
 * @param curveEnds their ends, exclusive
 * @param curveValues their values, canonical unit
 * @param source who says so, or null
 */
public record SeriesView(
        boolean siteSubject,
        String subject,
        String signal,
        double value,
        long startMillis,
        long endMillis,
        long generatedAtMillis,
        long[] curveStarts,
        long[] curveEnds,
        double[] curveValues,
        String source) {

    /** The latest value of a site's or a zone's signal. */
    public static SeriesView actual(
            boolean siteSubject,
            String subject,
            String signal,
            double value,
            long startMillis,
            long endMillis,
            String source) {
        return new SeriesView(
                siteSubject,
                subject,
                signal,
                value,
                startMillis,
                endMillis,
                startMillis,
                null,
                null,
                null,
                source);
    }

    /** A forecast curve; the arrays are of one length, at least 1. */
    public static SeriesView forecast(
            boolean siteSubject,
            String subject,
            String signal,
            long generatedAtMillis,
            long[] starts,
            long[] ends,
            double[] values,
            String source) {
        return new SeriesView(
                siteSubject,
                subject,
                signal,
                Double.NaN,
                starts[0],
                ends[ends.length - 1],
                generatedAtMillis,
                starts,
                ends,
                values,
                source);
    }

    public boolean isForecast() {
        return curveStarts != null;
    }
}
