package dev.tradewind.job.rules;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The newest reading and forecast of each series that expressions at one site look at, its own and
 * its zone's, and the values of expressions over them. Pure.
 */
final class SiteValues {
    private static final long ALWAYS = Long.MAX_VALUE;

    private final Site site;
    private final long staleAfterMillis;
    private final Map<String, Sample> readings = new HashMap<>();
    private final Map<String, Sample> forecasts = new HashMap<>();
    private final Map<String, Keys> keys = new HashMap<>();
    private final Map<String, Series> series = new HashMap<>();

    /**
     * Of the series of a signal.
     *
     * @param zone null for a site without one
     */
    private record Keys(String own, String zone) {}

    /**
     * @param staleAfterMillis a site's own reading gives way to its zone's when it has ended for so
     *     long
     */
    SiteValues(Site site, long staleAfterMillis) {
        this.site = site;
        this.staleAfterMillis = staleAfterMillis;
    }

    /** Takes a reading or a forecast in place of the one before. */
    void put(Sample sample) {
        (sample.isForecast() ? forecasts : readings).put(sample.series().key(), sample);
    }

    /**
     * The value from the instant on at which all that it is made of is in force.
     *
     * @param now an instant at which a reading began, or another took its place
     * @return null where there is none
     */
    Sample value(Derived derived, long now) {
        List<String> signals = derived.signals();
        double[] values = new double[signals.size()];
        long start = Long.MIN_VALUE;
        long end = ALWAYS;
        for (int i = 0; i < values.length; i++) {
            start = Math.max(start, turnedAt(signals.get(i), now));
            Sample reading = inForce(signals.get(i), now);
            if (reading != null) {
                values[i] = reading.value();
                start = Math.max(start, reading.startMillis());
                end = Math.min(end, reading.endMillis());
            } else if (!isConstant(signals.get(i), now)) {
                return null;
            } else {
                values[i] = site.pue();
            }
        }
        double value = derived.arithmetic().eval(values);
        return end == ALWAYS || start >= end || !Double.isFinite(value)
                ? null
                : Sample.actual(series(derived), value, start, end);
    }

