package dev.tradewind.cli.backtest;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.rules.text.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became known, in the order in which it did: an actual value at its datetime, a forecast when
 * it was made.
 *
 * <p>A row doesn't say how long it holds: until the next one of its series, but no longer than an
 * hour. So a file may mix quarter hours and hours.
 */
public final class Timeline {
    private static final long HOUR = 3_600_000;

    /** Something becomes known at an instant, ms. */
    public record News(long atMillis, SeriesView view) {}

    private record Curve(String zone, String signal, Long generatedAt) {}

    private final List<News> news;

    private Timeline(List<News> news) {
        this.news = news;
    }

    /**
     * @throws IllegalArgumentException for a unit that the signal doesn't have
     */
    public static Timeline of(List<SignalRow> rows) {
        Map<Curve, TreeMap<Long, Double>> curves = new LinkedHashMap<>();
        for (SignalRow row : rows) {
            curves.computeIfAbsent(
                            new Curve(
                                    row.zone(),
                                    row.signal(),
                                    row.isForecast() ? row.generatedAt().toEpochMilli() : null),
                            c -> new TreeMap<>())
                    .put(row.datetime().toEpochMilli(), value(row));
        }
        List<News> news = new ArrayList<>();
        curves.forEach(
                (curve, values) -> {
                    long[] starts = values.keySet().stream().mapToLong(Long::longValue).toArray();
                    long[] ends = ends(starts);
                    if (curve.generatedAt() == null) {
                        for (int i = 0; i < starts.length; i++) {
                            news.add(
                                    new News(
                                            starts[i],
                                            SeriesView.actual(
                                                    false,
                                                    curve.zone(),
                                                    curve.signal(),
                                                    values.get(starts[i]),
                                                    starts[i],
                                                    ends[i],
                                                    "backtest")));
                        }
                    } else {
                        news.add(
                                new News(
                                        curve.generatedAt(),
                                        SeriesView.forecast(
                                                false,
                                                curve.zone(),
                                                curve.signal(),
                                                curve.generatedAt(),
                                                starts,
                                                ends,
                                                values.values().stream()
                                                        .mapToDouble(Double::doubleValue)
                                                        .toArray(),
                                                "backtest")));
                    }
                });
        return of(news, List.of());
    }

    /** Both together. */
    public static Timeline of(List<News> some, List<News> others) {
        List<News> all = new ArrayList<>(some);
        all.addAll(others);
        // stable: of one instant, in the order of the file
        all.sort(Comparator.comparingLong(News::atMillis));
        return new Timeline(List.copyOf(all));
    }

    private static double value(SignalRow row) {
        try {
            return Units.toCanonical(row.signal(), row.value(), row.unit(), Map.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the row of " + row.datetime() + " of " + row.zone() + ": " + e.getMessage(),
                    e);
        }
    }

    private static long[] ends(long[] starts) {
        long[] ends = new long[starts.length];
        long length = HOUR;
        for (int i = 0; i < starts.length; i++) {
            if (i + 1 < starts.length) {
                length = Math.min(HOUR, starts[i + 1] - starts[i]);
            }
            ends[i] = starts[i] + length;
        }
        return ends;
    }

    public List<News> news() {
        return news;
    }

    /** When the last actual value ends, ms; 0 without any. */
    long end() {
        return news.stream()
                .filter(item -> !item.view().isForecast())
                .mapToLong(item -> item.view().endMillis())
                .max()
                .orElse(0);
    }

    /**
     * When an actual value came, each instant once, ascending; and last, when the last one ends.
     */
    long[] steps() {
        TreeMap<Long, Boolean> steps = new TreeMap<>();
        long end = Long.MIN_VALUE;
        for (News item : news) {
            if (!item.view().isForecast()) {
                steps.put(item.atMillis(), true);
                end = Math.max(end, item.view().endMillis());
            }
        }
        if (!steps.isEmpty()) {
            steps.put(end, true);
        }
        return steps.keySet().stream().mapToLong(Long::longValue).toArray();
    }
}
