package dev.tradewind.sources.readings;

import dev.tradewind.model.EnergyClock;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * What is taken for a reading. Everything else is a dead letter.
 *
 * @param eurPerCurrency EUR for one of each other currency, by its code ({@code USD -> 0.92});
 *     prices in a currency without a rate are rejected
 * @param clock what "ahead" is measured by
 * @param maxAheadMillis how far beyond the energy clock a value's start, or the making of a
 *     forecast, may be, ms
 * @param maxForecastAheadMillis how far beyond it a forecast's points may start, ms
 * @param maxRecordBytes of a record's value
 * @param maxPoints of a forecast
 * @param ignoreUnknownFields true leaves aside fields that FORMATS doesn't know; false rejects the
 *     record, which is how a misspelt field is found
 */
public record ReadingFormat(
        Map<String, Double> eurPerCurrency,
        EnergyClock clock,
        long maxAheadMillis,
        long maxForecastAheadMillis,
        int maxRecordBytes,
        int maxPoints,
        boolean ignoreUnknownFields)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final long DEFAULT_MAX_FORECAST_AHEAD_MILLIS = 400L * 86_400_000;
    public static final int DEFAULT_MAX_RECORD_BYTES = 1_000_000;
    public static final int DEFAULT_MAX_POINTS = 10_000;

    public ReadingFormat {
        eurPerCurrency = new HashMap<>(eurPerCurrency);
    }

    /** With every limit at its default. */
    public static ReadingFormat of(
            Map<String, Double> eurPerCurrency, EnergyClock clock, long maxAheadMillis) {
        return new ReadingFormat(
                eurPerCurrency,
                clock,
                maxAheadMillis,
                DEFAULT_MAX_FORECAST_AHEAD_MILLIS,
                DEFAULT_MAX_RECORD_BYTES,
                DEFAULT_MAX_POINTS,
                false);
    }
}
