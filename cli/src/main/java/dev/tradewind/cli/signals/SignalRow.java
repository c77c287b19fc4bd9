package dev.tradewind.cli.signals;

import java.time.Instant;

/**
 * A row of a signals CSV: {@code datetime,zone,signal,value,unit,kind,generatedAt}.
 *
 * @param datetime start of the interval
 * @param kind {@code actual} or {@code forecast}
 * @param generatedAt with a forecast; null otherwise
 */
public record SignalRow(
        Instant datetime,
        String zone,
        String signal,
        double value,
        String unit,
        String kind,
        Instant generatedAt) {

    /** When it becomes known: an actual value at its datetime, a forecast at its generatedAt. */
    public Instant knownAt() {
        return generatedAt != null ? generatedAt : datetime;
    }

    public boolean isForecast() {
        return "forecast".equals(kind);
    }
}