    /** The value in force, or the last one that was: as of a reading, what is not stale counts. */
    Sample last(Derived derived, long now) {
        TreeSet<Long> instants = new TreeSet<>(List.of(now));
        for (Sample reading : readings.values()) {
            if (derived.signals().contains(reading.series().signal())) {
                instants.add(reading.startMillis());
            }
        }
        for (long instant : instants.headSet(now, true).descendingSet()) {
            Sample value = value(derived, instant);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /**
     * The forecast of an expression, over the time of which all forecasts of its signals speak. It
     * counts from when the newest of all that is known of its signals began.
     *
     * @param now when something of it began, or another took its place
     * @return null where there is none
     */
    Sample forecast(Derived derived, long now) {
        List<String> signals = derived.signals();
        Sample[] curves = new Sample[signals.size()];
        double[] values = new double[signals.size()];
        TreeSet<Long> bounds = new TreeSet<>();
        boolean some = false;
        for (int i = 0; i < curves.length; i++) {
            curves[i] = newest(signals.get(i), now);
            if (curves[i] != null) {
                some = true;
                for (long at : curves[i].pointStarts()) {
                    bounds.add(at);
                }
                for (long at : curves[i].pointEnds()) {
                    bounds.add(at);
                }
                continue;
            }
            Sample reading = inForce(signals.get(i), now);
            if (reading == null && !isConstant(signals.get(i), now)) {
                return null;
            }
            values[i] = reading == null ? site.pue() : reading.value();
        }
        if (!some) {
            return null;
        }
        return curve(derived, madeAt(signals, now), bounds, curves, values);
    }

    private Sample curve(
            Derived derived,
            long generated,
            TreeSet<Long> bounds,
            Sample[] curves,
            double[] values) {
        long[] starts = new long[bounds.size()];
        long[] ends = new long[bounds.size()];
        double[] results = new double[bounds.size()];
        int n = 0;
        for (long from : bounds) {
            Long to = bounds.higher(from);
            if (to == null || !at(curves, from, values)) {
                continue;
            }
            double value = derived.arithmetic().eval(values);
            if (Double.isFinite(value)) {
                starts[n] = from;
                ends[n] = to;
                results[n++] = value;
            }
        }
        return n == 0
                ? null
                : Sample.forecast(
                        series(derived),
                        generated,
                        Arrays.copyOf(starts, n),
                        Arrays.copyOf(ends, n),
                        Arrays.copyOf(results, n));
    }

    /** Fills in what the curves say of an instant; false where one says nothing. */
    private static boolean at(Sample[] curves, long instant, double[] values) {
        for (int i = 0; i < curves.length; i++) {
            if (curves[i] == null) {
                continue;
            }
            int place = Arrays.binarySearch(curves[i].pointStarts(), instant);
            place = place >= 0 ? place : -place - 2;
            if (place < 0 || instant >= curves[i].pointEnds()[place]) {
                return false;
            }
            values[i] = curves[i].pointValues()[place];
        }
        return true;
    }

    private Series series(Derived derived) {
        return series.computeIfAbsent(derived.signal(), signal -> derived.series(site.name()));
    }

    private Keys keys(String signal) {
        return keys.computeIfAbsent(
                signal,
                name ->
                        new Keys(
                                Series.ofSite(site.name(), name).key(),
                                site.zone() == null
                                        ? null
                                        : Series.ofZone(site.zone(), name).key()));
    }

    /** The site's own until it has run out, else its zone's. */
    private Sample newest(String signal, long now) {
        Keys keys = keys(signal);
        Sample own = forecasts.get(keys.own);
        return own != null && now < own.endMillis() || keys.zone == null
                ? own
                : forecasts.get(keys.zone);
    }

    /** Whether a reading of the signal has no say in forecasts. */
    boolean isForecast(String signal, long now) {
        return newest(signal, now) != null;
    }

    /** When the newest began of all that it may be made of, or took the place of another. */
    private long madeAt(List<String> signals, long now) {
        long made = Long.MIN_VALUE;
        for (Map<String, Sample> samples : List.of(readings, forecasts)) {
            for (Sample sample : samples.values()) {
                if (signals.contains(sample.series().signal())) {
                    made = Math.max(made, Math.max(sample.eventMillis(), turned(sample, now)));
                }
            }
        }
        return made;
    }

    /** The reading that holds at an instant; the site's own while it isn't stale. */
    private Sample inForce(String signal, long now) {
        Keys keys = keys(signal);
        Sample reading = readings.get(keys.own);
        if (keys.zone != null
                && (reading == null || now >= reading.endMillis() + staleAfterMillis)) {
            reading = readings.get(keys.zone);
        }
        return reading != null && now < reading.endMillis() ? reading : null;
    }

    /**
     * When something else takes a reading's place, though no other reading comes: the site's {@code
     * pue} at the end of one of that signal, its zone's reading when its own is stale, its zone's
     * forecast when its own has run out.
     */
    List<Long> turns(Sample reading) {
        List<Long> turns = new ArrayList<>(2);
        if (endTurns(reading)) {
            turns.add(reading.endMillis());
        }
        if (staleTurns(reading)) {
            turns.add(reading.endMillis() + staleAfterMillis);
        }
        return turns;
    }

    private boolean endTurns(Sample reading) {
        return reading.isForecast()
                ? givesWay(reading)
                : reading.series().signal().equals(SignalNames.PUE);
    }

    private boolean staleTurns(Sample reading) {
        return !reading.isForecast() && givesWay(reading);
    }

    private boolean givesWay(Sample reading) {
        return site.zone() != null && !reading.series().isZone();
    }

    private boolean turns(Sample reading, long instant) {
        return instant == reading.endMillis() && endTurns(reading)
                || instant == reading.endMillis() + staleAfterMillis && staleTurns(reading);
    }

    /** The last of its turns up to an instant; before all time: none. */
    private long turned(Sample reading, long now) {
        long stale = reading.endMillis() + staleAfterMillis;
        return stale <= now && staleTurns(reading)
                ? stale
                : reading.endMillis() <= now && endTurns(reading)
                        ? reading.endMillis()
                        : Long.MIN_VALUE;
    }

    /** The first of those after an instant; {@link Long#MAX_VALUE}: none. */
    long nextTurn(long instant) {
        long next = Long.MAX_VALUE;
        for (Map<String, Sample> samples : List.of(readings, forecasts)) {
            for (Sample sample : samples.values()) {
                if (sample.endMillis() > instant && endTurns(sample)) {
                    next = Math.min(next, sample.endMillis());
                }
                if (sample.endMillis() + staleAfterMillis > instant && staleTurns(sample)) {
                    next = Math.min(next, sample.endMillis() + staleAfterMillis);
                }
            }
        }
        return next;
    }

    /** The signals for which that is so at this very instant. */
    Set<String> turned(long instant) {
        Set<String> turned = new HashSet<>();
        for (Map<String, Sample> samples : List.of(readings, forecasts)) {
            for (Sample sample : samples.values()) {
                if (turns(sample, instant)) {
                    turned.add(sample.series().signal());
                }
            }
        }
        return turned;
    }

    /** When what counts of a signal took the place of a reading; before all time: never yet. */
    private long turnedAt(String signal, long now) {
        long at = Long.MIN_VALUE;
        for (Sample reading : readings.values()) {
            if (reading.series().signal().equals(signal)) {
                at = Math.max(at, turned(reading, now));
            }
        }
        return at;
    }

    private boolean isConstant(String signal, long now) {
        return signal.equals(SignalNames.PUE) && inForce(signal, now) == null;
    }
}
