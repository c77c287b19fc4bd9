package dev.tradewind.sources.readings;

import dev.tradewind.sources.kafka.Unreadable;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.time.Instant;

/** Makes a forecast's curve of its points: in order, without overlaps. */
final class Curve {
    private Curve() {}

    static Sample of(Series series, long generatedAt, ReadingFields in, ReadingCheck check)
            throws Unreadable {
        int n = in.points;
        if (n == 0) {
            throw new Unreadable(Kind.shape, "points is empty; expected at least one");
        }
        long[] starts = new long[n];
        long[] ends = new long[n];
        double[] values = new double[n];
        int[] order = order(in);
        for (int i = 0; i < n; i++) {
            int p = order == null ? i : order[i];
            check.pointStart(in.pointStarts[p]);
            String duration = in.pointDurations[p] != null ? in.pointDurations[p] : in.duration;
            starts[i] = in.pointStarts[p];
            ends[i] = starts[i] + check.duration(duration);
            values[i] = check.canonical(in.signal, in.pointValues[p], in.unit);
            if (i > 0 && starts[i] < ends[i - 1]) {
                throw new Unreadable(
                        Kind.time,
                        "points overlap: one from "
                                + Instant.ofEpochMilli(starts[i - 1])
                                + " lasts until "
                                + Instant.ofEpochMilli(ends[i - 1])
                                + ", the next begins at "
                                + Instant.ofEpochMilli(starts[i])
                                + " (a point without a duration lasts an hour)");
            }
        }
        return Sample.forecast(series, generatedAt, starts, ends, values);
    }

    /** By start; null where they are in order, as nearly always. */
    private static int[] order(ReadingFields in) {
        for (int i = 1; i < in.points; i++) {
            if (in.pointStarts[i] < in.pointStarts[i - 1]) {
                return java.util.stream.IntStream.range(0, in.points)
                        .boxed()
                        .sorted(java.util.Comparator.comparingLong(p -> in.pointStarts[p]))
                        .mapToInt(Integer::intValue)
                        .toArray();
            }
        }
        return null;
    }
}
