package dev.tradewind.rules.catalog;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.Arithmetic;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Nearest;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether one level can come and go: by what its signal is, and by what was seen of it. */
final class ConditionAdvice {
    /** What a known signal can be; price and power can be anything. */
    private record Range(double min, double max) {}

    private static final Map<String, Range> RANGES =
            Map.of(
                    SignalNames.CARBON_INTENSITY, new Range(0, Double.POSITIVE_INFINITY),
                    SignalNames.PUE, new Range(1, Double.POSITIVE_INFINITY),
                    SignalNames.RENEWABLE_SHARE, new Range(0, 1));

    private final Advice advice;
    private final Rule rule;
    private final Condition of;

    ConditionAdvice(Advice advice, Rule rule, Condition of) {
        this.advice = advice;
        this.rule = rule;
        this.of = of;
    }

    /** What follows from the signal alone. */
    void possible() {
        Range range = of.signal() == null ? null : RANGES.get(of.signal());
        if (range == null) {
            return;
        }
        switch (of.measure()) {
            case VALUE -> value(range);
            case CHANGE -> {
                if (of.enter() < -1) {
                    warn("by", "never fires: " + of.signal() + " can't fall by more than all", "");
                }
            }
            case DIFFERENCE -> {
                if (Math.abs(of.enter()) > range.max - range.min) {
                    warn(
                            "by",
                            "never fires: " + of.signal() + " can't change by so much",
                            "at most " + number(range.max - range.min));
                }
            }
            case SILENCE -> {
                // says nothing of values
            }
        }
    }

    private void value(Range range) {
        boolean always = of.above() ? of.enter() <= range.min : of.enter() >= range.max;
        boolean endless = of.above() ? of.exit() <= range.min : of.exit() >= range.max;
        String bound =
                of.above()
                        ? "is never below " + number(range.min)
                        : "is never above " + number(range.max);
        if (always) {
            warn(side(), "holds always: " + of.signal() + " " + bound, "");
        } else if (endless) {
            warn("until", "never clears: " + of.signal() + " " + bound, "");
        }
    }

    void against(Seen seen) {
        List<Site> sites = advice.select(of.at() == null ? rule.sites() : of.at());
        if (sites.isEmpty()) {
            return;
        }
        Arithmetic expression =
                of.expression() == null ? null : Arithmetic.compile(of.expression());
        List<String> signals = expression == null ? List.of(of.signal()) : expression.signals();
        boolean whole = true;
        for (String signal : signals) {
            whole &= known(seen, sites, signal);
        }
        if (!whole) {
            return;
        }
        if (of.measure() == Condition.Measure.SILENCE) {
            silence(seen, sites, signals);
            return;
        }
        interval(seen, sites, signals);
        if (of.measure() == Condition.Measure.VALUE) {
            reached(seen, sites, expression);
        }
    }

    private boolean known(Seen seen, List<Site> sites, String signal) {
        boolean asReadings = of.forecast() && of.expression() != null;
        for (Site site : sites) {
            if (seen.has(site, signal, of.forecast())
                    || asReadings && seen.has(site, signal, false)) {
                return true;
            }
        }
        String nearest = Nearest.to(signal, seen.signals()).orElse(null);
        warn(
                of.expression() == null ? "signal" : "expression",
                "never fires: there is no "
                        + (of.forecast() ? "forecast" : "reading")
                        + " of '"
                        + signal
                        + "' for any of its sites",
                Names.among(seen.signals()),
                Objects.equals(nearest, signal) ? null : nearest);
        return false;
    }

    /** Only what comes more seldom than it is waited for is told: a feed's gaps are its own. */
    private void silence(Seen seen, List<Site> sites, List<String> signals) {
        Optional<Long> every =
                of.forecast()
                        ? shortest(
                                sites.stream()
                                        .flatMap(
                                                site ->
                                                        signals.stream()
                                                                .map(
                                                                        s ->
                                                                                seen.forecastsEvery(
                                                                                        site, s))))
                        : Optional.empty();
        if (every.isPresent() && every.get() > of.forMillis()) {
            warn(
                    "for",
                    "fires between any two forecasts of "
                            + String.join(", ", signals)
                            + ", which come every "
                            + Durations.format(every.get()),
                    "for of more than " + Durations.format(every.get()));
        }
    }

    private void interval(Seen seen, List<Site> sites, List<String> signals) {
        Optional<Long> interval =
                shortest(
                        sites.stream()
                                .flatMap(
                                        site ->
                                                signals.stream()
                                                        .map(
                                                                s ->
                                                                        seen.interval(
                                                                                site,
                                                                                s,
                                                                                of.forecast()))));
        if (of.forMillis() > 0 && interval.isPresent() && of.forMillis() < interval.get()) {
            warn(
                    "for",
                    "has a `for` of "
                            + Durations.format(of.forMillis())
                            + ", but readings come every "
                            + Durations.format(interval.get())
                            + ": a single one is enough",
                    "for of at least " + Durations.format(interval.get()));
        }
    }

    private void reached(Seen seen, List<Site> sites, Arithmetic expression) {
        DoubleSummaryStatistics all = new DoubleSummaryStatistics();
        for (Site site : sites) {
            (expression == null
                            ? seen.values(site, of.signal(), of.forecast())
                            : seen.values(site, expression, of.forecast()))
                    .ifPresent(all::combine);
        }
        if (all.getCount() == 0) {
            return;
        }
        boolean never = of.above() ? of.enter() > all.getMax() : of.enter() < all.getMin();
        boolean always = of.above() ? of.enter() <= all.getMin() : of.enter() >= all.getMax();
        if (never || always) {
            warn(
                    side(),
                    (never ? "would never have fired" : "would have held all the time")
                            + ": "
                            + of.quantity()
                            + " was "
                            + number(all.getMin())
                            + (all.getMin() == all.getMax()
                                    ? " all the time"
                                    : " to " + number(all.getMax()))
                            + " at its sites",
                    "a threshold in between");
        }
    }

    private static Optional<Long> shortest(java.util.stream.Stream<Optional<Long>> intervals) {
        return intervals.flatMap(Optional::stream).min(Long::compare);
    }

    private String side() {
        return of.above() ? "above" : "below";
    }

    private void warn(String field, String message, String expected) {
        warn(field, message, expected.isEmpty() ? null : expected, null);
    }

    private void warn(String field, String message, String expected, String suggestion) {
        String part =
                of.part() == Condition.Part.WHOLE
                        ? ""
                        : "`" + of.part().name().toLowerCase(java.util.Locale.ROOT) + "` of ";
        advice.warn(
                advice.at(rule, Advice.path(of, rule, field)),
                part + "rule '" + rule.name() + "' " + message,
                expected,
                suggestion);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(java.util.Locale.ROOT, "%.4g", value);
    }
}
