package dev.tradewind.job.rules.reference;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.TestReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The readings that an expression makes of the values in force at a site. */
final class Derived {
    private final Heard heard;
    private final Span span;
    private final Formula formula;
    private final boolean anew;
    private final Site site;

    Derived(Heard heard, Span span, String expression, Site site) {
        this.heard = heard;
        this.span = span;
        this.formula = new Formula(expression);
        this.anew = !span.expressions().contains(expression);
        this.site = site;
    }

    /** They come when event time has passed their start. */
    List<Take> takes() {
        TreeSet<Long> instants = new TreeSet<>();
        for (String signal : formula.signals()) {
            for (boolean zone : new boolean[] {false, true}) {
                for (Take take : takes(zone, signal)) {
                    instants.add(take.start());
                    instants.add(take.end());
                    instants.add(take.end() + span.staleAfter());
                }
            }
        }
        List<Take> derived = new ArrayList<>();
        for (long at : instants.headSet(span.end(), true)) {
            TestReading value = valueAt(at);
            boolean before = at <= span.from() && span.firstStep() > 0;
            if (value != null
                    && !(before && anew && isOld(at))
                    && (derived.isEmpty()
                            || value.startMillis() > derived.get(derived.size() - 1).start())) {
                int step = before ? span.firstStep() - 1 : span.firstStep();
                derived.add(new Take(step, at - 1, value, false));
            }
        }
        return derived;
    }

    /**
     * Nobody asked for the value then. It is made of the newest readings when the rule comes into
     * force, and those before them have passed.
     */
    private boolean isOld(long at) {
        for (String signal : formula.signals()) {
            for (boolean zone : new boolean[] {false, true}) {
                Take then = newest(takes(zone, signal), at);
                if (then != null && then != newest(takes(zone, signal), span.from())) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Take> takes(boolean zone, String signal) {
        return heard.of(zone, zone ? site.zone() : site.name(), signal, false).stream()
                .filter(take -> take.step() < span.endStep())
                .toList();
    }

    private TestReading valueAt(long at) {
        Map<String, Double> values = new HashMap<>();
        long start = Long.MIN_VALUE;
        long end = Long.MAX_VALUE;
        for (String signal : formula.signals()) {
            Take take = newest(signal, at);
            start = Math.max(start, since(signal, at));
            if (take != null && at < take.end()) {
                values.put(signal, take.reading().value());
                start = Math.max(start, take.start());
                end = Math.min(end, take.end());
            } else if (signal.equals(SignalNames.PUE)) {
                values.put(signal, site.pue());
            } else {
                return null;
            }
        }
        double value = formula.value(values);
        return end == Long.MAX_VALUE || !Double.isFinite(value)
                ? null
                : TestReading.actual(false, site.name(), "=", value, start, end);
    }

    /** When the zone's reading, or the site's PUE, took the place of what counted before. */
    private long since(String signal, long at) {
        long since = Long.MIN_VALUE;
        for (boolean zone : new boolean[] {false, true}) {
            Take take = newest(takes(zone, signal), at);
            if (take != null && !zone && take.end() + span.staleAfter() <= at) {
                since = Math.max(since, take.end() + span.staleAfter());
            }
            if (take != null && signal.equals(SignalNames.PUE) && take.end() <= at) {
                since = Math.max(since, take.end());
            }
        }
        return since;
    }

    /** The site's own while it isn't stale, else its zone's. */
    private Take newest(String signal, long at) {
        Take own = newest(takes(false, signal), at);
        return own != null && at < own.end() + span.staleAfter()
                ? own
                : newest(takes(true, signal), at);
    }

    private static Take newest(List<Take> takes, long at) {
        Take newest = null;
        for (Take take : takes) {
            newest = take.start() <= at ? take : newest;
        }
        return newest;
    }
}
