package dev.tradewind.sources.readings;

import dev.tradewind.model.wire.DeadLetter;
import java.util.Arrays;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * A reading as the job carries it: decoded, checked, in the canonical unit, and small, because
 * millions of them are sent between operators. It holds one of three:
 *
 * <ul>
 *   <li>a value for [{@code startMillis}, {@code endMillis}), of kind ACTUAL or ESTIMATED;
 *   <li>a curve of at least one point, of kind FORECAST: point {@code i} is {@code
 *       pointValues()[i]} for [{@code pointStarts()[i]}, {@code pointEnds()[i]}), ordered by start
 *       and without overlaps; {@code startMillis} and {@code endMillis} span the curve;
 *   <li>a reject: what could not be read; kind and series are null.
 * </ul>
 *
 * Instances never change (nobody may write to the arrays) and may be passed on and kept.
 */
@TypeInfo(SampleTypeInfo.Factory.class)
public final class Sample {
    /** {@link #generatedMillis()} of a reading that doesn't say. */
    public static final long NOT_SAID = Long.MIN_VALUE;

    public enum Kind {
        ACTUAL,
        ESTIMATED,
        FORECAST
    }

    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};

    private final Kind kind;
    private final Series series;
    private final double value;
    private final long startMillis;
    private final long endMillis;
    private final long generatedMillis;
    private final long[] pointStarts;
    private final long[] pointEnds;
    private final double[] pointValues;
    private final DeadLetter reject;
    private final String source;

    private Sample(
            Kind kind,
            Series series,
            double value,
            long startMillis,
            long endMillis,
            long generatedMillis,
            long[] pointStarts,
            long[] pointEnds,
            double[] pointValues,
            DeadLetter reject,
            String source) {
        this.kind = kind;
        this.series = series;
        this.value = value;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.generatedMillis = generatedMillis;
        this.pointStarts = pointStarts;
        this.pointEnds = pointEnds;
        this.pointValues = pointValues;
        this.reject = reject;
        this.source = source;
    }

    /** A measured value for [start, end), in the canonical unit. */
    public static Sample actual(Series series, double value, long startMillis, long endMillis) {
        return value(Kind.ACTUAL, series, value, startMillis, endMillis, NOT_SAID);
    }

    /**
     * A value for [start, end).
     *
     * @param kind ACTUAL or ESTIMATED
     * @param generatedMillis when it was made or corrected, or {@link #NOT_SAID}
     */
    public static Sample value(
            Kind kind,
            Series series,
            double value,
            long startMillis,
            long endMillis,
            long generatedMillis) {
        return value(kind, series, value, startMillis, endMillis, generatedMillis, null);
    }

    /**
     * The same of a source.
     *
     * @param source who says so, or null
     */
    public static Sample value(
            Kind kind,
            Series series,
            double value,
            long startMillis,
            long endMillis,
            long generatedMillis,
            String source) {
        if (kind != Kind.ACTUAL && kind != Kind.ESTIMATED) {
            throw new IllegalArgumentException("a " + kind + " has no single value");
        }
        return new Sample(
                kind,
                Objects.requireNonNull(series),
                value,
                startMillis,
                endMillis,
                generatedMillis,
                NO_LONGS,
                NO_LONGS,
                NO_DOUBLES,
                null,
                source);
    }

    /** A forecast; the arrays are of one length, at least 1, ordered by start. */
    public static Sample forecast(
            Series series,
            long generatedMillis,
            long[] pointStarts,
            long[] pointEnds,
            double[] pointValues) {
        int n = pointStarts.length;
        if (n == 0 || pointEnds.length != n || pointValues.length != n) {
            throw new IllegalArgumentException("a forecast has points, each of start, end, value");
        }
        return new Sample(
                Kind.FORECAST,
                Objects.requireNonNull(series),
                Double.NaN,
                pointStarts[0],
                pointEnds[n - 1],
                generatedMillis,
                pointStarts,
                pointEnds,
                pointValues,
                null,
                null);
    }

    public static Sample rejected(DeadLetter reject) {
        long at = reject.timestamp().toEpochMilli();
        return new Sample(
                null,
                null,
                Double.NaN,
                at,
                at,
                NOT_SAID,
                NO_LONGS,
                NO_LONGS,
                NO_DOUBLES,
                Objects.requireNonNull(reject),
                null);
    }

    /** Null for a reject. */
    public Kind kind() {
        return kind;
    }

    /** Null for a reject. */
    public Series series() {
        return series;
    }

    /** In the signal's canonical unit; NaN for a forecast or a reject. */
    public double value() {
        return value;
    }

    /** Start of the interval (inclusive), ms since the epoch. */
    public long startMillis() {
        return startMillis;
    }

    /** End of the interval (exclusive), ms since the epoch. */
    public long endMillis() {
        return endMillis;
    }

    /** When a forecast, estimate or correction was made, ms since the epoch, or NOT_SAID. */
    public long generatedMillis() {
        return generatedMillis;
    }

    public long[] pointStarts() {
        return pointStarts;
    }

    public long[] pointEnds() {
        return pointEnds;
    }

    public double[] pointValues() {
        return pointValues;
    }

    /** What could not be read, or null. */
    public DeadLetter reject() {
        return reject;
    }

    /** Who says so; null where nobody does, and of all but actual carbon intensities. */
    public String source() {
        return source;
    }

    public boolean isReject() {
        return reject != null;
    }

    public boolean isForecast() {
        return kind == Kind.FORECAST;
    }

    /**
     * Event time, ms since the epoch: of a forecast when it was made, of a value the start of its
     * interval, of a reject the timestamp of the Kafka record.
     */
    public long eventMillis() {
        return kind == Kind.FORECAST ? generatedMillis : startMillis;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sample s
                && kind == s.kind
                && Objects.equals(series, s.series)
                && Double.compare(value, s.value) == 0
                && startMillis == s.startMillis
                && endMillis == s.endMillis
                && generatedMillis == s.generatedMillis
                && Arrays.equals(pointStarts, s.pointStarts)
                && Arrays.equals(pointEnds, s.pointEnds)
                && Arrays.equals(pointValues, s.pointValues)
                && Objects.equals(source, s.source)
                && equal(reject, s.reject);
    }

    private static boolean equal(DeadLetter a, DeadLetter b) {
        if (a == null || b == null) {
            return a == b;
        }
        return Objects.equals(a.topic(), b.topic())
                && a.partition() == b.partition()
                && a.offset() == b.offset()
                && Objects.equals(a.timestamp(), b.timestamp())
                && Arrays.equals(a.key(), b.key())
                && Arrays.equals(a.raw(), b.raw())
                && Objects.equals(a.reason(), b.reason());
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, series, value, startMillis, endMillis, generatedMillis);
    }

    @Override
    public String toString() {
        if (reject != null) {
            return "Sample[reject " + reject.reason() + "]";
        }
        return "Sample["
                + series
                + " "
                + kind
                + " "
                + (isForecast() ? pointValues.length + " points" : value)
                + " "
                + java.time.Instant.ofEpochMilli(startMillis)
                + "/"
                + java.time.Instant.ofEpochMilli(endMillis)
                + "]";
    }
}
