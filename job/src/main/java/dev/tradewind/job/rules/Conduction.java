package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Condition.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one sequence has come to at one site. Sides are put in order of event time, and what changes
 * at one instant changes together, so that it does not matter which feed was faster. Pure: an
 * instance never changes.
 *
 * @param pending edges that event time has not passed yet
 * @param runs by version of the rule; after an edit the old one may still have an end to tell
 * @param lastMillis up to which instant (counted in) it was played when something changed last
 */
public record Conduction(List<SideEdge> pending, Map<String, Run> runs, long lastMillis) {
    static final Conduction NONE = new Conduction(List.of(), Map.of(), Long.MIN_VALUE);

    /**
     * One version of the rule.
     *
     * @param holding of each side and site whose level has been held, the edge that says so
     * @param first that has come and waits for what may follow; or null
     * @param fired whether the rule has fired for {@code first} and not cleared
     */
    public record Run(List<Edge> holding, Edge first, boolean fired) {
        static final Run NONE = new Run(List.of(), null, false);

        boolean isOver() {
            return holding.isEmpty() && first == null;
        }

        private RuleFacts rule() {
            return (first != null ? first : holding.get(0)).rule();
        }

        private Edge holding(Part part) {
            return holding.stream()
                    .filter(edge -> edge.part() == part)
                    .min(Comparator.comparingLong(Edge::atMillis).thenComparing(Edge::site))
                    .orElse(null);
        }

        /** What holds after an edge of a side. */
        private Run with(Edge edge) {
            if (edge.kind() != Edge.Kind.HELD && !edge.ends()) {
                return this;
            }
            List<Edge> next = new ArrayList<>(holding);
            next.removeIf(e -> e.part() == edge.part() && e.site().equals(edge.site()));
            if (edge.kind() == Edge.Kind.HELD) {
                next.add(edge);
            }
            return new Run(List.copyOf(next), first, fired);
        }
    }

    /** The next state, and edges for the pattern: of the site that looks, and of the whole rule. */
    record Step(Conduction next, List<Edge> edges) {}

    boolean isOver() {
        return pending.isEmpty() && runs.isEmpty();
    }

    Conduction with(SideEdge edge) {
        List<SideEdge> more = new ArrayList<>(pending);
        more.add(edge);
        return new Conduction(more, runs, lastMillis);
    }

    /** The next instant at which there is something to play, or NEVER. */
    long nextDue() {
        long due = LevelBook.NEVER;
        for (SideEdge edge : pending) {
            due = Math.min(due, edge.edge().atMillis());
        }
        for (Run run : runs.values()) {
            if (run.first() != null && !run.fired()) {
                due = Math.min(due, deadline(run.first()));
            }
        }
        return due;
    }

    /** Plays everything up to an instant, counted in. */
    Step play(String subject, long now) {
        TreeMap<Long, List<Edge>> instants = new TreeMap<>();
        List<SideEdge> rest = new ArrayList<>();
        for (SideEdge side : pending) {
            if (side.edge().atMillis() > now) {
                rest.add(side);
            } else {
                // What comes too late counts now.
                instants.computeIfAbsent(
                                Math.max(side.edge().atMillis(), lastMillis),
                                at -> new ArrayList<>())
                        .add(side.edge());
            }
        }
        List<Edge> out = new ArrayList<>();
        Map<String, Run> played = new HashMap<>(runs);
        instants.forEach(
                (at, edges) -> {
                    expire(subject, played, at - 1, out);
                    Map<String, List<Edge>> byVersion = new TreeMap<>();
                    edges.forEach(
                            edge ->
                                    byVersion
                                            .computeIfAbsent(
                                                    edge.rule().ruleVersion(),
                                                    version -> new ArrayList<>())
                                            .add(edge));
                    supersede(subject, played, byVersion, at, out);
                    // What an edit ended is told before what it began.
                    byVersion.entrySet().stream()
                            .sorted(Comparator.comparing(of -> !isGone(of.getValue())))
                            .forEach(
                                    of ->
                                            played.put(
                                                    of.getKey(),
                                                    at(
                                                            subject,
                                                            played.getOrDefault(
                                                                    of.getKey(), Run.NONE),
                                                            at,
                                                            of.getValue(),
                                                            out)));
                });
        expire(subject, played, now, out);
        List<Edge> told = oneByOne(out, played);
        played.values().removeIf(Run::isOver);
        long last = played.equals(runs) ? lastMillis : Math.max(now, lastMillis);
        return new Step(new Conduction(List.copyOf(rest), Map.copyOf(played), last), told);
    }

