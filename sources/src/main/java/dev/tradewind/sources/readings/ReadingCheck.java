package dev.tradewind.sources.readings;

import dev.tradewind.model.SignalNames;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Units;
import dev.tradewind.sources.kafka.Unreadable;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Whether the instants, durations and values of a reading can be. Of one thread. */
final class ReadingCheck {
    static final long DEFAULT_DURATION_MILLIS = 3_600_000;

    /** 2000-01-01T00:00:00Z. What is before it comes from a clock that was never set. */
    private static final long EARLIEST = 946_684_800_000L;

    private static final long LONGEST_DURATION_MILLIS = 366L * 86_400_000;
    private static final int MOST_DURATIONS = 1_000;

    private final ReadingFormat format;
    private final Map<String, Long> durations = new HashMap<>();

    /** The very text that was looked up last: the scanner gives the same one again. */
    private String lastDuration;

    private long lastMillis;

    /** Below this a value in W is finite. */
    private static final double MOST_KW = 1e300;

    /** What the clock allowed when it was last looked at; it only ever allows more. */
    private long allowedStart = Long.MIN_VALUE;

    ReadingCheck(ReadingFormat format) {
        this.format = format;
    }

    void valueStart(long millis) throws Unreadable {
        notTooFar("datetime", millis);
    }

    void generatedAt(long millis) throws Unreadable {
        notTooFar("generatedAt", millis);
    }

    private void notTooFar(String field, long millis) throws Unreadable {
        notTooEarly(field, millis);
        if (millis > allowedStart) {
            allowedStart = format.clock().now() + format.maxAheadMillis();
            if (millis > allowedStart) {
                throw tooFar(field, millis, format.maxAheadMillis());
            }
        }
    }

    void pointStart(long millis) throws Unreadable {
        notTooEarly("datetime", millis);
        if (millis > allowedStart
                && millis > format.clock().now() + format.maxForecastAheadMillis()) {
            throw tooFar("datetime of a forecast", millis, format.maxForecastAheadMillis());
        }
    }

    private static void notTooEarly(String field, long millis) throws Unreadable {
        if (millis < EARLIEST) {
            throw new Unreadable(
                    Kind.time,
                    field + " is " + Instant.ofEpochMilli(millis) + ", before the year 2000");
        }
    }

    private Unreadable tooFar(String field, long millis, long most) {
        return new Unreadable(
                Kind.time,
                field
                        + " is "
                        + Instant.ofEpochMilli(millis)
                        + ", more than "
                        + Durations.format(most)
                        + " ahead of the energy clock, which shows "
                        + Instant.ofEpochMilli(format.clock().now()));
    }

    /** In ms; of an hour where it is null. */
    long duration(String text) throws Unreadable {
        if (text == null) {
            return DEFAULT_DURATION_MILLIS;
        }
        if (text == lastDuration) {
            return lastMillis;
        }
        Long known = durations.get(text);
        if (known != null) {
            lastDuration = text;
            lastMillis = known;
            return known;
        }
        long millis;
        try {
            millis = Durations.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Kind.time, "duration: " + e.getMessage());
        }
        if (millis == 0 || millis > LONGEST_DURATION_MILLIS) {
            throw new Unreadable(
                    Kind.time, "duration is " + text + "; expected more than 0, at most 366 days");
        }
        if (durations.size() >= MOST_DURATIONS) {
            durations.clear();
        }
        durations.put(text, millis);
        return millis;
    }

    /** By which values come into the signal's canonical unit; NaN where each needs a look. */
    static double scale(String signal, String unit) {
        if (signal.equals(SignalNames.POWER) && "kW".equals(unit)) {
            return 1e3;
        }
        return signal.equals(SignalNames.PRICE) && "EUR/MWh".equals(unit)
                        || signal.equals(SignalNames.POWER) && "W".equals(unit)
                        || signal.equals(SignalNames.CARBON_INTENSITY) && "gCO2eq/kWh".equals(unit)
                ? 1
                : Double.NaN;
    }

    /** Below which a value needs a look all the same. */
    static double least(String signal) {
        return signal.equals(SignalNames.CARBON_INTENSITY) ? 0 : Double.NEGATIVE_INFINITY;
    }

    /** In the signal's canonical unit. */
    double canonical(String signal, double value, String unit) throws Unreadable {
        // What most feeds send needs no look into a table.
        double scale = scale(signal, unit);
        boolean usual = scale == 1 || scale > 1 && Math.abs(value) < MOST_KW;
        if (usual && !(value < least(signal))) {
            return value * scale;
        }
        try {
            return Units.toCanonical(signal, value, unit, format.eurPerCurrency());
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Kind.unit, e.getMessage());
        }
    }
}
