package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What counts of one condition at one site: its own readings while they are good, else its zone's.
 */
final class Levels {
    private Levels() {}

    private record Occasion(Take take, Side side) {}

    /** In the order in which it is said. */
    static List<Told> told(Heard heard, Span span, Condition condition, Site site) {
        List<Take> own;
        List<Take> zone;
        boolean anew = false;
        Remembered ownBefore = null;
        Remembered zoneBefore = null;
        if (condition.expression() != null) {
            Derived derived = new Derived(heard, span, condition.expression(), site);
            own = derived.takes(condition);
            zone = List.of();
            anew = derived.isAnew();
        } else {
            own = heard.of(condition, false, site.name());
            zone = heard.of(condition, true, site.zone());
        }
        if (condition.baseline() != null) {
            String signal = condition.quantity();
            ownBefore = new Remembered(own, span.lookBack().of(false, site.name(), signal));
            zoneBefore = new Remembered(zone, span.lookBack().of(true, site.zone(), signal));
        }
        Log log = new Log();
        Side ownSide = side(span, condition, true, own, ownBefore, log);
        Side zoneSide = side(span, condition, false, zone, zoneBefore, log);
        if (condition.expression() != null
                && (anew || own.stream().anyMatch(take -> take.step() < span.firstStep()))) {
            ownSide.from(span.from());
        }
        if (condition.expression() == null) {
            if (heard.any(false, site.name(), condition.signal(), span.firstStep())) {
                ownSide.from(span.from());
            }
            if (heard.any(true, site.zone(), condition.signal(), span.firstStep())) {
                zoneSide.from(span.from());
            }
        }
        List<Occasion> occasions = new ArrayList<>();
        own.forEach(take -> occasions.add(new Occasion(take, ownSide)));
        zone.forEach(take -> occasions.add(new Occasion(take, zoneSide)));
        occasions.sort(Comparator.comparingInt(occasion -> occasion.take().step()));
        for (Occasion occasion : occasions) {
            Take take = occasion.take();
            if (take.step() >= span.firstStep() && take.step() < span.endStep()) {
                pass(ownSide, zoneSide, take.now());
                log.whileComing(take.now(), false, () -> occasion.side().arrive(take));
            }
        }
        pass(ownSide, zoneSide, span.end());
        if (span.edited()) {
            log.whileComing(
                    span.end(),
                    true,
                    () -> {
                        gone(ownSide, true, span, log);
                        gone(zoneSide, false, span, log);
                    });
        }
        // The last version, where this one goes on from it, may have been told by two series.
        String key = span.rule() + "#" + condition.part() + "@" + site.name();
        boolean goesOn = log.changes().stream().anyMatch(one -> one.edit() && begins(one, span));
        AtSite atSite =
                new AtSite(
                        condition.measure() == Measure.SILENCE,
                        goesOn && span.both().getOrDefault(key, false));
        List<Told> told = atSite.of(log.changes());
        span.both().put(key, atSite.both());
        return told;
    }

    private static boolean begins(Change change, Span span) {
        return change.said() == span.from() && change.kind() != Change.Kind.UNKNOWN;
    }

    static List<Episode> episodes(List<Told> told) {
        List<Episode> episodes = new ArrayList<>();
        Told fired = null;
        for (Told one : told) {
            if (fired != null) {
                episodes.add(new Episode(fired.at(), one.at(), fired.onset()));
            }
            fired = one.held() ? one : null;
        }
        if (fired != null) {
            episodes.add(new Episode(fired.at(), null, fired.onset()));
        }
        return episodes;
    }

    private static Side side(
            Span span,
            Condition condition,
            boolean own,
            List<Take> takes,
            Remembered before,
            Log log) {
        List<Side> made = new ArrayList<>();
        log.whileComing(
                span.from(),
                true,
                () -> {
                    if (condition.measure() == Measure.SILENCE) {
                        Take inForce = inForce(span, takes, condition.forecast());
                        made.add(new SilenceSide(span, condition, own, inForce, log));
                    } else if (condition.forecast()) {
                        Take reading = inForce(span, takes, false);
                        Take forecast = inForce(span, takes, true);
                        made.add(
                                new ForecastSide(
                                        span, condition, own, reading, forecast, before, log));
                    } else {
                        Take inForce = inForce(span, takes, false);
                        made.add(new ReadingSide(span, condition, own, inForce, before, log));
                    }
                });
        return made.get(0);
    }

    private static Take inForce(Span span, List<Take> takes, boolean forecast) {
        Take inForce = null;
        for (Take take : takes) {
            if (take.reading().isForecast() == forecast && take.step() < span.firstStep()) {
                inForce = take;
            }
        }
        return inForce;
    }

    /** Time passes for both, the earlier first. */
    private static void pass(Side own, Side zone, long until) {
        while (Math.min(own.next(), zone.next()) <= until) {
            Side first = own.next() <= zone.next() ? own : zone;
            first.pass(first.next());
        }
    }

    private static void gone(Side side, boolean own, Span span, Log log) {
        if (side.isKnown(span.end())) {
            log.say(own, Change.Kind.UNKNOWN, span.end(), 0);
        }
    }
}
