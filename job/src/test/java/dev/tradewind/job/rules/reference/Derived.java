package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.TestReading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The readings and forecasts that an expression makes of the values in force at a site. What is in
 * force is looked at whenever a reading or forecast begins, or what it gives way to does.
 */
final class Derived {
    private final Heard heard;
    private final Span span;
    private final Formula formula;

    /** The edit from which on rules look at it; null: from the beginning. */
    private final Span.Since since;

    /** The one from which on they look at its forecast. */
    private final Span.Since sinceAhead;

    private final Site site;
    private final Newest newest;
    private final List<Take> derived = new ArrayList<>();
    private Take lastValue;
    private Take lastForecast;

    /**
     * @param at its instant
     * @param said event time when it is said
     * @param take that begins; null where one ends
     */
    private record Event(long turn, long at, long said, Take take) {
        private boolean isLate() {
            return take != null && turn != Clock.on(at);
        }
    }

    Derived(Heard heard, Span span, String expression, Site site) {
        this.heard = heard;
        this.span = span;
        this.formula = new Formula(expression);
        String here = expression + "@" + site.name();
        this.since = span.since().get(here);
        this.sinceAhead = span.since().get(Span.AHEAD + here);
        this.site = site;
        this.newest = new Newest(site, span.staleAfter());
    }

    /** They come when event time has passed their start. */
    List<Take> takes(Condition condition) {
        List<Event> events = events();
        boolean began = since == null;
        boolean beganAhead = !condition.forecast() || sinceAhead == null;
        for (int from = 0, to; from < events.size(); from = to) {
            Event first = events.get(from);
            if (!began && !before(first, since.step(), since.from())) {
                begin();
                began = true;
            }
            if (!beganAhead && !before(first, sinceAhead.step(), sinceAhead.from())) {
                beginAhead();
                beganAhead = true;
            }
            to = from + 1;
            while (to < events.size() && together(first, events.get(to))) {
                to++;
            }
            Set<String> read = new HashSet<>();
            Set<String> forecast = new HashSet<>();
            for (Event event : events.subList(from, to)) {
                if (event.take() == null) {
                    read.addAll(newest.turned(event.at()));
                    forecast.addAll(newest.turned(event.at()));
                } else if (!began || !passed(event.take())) {
                    newest.put(event.take());
                    String signal = event.take().reading().signal();
                    (event.take().reading().isForecast() ? forecast : read).add(signal);
                }
            }
            long now = Math.max(first.at(), first.said());
            // What is forecast is not what is read.
            for (String signal : read) {
                if (!newest.isForecast(signal, now)) {
                    forecast.add(signal);
                }
            }
            boolean before = before(first, span.firstStep(), span.from());
            int step = before ? stepOf(first) : span.firstStep();
            if (began && !read.isEmpty()) {
                value(newest.value(formula, first.at()), step, first.said());
            }
            if (beganAhead && !forecast.isEmpty()) {
                forecast(newest.forecast(formula, now), step, first.said());
            }
        }
        if (!began) {
            begin();
        }
        if (!beganAhead) {
            beginAhead();
        }
        List<Take> wanted = new ArrayList<>(derived);
        wanted.removeIf(
                take ->
                        take.reading().isForecast() != condition.forecast()
                                && !(condition.forecast() && condition.baseline() != null));
        return wanted;
    }

    /** Whether no rule looked at it before. */
    boolean isAnew() {
        return since != null && since.step() == span.firstStep();
    }

    private static boolean together(Event first, Event next) {
        return first.turn() == next.turn() && first.at() == next.at() && !first.isLate();
    }

    private int stepOf(Event event) {
        return event.isLate() ? event.take().step() : span.lookBack().stepAt(event.at());
    }

    /** Whether it comes before an edit. */
    private static boolean before(Event event, int step, long from) {
        return step > 0
                && (event.isLate() ? event.take().step() < step : event.turn() <= Clock.on(from));
    }

    /** Nobody asked for it then, and another one came after it before somebody did. */
    private boolean passed(Take take) {
        return since != null
                && !isKnown(take)
                && take.step() < since.step()
                && take != newestBefore(take);
    }

    private boolean isKnown(Take take) {
        return since.signals().contains(take.reading().signal() + "@" + site.name());
    }

    private Take newestBefore(Take take) {
        Take found = null;
        for (Take each : heard.like(take)) {
            found = each.step() < since.step() ? each : found;
        }
        return found;
    }

    /** It is looked at from now on: at what other expressions know, else at the newest. */
    private void begin() {
        for (Take take : newest.all()) {
            if (!isKnown(take)) {
                Take other = newestBefore(take);
                newest.remove(take);
                if (other != null && other.reading().eventMillis() <= since.from()) {
                    newest.put(other);
                }
            }
        }
        value(newest.last(formula, since.from()), since.step() - 1, since.from());
    }

    private void beginAhead() {
        long from = sinceAhead.from();
        forecast(newest.forecast(formula, from), sinceAhead.step() - 1, from);
    }

    private void value(TestReading value, int step, long now) {
        if (value == null || lastValue != null && value.startMillis() < lastValue.start()) {
            return;
        }
        boolean same = lastValue != null && value.startMillis() == lastValue.start();
        if (same
                && value.value() == lastValue.reading().value()
                && value.endMillis() == lastValue.end()) {
            return;
        }
        lastValue = new Take(step, now, value, same);
        derived.add(lastValue);
    }

    private void forecast(TestReading forecast, int step, long now) {
        if (forecast != null
                && (lastForecast == null
                        || forecast.generatedMillis() >= lastForecast.reading().generatedMillis()
                                && !forecast.equals(lastForecast.reading()))) {
            lastForecast = new Take(step, now, forecast, false);
            derived.add(lastForecast);
        }
    }

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (String signal : formula.signals()) {
            for (boolean zone : new boolean[] {false, true}) {
                for (boolean forecast : new boolean[] {false, true}) {
                    for (Take take :
                            heard.of(zone, zone ? site.zone() : site.name(), signal, forecast)) {
                        if (take.step() < span.endStep()) {
                            add(events, take);
                        }
                    }
                }
            }
        }
        events.removeIf(event -> event.turn() > Clock.on(span.end()));
        // What comes late counts as it comes, all else at its instant.
        events.sort(
                Comparator.comparingLong(Event::turn)
                        .thenComparing(event -> event.isLate() ? 0 : event.at())
                        .thenComparing(event -> event.take() == null ? 1 : 0)
                        .thenComparing(event -> event.take() == null ? 0 : event.take().step()));
        return events;
    }

    private void add(List<Event> events, Take take) {
        long at = take.reading().eventMillis();
        boolean late = at <= take.now();
        events.add(
                late
                        ? new Event(Clock.atOnce(take.now()), at, take.now(), take)
                        : new Event(Clock.on(at), at, at - 1, take));
        for (long turn : newest.turns(take)) {
            if (turn > Math.max(at, take.now())) {
                events.add(new Event(Clock.on(turn), turn, turn - 1, null));
            } else {
                // What gives way at once.
                long when = late ? Clock.late(take.now()) : Clock.atOnce(at);
                events.add(new Event(when, turn, late ? take.now() : at - 1, null));
            }
        }
    }
}
