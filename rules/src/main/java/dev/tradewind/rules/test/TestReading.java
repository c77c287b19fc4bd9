package dev.tradewind.rules.test;

import java.util.List;

/**
 * A reading as a test feeds it: a value for [{@code startMillis}, {@code endMillis}), or a forecast
 * of points.
 *
 * @param zone the subject is a zone; else a site
 * @param subject its name
 * @param signal with {@code @marginal} after it where that holds
 * @param value canonical unit; NaN of a forecast
 * @param generatedMillis of a forecast when it was made; null of others
 * @param points of a forecast, at least one, in order and without overlaps; else empty
 */
public record TestReading(
        boolean zone,
        String subject,
        String signal,
        Kind kind,
        double value,
        long startMillis,
        long endMillis,
        Long generatedMillis,
        List<Point> points) {

    public enum Kind {
        ACTUAL,
        ESTIMATED,
        FORECAST
    }

    /** A value that is expected for [{@code startMillis}, {@code endMillis}). */
    public record Point(long startMillis, long endMillis, double value) {}

    /** A measured value. */
    public static TestReading actual(
            boolean zone, String subject, String signal, double value, long start, long end) {
        return new TestReading(
                zone, subject, signal, Kind.ACTUAL, value, start, end, null, List.of());
    }

    /** A forecast of at least one point. */
    public static TestReading forecast(
            boolean zone, String subject, String signal, long generated, List<Point> points) {
        return new TestReading(
                zone,
                subject,
                signal,
                Kind.FORECAST,
                Double.NaN,
                points.get(0).startMillis(),
                points.get(points.size() - 1).endMillis(),
                generated,
                List.copyOf(points));
    }

    public boolean isForecast() {
        return kind == Kind.FORECAST;
    }

    /** Event time: of a forecast when it was made, of a value its start. */
    public long eventMillis() {
        return isForecast() ? generatedMillis : startMillis;
    }

    /** As it is written in tests: {@code zone DE price}. */
    public String series() {
        return (zone ? "zone " : "site ") + subject + " " + signal;
    }
}
