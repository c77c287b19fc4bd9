package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The episodes of a sequence at one site, from what its sides say. */
final class Sequences {
    private final Heard heard;
    private final Span span;
    private final Rule rule;
    private final Site site;

    private final List<Episode> episodes = new ArrayList<>();
    private final Set<Place> holding = new HashSet<>();
    private Long waiting;
    private long waits;
    private Long fired;
    private long onset;
    private long last = Long.MIN_VALUE;

    /** A side, and where it is looked at. */
    private record Place(Part part, String site) {}

    private record Said(Place place, Told told) {
        private long turn() {
            return told.turn();
        }

        private long at() {
            return told.at();
        }
    }

    Sequences(Heard heard, Span span, Rule rule, Site site) {
        this.heard = heard;
        this.span = span;
        this.rule = rule;
        this.site = site;
    }

    List<Episode> episodes() {
        List<Said> all = said();
        // What begins after the edit that ends the rule begins nothing.
        if (span.edited()) {
            all.removeIf(said -> said.told().held() && said.turn() > Clock.on(span.end()));
        }
        for (int from = 0, to; from < all.size(); from = to) {
            Said first = all.get(from);
            to = from + 1;
            while (to < all.size()
                    && all.get(to).turn() == first.turn()
                    && all.get(to).at() == first.at()) {
                to++;
            }
            expire(first, all.subList(from, all.size()));
            if (span.edited() && first.turn() > Clock.on(span.end())) {
                waiting = null;
            }
            // What comes late counts for its own instant, or for that which was looked at last.
            long at = Math.max(first.at(), last);
            last = at;
            change(at, first.turn(), all.subList(from, to));
            forget(all.subList(to, all.size()), first.turn());
        }
        if (fired != null) {
            episodes.add(new Episode(fired, null, onset));
        }
        return episodes;
    }

    /**
     * What waits has waited long enough; what came late, and at once with others, by its own time.
     */
    private void expire(Said next, List<Said> later) {
        if (waiting == null) {
            return;
        }
        long deadline = waiting + rule.sequence().withinMillis();
        boolean byTime = next.turn() > waits;
        if (byTime ? Clock.on(deadline) < next.turn() : deadline < next.at()) {
            last = Math.max(last, deadline);
            waiting = null;
            if (byTime) {
                forget(later, Math.max(waits, Clock.on(deadline)));
            }
        }
    }

    /** Where nothing holds, waits or is to come, nothing is known of the past. */
    private void forget(List<Said> later, long turn) {
        boolean more = later.stream().anyMatch(said -> Clock.on(said.told().said()) < turn);
        if (holding.isEmpty() && waiting == null && fired == null && !more) {
            last = Long.MIN_VALUE;
        }
    }

    private void change(long now, long turn, List<Said> together) {
        boolean first = holds(Part.FIRST);
        for (Said said : together) {
            if (said.told().held()) {
                holding.add(said.place());
            } else {
                holding.remove(said.place());
            }
        }
        if (fired != null && !holds(Part.THEN)) {
            episodes.add(new Episode(fired, now, onset));
            fired = null;
        }
        boolean comes = !first && holds(Part.FIRST);
        if (comes && fired == null) {
            waiting = now;
            waits = turn;
        }
        if (waiting != null
                && (holds(Part.UNLESS) || now > waiting + rule.sequence().withinMillis())) {
            waiting = null;
        }
        if (waiting != null && holds(Part.THEN)) {
            fired = now;
            onset = waiting;
            waiting = null;
        }
    }

    private boolean holds(Part part) {
        return holding.stream().anyMatch(place -> place.part() == part);
    }

    /** In the order in which it counts. */
    private List<Said> said() {
        List<Said> all = new ArrayList<>();
        for (Condition condition : rule.conditions()) {
            for (Site where : span.sites()) {
                boolean counts =
                        condition.at() == null
                                ? where.equals(site)
                                : SitePredicate.compile(condition.at()).test(where);
                if (counts) {
                    Place place = new Place(condition.part(), where.name());
                    for (Told told : Levels.told(heard, span, condition, where)) {
                        all.add(new Said(place, told));
                    }
                }
            }
        }
        all.sort(Comparator.comparingLong(Said::turn).thenComparingLong(Said::at));
        return all;
    }
}
