package dev.tradewind.rules.catalog;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.Arithmetic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What feeds have sent, against which a check holds rules: what a rule waits for that was never
 * seen is probably not meant. Values are in canonical units.
 */
public final class Seen {
    /** Nothing is known: nothing is said. */
    public static final Seen NOTHING = new Seen();

    private record Key(String subject, String signal) {}

    /** What was sent by time; what is worked out of it is kept, for a thousand rules ask. */
    private static final class Line {
        private final NavigableMap<Long, Double> values = new TreeMap<>();
        private DoubleSummaryStatistics statistics;
        private Optional<Long> interval;

        DoubleSummaryStatistics statistics() {
            if (statistics == null) {
                statistics = values.values().stream().mapToDouble(v -> v).summaryStatistics();
            }
            return statistics;
        }

        Optional<Long> interval() {
            if (interval == null) {
                interval = median(values.keySet());
            }
            return interval;
        }
    }

    private final Map<Key, Line> readings = new HashMap<>();
    private final Map<Key, Line> forecasts = new HashMap<>();
    private final Map<Key, Line> made = new HashMap<>();

    /**
     * @param subject a zone or a site
     * @param start of the interval, ms
     */
    public void reading(String subject, String signal, long start, double value) {
        put(readings, new Key(subject, signal), start, value);
    }

    /**
     * One point of a forecast; of several forecasts of one time the last one counts.
     *
     * @param generated when it was made, ms
     */
    public void forecast(String subject, String signal, long generated, long start, double value) {
        Key key = new Key(subject, signal);
        put(forecasts, key, start, value);
        put(made, key, generated, 0);
    }

    private static void put(Map<Key, Line> into, Key key, long at, double value) {
        Line line = into.computeIfAbsent(key, k -> new Line());
        line.values.put(at, value);
        line.statistics = null;
        line.interval = null;
    }

    boolean isEmpty() {
        return readings.isEmpty() && forecasts.isEmpty();
    }

    /** The signals of which anything was seen anywhere. */
    Set<String> signals() {
        Set<String> names = new TreeSet<>();
        readings.keySet().forEach(key -> names.add(key.signal));
        forecasts.keySet().forEach(key -> names.add(key.signal));
        return names;
    }

    boolean has(Site site, String signal, boolean forecast) {
        return series(site, signal, forecast).isPresent()
                || signal.equals(SignalNames.PUE) && !forecast;
    }

    /** The time from one reading, or forecast point, to the next: the median, ms. */
    Optional<Long> interval(Site site, String signal, boolean forecast) {
        return series(site, signal, forecast).flatMap(Line::interval);
    }

    /** The time from one forecast to the next: the median, ms. */
    Optional<Long> forecastsEvery(Site site, String signal) {
        return of(made, site, signal).flatMap(Line::interval);
    }

    /** Least and highest value of a signal. */
    Optional<DoubleSummaryStatistics> values(Site site, String signal, boolean forecast) {
        return series(site, signal, forecast).map(Line::statistics);
    }

    /** The same of an expression, worked out whenever one of its signals changed. */
    Optional<DoubleSummaryStatistics> values(Site site, Arithmetic of, boolean forecast) {
        List<String> signals = of.signals();
        Set<Long> times = new TreeSet<>();
        List<NavigableMap<Long, Double>> series = new ArrayList<>();
        for (String signal : signals) {
            NavigableMap<Long, Double> one =
                    series(site, signal, forecast)
                            .or(() -> forecast ? series(site, signal, false) : Optional.empty())
                            .map(line -> line.values)
                            .orElse(null);
            if (one == null && signal.equals(SignalNames.PUE)) {
                one = new TreeMap<>(Map.of(Long.MIN_VALUE, site.pue()));
            } else if (one == null) {
                return Optional.empty();
            } else {
                times.addAll(one.keySet());
            }
            series.add(one);
        }
        DoubleSummaryStatistics all = new DoubleSummaryStatistics();
        double[] values = new double[signals.size()];
        for (long time : times) {
            boolean whole = true;
            for (int i = 0; i < values.length; i++) {
                Map.Entry<Long, Double> last = series.get(i).floorEntry(time);
                whole &= last != null;
                values[i] = last == null ? 0 : last.getValue();
            }
            double value = whole ? of.eval(values) : Double.NaN;
            if (Double.isFinite(value)) {
                all.accept(value);
            }
        }
        return all.getCount() == 0 ? Optional.empty() : Optional.of(all);
    }

    private Optional<Line> series(Site site, String signal, boolean forecast) {
        return of(forecast ? forecasts : readings, site, signal);
    }

    /** A site's own first, as the job has it. */
    private static Optional<Line> of(Map<Key, Line> from, Site site, String signal) {
        Line own = from.get(new Key(site.name(), signal));
        return Optional.ofNullable(own != null ? own : from.get(new Key(site.zone(), signal)));
    }

    private static Optional<Long> median(Set<Long> sorted) {
        long[] times = sorted.stream().mapToLong(t -> t).toArray();
        if (times.length < 2) {
            return Optional.empty();
        }
        long[] steps = new long[times.length - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = times[i + 1] - times[i];
        }
        Arrays.sort(steps);
        return Optional.of(steps[steps.length / 2]);
    }
}
