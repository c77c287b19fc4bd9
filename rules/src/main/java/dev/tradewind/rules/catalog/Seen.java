package dev.tradewind.rules.catalog;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.Arithmetic;
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

    private final Map<Key, NavigableMap<Long, Double>> readings = new HashMap<>();
    private final Map<Key, NavigableMap<Long, Double>> forecasts = new HashMap<>();
    private final Map<Key, NavigableMap<Long, Double>> made = new HashMap<>();

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

    private static void put(
            Map<Key, NavigableMap<Long, Double>> into, Key key, long at, double value) {
        into.computeIfAbsent(key, k -> new TreeMap<>()).put(at, value);
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
        return series(site, signal, forecast).flatMap(Seen::interval);
    }

    /** The time from one forecast to the next: the median, ms. */
    Optional<Long> forecastsEvery(Site site, String signal) {
        return of(made, site, signal).flatMap(Seen::interval);
    }

    /** Least and highest value of a signal. */
    Optional<DoubleSummaryStatistics> values(Site site, String signal, boolean forecast) {
        return series(site, signal, forecast)
                .map(s -> s.values().stream().mapToDouble(v -> v).summaryStatistics());
    }

    /** The same of an expression, worked out whenever one of its signals changed. */
    Optional<DoubleSummaryStatistics> values(Site site, Arithmetic of, boolean forecast) {
        List<String> signals = of.signals();
        Set<Long> times = new TreeSet<>();
        List<NavigableMap<Long, Double>> series = new java.util.ArrayList<>();
        for (String signal : signals) {
            NavigableMap<Long, Double> one = series(site, signal, forecast).orElse(null);
            if (one == null && forecast) {
                one = series(site, signal, false).orElse(null);
            }
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

    private Optional<NavigableMap<Long, Double>> series(
            Site site, String signal, boolean forecast) {
        return of(forecast ? forecasts : readings, site, signal);
    }

    /** A site's own first, as the job has it. */
    private static Optional<NavigableMap<Long, Double>> of(
            Map<Key, NavigableMap<Long, Double>> from, Site site, String signal) {
        NavigableMap<Long, Double> own = from.get(new Key(site.name(), signal));
        return Optional.ofNullable(own != null ? own : from.get(new Key(site.zone(), signal)));
    }

    private static Optional<Long> interval(NavigableMap<Long, Double> series) {
        long[] times = series.keySet().stream().mapToLong(t -> t).toArray();
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
