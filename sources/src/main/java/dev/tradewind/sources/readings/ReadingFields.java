package dev.tradewind.sources.readings;

import java.util.Arrays;
import java.util.List;

/**
 * The fields of one reading as they came, not yet looked at: null and {@link #ABSENT} stand for
 * what it doesn't say (a JSON null is as good as nothing). One of them is filled again and again,
 * by {@link ReadingScanner} or by {@link ReadingParser}. Of one thread.
 */
final class ReadingFields {
    static final long ABSENT = Long.MIN_VALUE;

    /** By their names; the places are those of {@link ReadingScanner} and {@link ReadingParser}. */
    static final List<String> NAMES =
            List.of(
                    "zone",
                    "signal",
                    "value",
                    "unit",
                    "datetime",
                    "duration",
                    "kind",
                    "source",
                    "site",
                    "generatedAt",
                    "signalType",
                    "isEstimated",
                    "points");

    String zone;
    String site;
    String signal;
    String unit;
    String duration;
    String kind;
    String signalType;
    String source;
    Boolean isEstimated;
    boolean hasValue;
    double value;
    long datetime;
    long generatedAt;

    /** What the record begins with, where it was met before and says of which series it is. */
    Beginning begun;

    /** What it ends with, where it is kept for those that end alike. */
    Ending ended;

    /** How many points there are; -1 where there is no such field. */
    int points;

    long[] pointStarts = new long[64];
    String[] pointDurations = new String[64];
    double[] pointValues = new double[64];

    void clear() {
        zone = null;
        site = null;
        signal = null;
        unit = null;
        duration = null;
        kind = null;
        signalType = null;
        source = null;
        isEstimated = null;
        hasValue = false;
        datetime = ABSENT;
        generatedAt = ABSENT;
        begun = null;
        ended = null;
        points = -1;
    }

    /** Makes room for one point more. */
    void growPoints() {
        if (points == pointStarts.length) {
            pointStarts = Arrays.copyOf(pointStarts, points * 2);
            pointDurations = Arrays.copyOf(pointDurations, points * 2);
            pointValues = Arrays.copyOf(pointValues, points * 2);
        }
    }
}
