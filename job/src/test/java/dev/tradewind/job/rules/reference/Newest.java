package dev.tradewind.job.rules.reference;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.TestReading;
import dev.tradewind.rules.test.TestReading.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The newest readings and forecasts at a site, and what an expression makes of them. */
final class Newest {
    private final Site site;
    private final long staleAfter;
    private final Map<String, Take> takes = new HashMap<>();

    Newest(Site site, long staleAfter) {
        this.site = site;
        this.staleAfter = staleAfter;
    }

    void put(Take take) {
        takes.put(key(take), take);
    }

    void remove(Take take) {
        takes.remove(key(take));
    }

    List<Take> all() {
        return List.copyOf(takes.values());
    }

    private static String key(Take take) {
        return take.reading().isForecast() + take.reading().series();
    }

    private Take newest(boolean zone, String signal, boolean forecast) {
        String series = zone ? "zone " + site.zone() : "site " + site.name();
        return takes.get(forecast + series + " " + signal);
    }

    /** When what follows takes its place. */
    List<Long> turns(Take take) {
        List<Long> turns = new ArrayList<>();
        if (take.reading().isForecast()) {
            if (!take.reading().zone()) {
                turns.add(take.end());
            }
            return turns;
        }
        if (take.reading().signal().equals(SignalNames.PUE)) {
            turns.add(take.end());
        }
        if (!take.reading().zone()) {
            turns.add(take.end() + staleAfter);
        }
        return turns;
    }

    /** The signals for which that is so at this very instant. */
    Set<String> turned(long at) {
        return takes.values().stream()
                .filter(take -> turns(take).contains(at))
                .map(take -> take.reading().signal())
                .collect(Collectors.toSet());
    }

    boolean isForecast(String signal, long at) {
        return curve(signal, at) != null;
    }

    /** The value from when all of it is in force to when the first of it ends, or null. */
    TestReading value(Formula formula, long at) {
        Map<String, Double> values = new HashMap<>();
        long start = Long.MIN_VALUE;
        long end = Long.MAX_VALUE;
        for (String signal : formula.signals()) {
            Double value = inForce(signal, at);
            if (value == null) {
                return null;
            }
            values.put(signal, value);
            start = Math.max(start, since(signal, at));
            Take take = reading(signal, at);
            end = take == null ? end : Math.min(end, take.end());
        }
        double value = formula.value(values);
        return end == Long.MAX_VALUE || start >= end || !Double.isFinite(value)
                ? null
                : TestReading.actual(false, site.name(), "=", value, start, end);
    }

    /** The value in force, or the last that was. */
    TestReading last(Formula formula, long now) {
        TreeSet<Long> instants = new TreeSet<>(List.of(now));
        for (Take take : takes.values()) {
            if (!take.reading().isForecast()
                    && formula.signals().contains(take.reading().signal())) {
                instants.add(take.start());
            }
        }
        for (long at : instants.headSet(now, true).descendingSet()) {
            TestReading value = value(formula, at);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Over the time of which all forecasts speak; what has none counts with its value. */
    TestReading forecast(Formula formula, long at) {
        Map<String, Take> curves = new HashMap<>();
        Map<String, Double> values = new HashMap<>();
        TreeSet<Long> bounds = new TreeSet<>();
        for (String signal : formula.signals()) {
            Take forecast = curve(signal, at);
            if (forecast != null) {
                curves.put(signal, forecast);
                for (Point point : forecast.reading().points()) {
                    bounds.add(point.startMillis());
                    bounds.add(point.endMillis());
                }
            } else {
                Double value = inForce(signal, at);
                if (value == null) {
                    return null;
                }
                values.put(signal, value);
            }
        }
        List<Point> points = new ArrayList<>();
        for (long from : curves.isEmpty() ? new TreeSet<Long>() : bounds) {
            Long to = bounds.higher(from);
            boolean all = to != null;
            for (Map.Entry<String, Take> curve : curves.entrySet()) {
                Double value = at(curve.getValue(), from);
                values.put(curve.getKey(), value);
                all &= value != null;
            }
            double value = all ? formula.value(values) : Double.NaN;
            if (Double.isFinite(value)) {
                points.add(new Point(from, to, value));
            }
        }
        return points.isEmpty()
                ? null
                : TestReading.forecast(false, site.name(), "=", made(formula, at), points);
    }

    /** When the newest began of all that it may be made of, or took the place of another. */
    private long made(Formula formula, long at) {
        long made = Long.MIN_VALUE;
        for (Take take : takes.values()) {
            if (formula.signals().contains(take.reading().signal())) {
                made = Math.max(made, take.reading().eventMillis());
                for (long turn : turns(take)) {
                    made = turn <= at ? Math.max(made, turn) : made;
                }
            }
        }
        return made;
    }

    private static Double at(Take forecast, long instant) {
        for (Point point : forecast.reading().points()) {
            if (point.startMillis() <= instant && instant < point.endMillis()) {
                return point.value();
            }
        }
        return null;
    }

    /** The site's own until it has run out, else its zone's. */
    private Take curve(String signal, long at) {
        Take own = newest(false, signal, true);
        return own != null && at < own.end() ? own : newest(true, signal, true);
    }

    private Double inForce(String signal, long at) {
        Take take = reading(signal, at);
        if (take != null) {
            return take.reading().value();
        }
        return signal.equals(SignalNames.PUE) ? (Double) site.pue() : null;
    }

    /** The site's own while it isn't stale, else its zone's; null where it has ended. */
    private Take reading(String signal, long at) {
        Take take = newest(false, signal, false);
        if (take == null || at >= take.end() + staleAfter) {
            take = newest(true, signal, false);
        }
        return take != null && at < take.end() ? take : null;
    }

    /** When what counts began, or took the place of what counted before. */
    private long since(String signal, long at) {
        Take in = reading(signal, at);
        long since = in == null ? Long.MIN_VALUE : in.start();
        for (boolean zone : new boolean[] {false, true}) {
            Take take = newest(zone, signal, false);
            if (take != null) {
                for (long turn : turns(take)) {
                    since = turn <= at ? Math.max(since, turn) : since;
                }
            }
        }
        return since;
    }
}
