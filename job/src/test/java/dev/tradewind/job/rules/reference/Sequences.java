package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The episodes of a sequence at one site, from the times in which its sides hold. */
final class Sequences {
    private final Heard heard;
    private final Span span;
    private final Rule rule;
    private final Site site;

    /** It holds in [from, to). */
    private record Holds(long from, long to) {}

    Sequences(Heard heard, Span span, Rule rule, Site site) {
        this.heard = heard;
        this.span = span;
        this.rule = rule;
        this.site = site;
    }

    List<Episode> episodes() {
        List<Holds> first = side(Part.FIRST);
        List<Holds> then = side(Part.THEN);
        List<Holds> unless = side(Part.UNLESS);
        TreeSet<Long> instants = new TreeSet<>();
        for (List<Holds> side : List.of(first, then, unless)) {
            for (Holds holds : side) {
                instants.add(holds.from());
                instants.add(holds.to());
            }
        }
        List<Episode> episodes = new ArrayList<>();
        Long waiting = null;
        Long fired = null;
        long onset = 0;
        for (long now : instants.headSet(span.end(), true)) {
            if (fired != null && !at(then, now)) {
                episodes.add(new Episode(fired, now, onset));
                fired = null;
            }
            boolean comes = first.stream().anyMatch(holds -> holds.from() == now);
            if (comes && fired == null) {
                waiting = now;
            }
            if (waiting != null
                    && (at(unless, now) || now > waiting + rule.sequence().withinMillis())) {
                waiting = null;
            }
            if (waiting != null && at(then, now)) {
                fired = now;
                onset = waiting;
                waiting = null;
            }
        }
        if (fired != null) {
            episodes.add(new Episode(fired, span.edited() ? (Long) span.end() : null, onset));
        }
        return episodes;
    }

    private static boolean at(List<Holds> side, long instant) {
        return side.stream().anyMatch(holds -> holds.from() <= instant && instant < holds.to());
    }

    /** When a side holds, in order and without two that touch. */
    private List<Holds> side(Part part) {
        // The edit that ends the rule comes after what is due at its instant.
        Span open = span.unedited();
        List<Holds> all = new ArrayList<>();
        for (Condition condition : rule.conditions()) {
            if (condition.part() == part) {
                for (Site where : span.sites()) {
                    boolean counts =
                            condition.at() == null
                                    ? where.equals(site)
                                    : SitePredicate.compile(condition.at()).test(where);
                    if (counts) {
                        for (Episode one : Levels.episodes(heard, open, condition, where)) {
                            long to = one.to() == null ? Long.MAX_VALUE : one.to();
                            if (to > one.from()) {
                                all.add(new Holds(one.from(), to));
                            }
                        }
                    }
                }
            }
        }
        all.sort(Comparator.comparingLong(Holds::from));
        List<Holds> merged = new ArrayList<>();
        for (Holds next : all) {
            Holds last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && next.from() <= last.to()) {
                merged.set(
                        merged.size() - 1, new Holds(last.from(), Math.max(last.to(), next.to())));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }
}