    /**
     * Patterns take one sequence after the other. Where one of a version begins before the sides of
     * the version before have told its end, which is on its way, that end is told now.
     */
    private List<Edge> oneByOne(List<Edge> edges, Map<String, Run> played) {
        Edge live =
                runs.values().stream()
                        .map(Run::first)
                        .filter(f -> f != null)
                        .findAny()
                        .orElse(null);
        List<Edge> told = new ArrayList<>();
        for (Edge edge : edges) {
            boolean begins = edge.kind() == Edge.Kind.HIGH;
            if (begins && live != null) {
                told.add(live.as(Edge.Kind.GONE, edge.atMillis(), null));
                Edge over = live;
                // Itself, for the one that begins now at the same instant is equal to it.
                played.computeIfPresent(
                        over.rule().ruleVersion(),
                        (version, run) ->
                                over == run.first() ? new Run(run.holding(), null, false) : run);
            }
            if (begins || live != null && edge.sameVersion(live)) {
                told.add(edge);
                live = begins ? edge : edge.ends() ? null : live;
            }
        }
        return told;
    }

    /** What waited for a version before that of which there is news now waits no longer. */
    private static void supersede(
            String subject,
            Map<String, Run> runs,
            Map<String, List<Edge>> news,
            long at,
            List<Edge> out) {
        runs.replaceAll(
                (version, run) -> {
                    boolean old =
                            news.entrySet().stream()
                                    .anyMatch(
                                            of ->
                                                    !of.getKey().equals(version)
                                                            && !isGone(of.getValue()));
                    if (!old || run.first() == null || run.fired()) {
                        return run;
                    }
                    out.add(whole(subject, run.first(), Edge.Kind.LOW, run.first(), at));
                    return new Run(run.holding(), null, false);
                });
    }

    private static boolean isGone(List<Edge> edges) {
        return edges.stream().anyMatch(edge -> edge.kind() == Edge.Kind.GONE);
    }

    /**
     * Begins nothing any more for rules that don't look here now: what waits is over, and what has
     * fired ends by its sides, whose ends are on their way.
     */
    Step retire(String subject, Predicate<RuleFacts> looks, long now) {
        List<SideEdge> rest =
                pending.stream()
                        .filter(
                                side ->
                                        side.edge().kind() != Edge.Kind.HELD
                                                || looks.test(side.edge().rule()))
                        .toList();
        List<Edge> out = new ArrayList<>();
        Map<String, Run> left = new HashMap<>(runs);
        left.values()
                .removeIf(
                        run -> {
                            if (run.fired() || looks.test(run.rule())) {
                                return false;
                            }
                            if (run.first() != null) {
                                long at = Math.max(now, run.first().atMillis());
                                out.add(run.first().as(Edge.Kind.GONE, at, null));
                            }
                            return true;
                        });
        return new Step(new Conduction(rest, Map.copyOf(left), lastMillis), out);
    }

    private static void expire(String subject, Map<String, Run> runs, long now, List<Edge> out) {
        runs.replaceAll(
                (version, run) -> {
                    if (run.first() == null || run.fired() || deadline(run.first()) > now) {
                        return run;
                    }
                    long at = deadline(run.first());
                    out.add(whole(subject, run.first(), Edge.Kind.LOW, run.first(), at));
                    return new Run(run.holding(), null, false);
                });
    }

    /** One instant of one version: all its edges of then. */
    private static Run at(String subject, Run before, long at, List<Edge> edges, List<Edge> out) {
        Run run = before;
        for (Edge edge : edges) {
            run = run.with(edge);
        }
        Edge first = before.first();
        boolean fired = before.fired();
        if (fired && run.holding(Part.THEN) == null) {
            Edge end = ending(edges);
            out.add(whole(subject, first, end.kind(), end, at));
            first = null;
            fired = false;
        }
        Edge comes = before.holding(Part.FIRST) == null ? run.holding(Part.FIRST) : null;
        if (comes != null && !fired) {
            first =
                    whole(
                            subject,
                            comes.as(Edge.Kind.HIGH, at, comes.value()),
                            Edge.Kind.HIGH,
                            comes,
                            at);
            out.add(first);
        }
        if (first != null && !fired) {
            Edge then = run.holding(Part.THEN);
            if (run.holding(Part.UNLESS) != null) {
                out.add(whole(subject, first, Edge.Kind.LOW, first, at));
                first = null;
            } else if (then != null) {
                out.add(whole(subject, first, Edge.Kind.HELD, then, at));
                fired = true;
            }
        }
        return new Run(run.holding(), first, fired);
    }

    private static Edge ending(List<Edge> edges) {
        return edges.stream()
                .filter(edge -> edge.part() == Part.THEN && edge.ends())
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static long deadline(Edge first) {
        long within = first.rule().withinMillis();
        return first.onsetMillis() > LevelBook.NEVER - within
                ? LevelBook.NEVER
                : first.onsetMillis() + within;
    }

    /**
     * An edge of the whole rule at the site that looks.
     *
     * @param first whose coming is the onset
     * @param reason whose value it has
     */
    private static Edge whole(String subject, Edge first, Edge.Kind kind, Edge reason, long at) {
        long onset = kind == Edge.Kind.HIGH ? at : first.onsetMillis();
        return new Edge(first.rule(), subject, reason.origin(), kind, onset, at, reason.value());
    }
}
