package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The episodes of one condition at one site: its own readings while they are good, else its zone's.
 */
final class Levels {
    private Levels() {}

    private record Occasion(Take take, Side side) {}

    static List<Episode> episodes(Heard heard, Span span, Condition condition, Site site) {
        boolean forecast = condition.forecast();
        List<Take> own;
        List<Take> zone;
        if (condition.expression() != null) {
            own = new Derived(heard, span, condition.expression(), site).takes();
            zone = List.of();
        } else {
            own = heard.of(false, site.name(), condition.signal(), forecast);
            zone = heard.of(true, site.zone(), condition.signal(), forecast);
        }
        if (condition.measure() == Measure.SILENCE) {
            return Silences.episodes(span, condition, own, zone);
        }
        List<Change> log = new ArrayList<>();
        Side ownSide = side(span, condition, true, own, log);
        Side zoneSide = side(span, condition, false, zone, log);
        List<Occasion> occasions = new ArrayList<>();
        own.forEach(take -> occasions.add(new Occasion(take, ownSide)));
        zone.forEach(take -> occasions.add(new Occasion(take, zoneSide)));
        occasions.sort(Comparator.comparingInt(occasion -> occasion.take().step()));
        for (Occasion occasion : occasions) {
            Take take = occasion.take();
            if (take.step() >= span.firstStep() && take.step() < span.endStep()) {
                pass(ownSide, zoneSide, take.now());
                occasion.side().arrive(take);
            }
        }
        pass(ownSide, zoneSide, span.end());
        return atSite(log, span);
    }

    private static Side side(
            Span span, Condition condition, boolean own, List<Take> takes, List<Change> log) {
        Take inForce = null;
        for (Take take : takes) {
            inForce = take.step() < span.firstStep() ? take : inForce;
        }
        return condition.forecast()
                ? new ForecastSide(span, condition, own, inForce, log)
                : new ReadingSide(span, condition, own, inForce, log);
    }

    /** Time passes for both, the earlier first. */
    private static void pass(Side own, Side zone, long until) {
        while (Math.min(own.next(), zone.next()) <= until) {
            Side first = own.next() <= zone.next() ? own : zone;
            first.pass(first.next());
        }
    }

    /** What one side says. */
    private static final class Said {
        private boolean ever;
        private boolean known;
        private boolean high;
        private boolean held;
        private boolean stale;
        private long onset;

        private void hear(Change change) {
            ever = true;
            switch (change.kind()) {
                case LOW, HIGH -> {
                    known = true;
                    high = change.kind() == Change.Kind.HIGH;
                    held = false;
                    stale = false;
                    onset = change.onset();
                }
                case HELD -> held = true;
                case STALE -> stale = true;
                case UNKNOWN -> known = false;
            }
        }
    }

    /**
     * What changes at one instant changes together. A level that changes its side while it is high
     * goes on: what has been held stays so, and what has not begins anew where the other side
     * began.
     */
    private static List<Episode> atSite(List<Change> log, Span span) {
        List<Episode> episodes = new ArrayList<>();
        Said own = new Said();
        Said zone = new Said();
        Long onset = null;
        Long fired = null;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < log.size(); i++) {
            Change change = log.get(i);
            (change.own() ? own : zone).hear(change);
            boolean more = i + 1 < log.size() && log.get(i + 1).at() == change.at();
            if (more && own.ever && zone.ever) {
                continue;
            }
            if (!own.known && !zone.known) {
                own.ever = false;
                zone.ever = false;
            }
            Said counts = own.known && (!own.stale || !zone.known) ? own : zone;
            boolean high = counts.known && counts.high;
            long at = Math.max(last, change.at());
            if (onset != null && !high) {
                if (fired != null) {
                    episodes.add(new Episode(fired, at, onset));
                }
                onset = null;
                fired = null;
                last = at;
            } else if (high && fired == null && (onset == null || onset != counts.onset)) {
                onset = counts.onset;
                last = at;
            }
            if (high && fired == null && counts.held) {
                fired = at;
                last = at;
            }
        }
        if (fired != null) {
            Long to = span.edited() ? (Long) Math.max(last, span.end()) : null;
            episodes.add(new Episode(fired, to, onset));
        }
        return episodes;
    }
}
