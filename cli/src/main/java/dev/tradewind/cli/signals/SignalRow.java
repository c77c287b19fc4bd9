package dev.tradewind.cli.signals;

import dev.tradewind.rules.text.Units;
import java.time.Instant;
import java.util.Map;

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

    /** With its value in the signal's canonical unit, and no unit named. */
    SignalRow canonical(Map<String, Double> eurPer) {
        return new SignalRow(
                datetime,
                zone,
                signal,
                Units.toCanonical(signal, value, unit, eurPer),
                "",
                kind,
                generatedAt);
    }

    public boolean isForecast() {
        return "forecast".equals(kind);
    }
}
