package dev.tradewind.cli.signals;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.text.Units;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Rows of signals files as the readings and forecasts that feeds would have sent.
 *
 * @param zones that the rows are of
 */
public record SignalHistory(List<Sample> samples, Set<String> zones) {
    private static final long HOUR = 3_600_000;

    /** A series, and when its forecast was made; null of readings. */
    private record Curve(Series series, Instant generatedAt) {}

    /**
     * A row has no duration: it holds for the interval in which its series usually comes, so that a
     * row that is missing is a hole. The zone of a row may be the name of a site.
     *
     * @param eurPer EUR for one of each other currency
     * @throws IllegalArgumentException where a unit can't be converted
     */
    public static SignalHistory of(
            List<SignalRow> rows, Catalog catalog, Map<String, Double> eurPer) {
        Set<String> zones = catalog.sites().stream().map(Site::zone).collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        Map<Curve, List<SignalRow>> curves = new LinkedHashMap<>();
        for (SignalRow row : rows) {
            named.add(row.zone());
            Series series =
                    !zones.contains(row.zone()) && catalog.site(row.zone()).isPresent()
                            ? Series.ofSite(row.zone(), row.signal())
                            : Series.ofZone(row.zone(), row.signal());
            Instant generated = row.isForecast() ? row.generatedAt() : null;
            curves.computeIfAbsent(new Curve(series, generated), curve -> new ArrayList<>())
                    .add(row);
        }
        List<Sample> samples = new ArrayList<>();
        curves.forEach(
                (curve, of) -> {
                    if (curve.generatedAt() == null) {
                        readings(curve.series(), of, eurPer, samples);
                    } else {
                        samples.add(forecast(curve, of, eurPer));
                    }
                });
        samples.sort(Comparator.comparingLong(Sample::eventMillis));
        return new SignalHistory(samples, named);
    }

    private static void readings(
            Series series, List<SignalRow> rows, Map<String, Double> eurPer, List<Sample> samples) {
        long interval =
                interval(rows.stream().mapToLong(r -> r.datetime().toEpochMilli()).toArray());
        for (SignalRow row : rows) {
            long start = row.datetime().toEpochMilli();
            samples.add(
                    Sample.value(
                            "estimated".equals(row.kind())
                                    ? Sample.Kind.ESTIMATED
                                    : Sample.Kind.ACTUAL,
                            series,
                            value(row, eurPer),
                            start,
                            start + interval,
                            Sample.NOT_SAID));
        }
    }

    private static Sample forecast(Curve curve, List<SignalRow> rows, Map<String, Double> eurPer) {
        TreeMap<Long, Double> points = new TreeMap<>();
        rows.forEach(row -> points.put(row.datetime().toEpochMilli(), value(row, eurPer)));
        long[] starts = points.keySet().stream().mapToLong(Long::longValue).toArray();
        long interval = interval(starts);
        long[] ends = new long[starts.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = starts[i] + interval;
            if (i + 1 < ends.length) {
                ends[i] = Math.min(ends[i], starts[i + 1]);
            }
        }
        return Sample.forecast(
                curve.series(),
                curve.generatedAt().toEpochMilli(),
                starts,
                ends,
                points.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Between two that follow each other the most usual time; an hour where there is none. */
    public static long interval(long[] starts) {
        long[] sorted = Arrays.stream(starts).sorted().distinct().toArray();
        Map<Long, Integer> times = new HashMap<>();
        for (int i = 1; i < sorted.length; i++) {
            times.merge(sorted[i] - sorted[i - 1], 1, Integer::sum);
        }
        return times.entrySet().stream()
                .max(
                        Map.Entry.<Long, Integer>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(Map.Entry::getKey)
                .orElse(HOUR);
    }

    private static double value(SignalRow row, Map<String, Double> eurPer) {
        try {
            return Units.toCanonical(row.signal(), row.value(), row.unit(), eurPer);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the row of " + row.datetime() + " of " + row.zone() + ": " + e.getMessage(),
                    e);
        }
    }
}
