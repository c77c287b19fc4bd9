package dev.tradewind.job.explain;

/**
 * A stretch of time with one value in force, or of forecasts one that was forecast.
 *
 * @param toMillis not counted in
 * @param value canonical unit; NaN where a forecast says nothing of the time asked for, and of
 *     silence
 * @param enter the threshold of then; NaN where there is none, or a baseline isn't known
 * @param exit that of leaving
 * @param base the baseline; NaN where there is none, or where it isn't known
 * @param saidMillis when a forecast was made; of a reading its start
 */
public record Piece(
        long fromMillis,
        long toMillis,
        double value,
        double enter,
        double exit,
        double base,
        long saidMillis) {

    Piece within(long from, long to) {
        return new Piece(
                Math.max(from, fromMillis),
                Math.min(to, toMillis),
                value,
                enter,
                exit,
                base,
                saidMillis);
    }

    long millis() {
        return toMillis - fromMillis;
    }

    boolean overlaps(long from, long to) {
        return fromMillis < to && toMillis > from;
    }
}
