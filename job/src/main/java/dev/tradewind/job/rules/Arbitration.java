package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Whose level counts for one rule at one site: the site's own readings win over its zone's while
 * they are not stale. A level that changes its side while it is high goes on: what has been held
 * stays so, and what has not begins anew where the other side began. A silence is one of both.
 *
 * @param own what the site's own readings say, or null
 * @param zone what its zone's say, or null
 * @param told what was passed on: a level that is high, or null
 *     <p>Where one side alone is known its edges count at once. Those of two sides are put in order
 *     of event time, and what changes at one instant changes together, so that it does not matter
 *     which feed, or which subtask, was faster.
 * @param lastMillis of the last edge that was passed on of the version that is known
 * @param both whether both sides have been known since one of them was
 * @param waiting edges that event time has not passed yet
 */
public record Arbitration(
        Side own, Side zone, Side told, long lastMillis, boolean both, List<Edge> waiting) {
    static final Arbitration NONE =
            new Arbitration(null, null, null, Long.MIN_VALUE, false, List.of());

    /** State of before edges waited has none. */
    public Arbitration {
        waiting = waiting == null ? List.of() : waiting;
    }

    /**
     * @param level the edge that says it, HIGH or LOW
     */
    public record Side(Edge level, boolean held, boolean stale) {
        boolean high() {
            return level.kind() == Edge.Kind.HIGH;
        }

        private Side after(Edge edge) {
            boolean same = level.sameVersion(edge);
            return switch (edge.kind()) {
                case HIGH, LOW -> new Side(edge, false, false);
                case HELD ->
                        same && high() && level.onsetMillis() == edge.onsetMillis()
                                ? new Side(level, true, stale)
                                : this;
                case STALE -> same ? new Side(level, held, true) : this;
                case GAP, GONE -> same ? null : this;
            };
        }
    }

    /** The next state, and the edges that count. */
    public record Step(Arbitration next, List<Edge> edges) {}

    /** Nothing is left to know: the state can go. */
    boolean isOver() {
        return own == null && zone == null && waiting.isEmpty();
    }

    /**
     * Whether an edge has to wait until event time has passed it: there is another side to it, or
     * there may be, as at an edit, which both sides hear of one after the other.
     */
    boolean waits(Edge edge) {
        Side other = edge.origin() == Edge.Origin.SITE ? zone : own;
        return both || other != null || !waiting.isEmpty() || edge.atEdit();
    }

    /** One that comes later; what a version that is gone by then had to say of later isn't said. */
    Arbitration with(Edge edge) {
        List<Edge> more = new ArrayList<>(waiting);
        if (edge.kind() == Edge.Kind.GONE) {
            more.removeIf(
                    other ->
                            other.origin() == edge.origin()
                                    && other.sameVersion(edge)
                                    && other.atMillis() > edge.atMillis());
        }
        more.add(edge);
        return new Arbitration(own, zone, told, lastMillis, both, List.copyOf(more));
    }

    /** Plays what waits up to an instant, counted in. */
    Step play(long now) {
        TreeMap<Long, List<Edge>> instants = new TreeMap<>();
        List<Edge> rest = new ArrayList<>();
        for (Edge edge : waiting) {
            if (edge.atMillis() > now) {
                rest.add(edge);
            } else {
                instants.computeIfAbsent(edge.atMillis(), at -> new ArrayList<>()).add(edge);
            }
        }
        Arbitration state = new Arbitration(own, zone, told, lastMillis, both, List.copyOf(rest));
        List<Edge> out = new ArrayList<>();
        for (List<Edge> together : instants.values()) {
            Step step = state.take(together);
            out.addAll(step.edges());
            state = step.next();
        }
        return new Step(state, out);
    }

    Step take(Edge edge) {
        return take(List.of(edge));
    }

    /** Takes edges of one instant, those of each side in their order. */
    private Step take(List<Edge> edges) {
        Side nextOwn = own;
        Side nextZone = zone;
        for (Edge each : edges) {
            if (each.origin() == Edge.Origin.SITE) {
                nextOwn = after(nextOwn, each);
            } else {
                nextZone = after(nextZone, each);
            }
        }
        Edge edge = edges.get(edges.size() - 1);
        Side winner =
                edge.rule().isOf(Rule.Shape.SILENCE)
                        ? silent(nextOwn, nextZone)
                        : nextOwn != null && (!nextOwn.stale() || nextZone == null)
                                ? nextOwn
                                : nextZone;
        boolean high = winner != null && winner.high();

        List<Edge> out = new ArrayList<>(2);
        long since = since(winner);
        long at = Math.max(edge.atMillis(), since);
        long endsAt = Math.max(edge.atMillis(), lastMillis);
        Side nextTold = told;
        if (told != null && !high) {
            out.add(end(edge, winner, endsAt));
            nextTold = null;
        } else if (told != null && !winner.level().sameVersion(told.level())) {
            out.add(told.level().as(Edge.Kind.GONE, endsAt, null));
            nextTold = begin(winner, at, out);
        } else if (told != null && !told.held()) {
            if (winner.level().onsetMillis() != told.level().onsetMillis()) {
                out.add(told.level().as(Edge.Kind.LOW, at, null));
                nextTold = begin(winner, at, out);
            } else if (winner.held()) {
                out.add(winner.level().as(Edge.Kind.HELD, at, winner.level().value()));
                nextTold = winner;
            }
        } else if (told == null && high) {
            nextTold = begin(winner, at, out);
        }
        return new Step(
                new Arbitration(
                        nextOwn,
                        nextZone,
                        nextTold,
                        winner == null && edge.kind() == Edge.Kind.GONE
                                ? Long.MIN_VALUE
                                : out.isEmpty() ? since : at,
                        both
                                || (own != null || nextOwn != null)
                                        && (zone != null || nextZone != null),
                        waiting),
                out);
    }

    /**
     * Before which instant the side that counts says nothing. A version that is new does not wait
     * for what the one before has told of later.
     */
    private long since(Side winner) {
        boolean news =
                winner != null
                        && (own != null || zone != null)
                        && !isOf(own, winner)
                        && !isOf(zone, winner);
        return news ? Long.MIN_VALUE : lastMillis;
    }

    private static boolean isOf(Side side, Side winner) {
        return side != null && side.level().sameVersion(winner.level());
    }

    /** A site is silent when both are: the one that speaks wins, else the one that spoke last. */
    private static Side silent(Side own, Side zone) {
        if (own == null || zone == null) {
            return own == null ? zone : own;
        }
        if (own.high() != zone.high()) {
            return own.high() ? zone : own;
        }
        return own.level().onsetMillis() > zone.level().onsetMillis() ? own : zone;
    }

    private static Side after(Side side, Edge edge) {
        if (side != null) {
            return side.after(edge);
        }
        return edge.kind() == Edge.Kind.HIGH || edge.kind() == Edge.Kind.LOW
                ? new Side(edge, false, false)
                : null;
    }

    /** Why what was told ended: by its own side's edge, or by the other side that counts now. */
    private Edge end(Edge edge, Side winner, long at) {
        if (winner != null) {
            return told.level().as(Edge.Kind.LOW, at, winner.level().value());
        }
        return told.level().as(edge.ends() ? edge.kind() : Edge.Kind.LOW, at, edge.value());
    }

    private static Side begin(Side side, long at, List<Edge> out) {
        Edge level = side.level();
        out.add(level.as(Edge.Kind.HIGH, at, level.value()));
        if (side.held()) {
            out.add(level.as(Edge.Kind.HELD, at, level.value()));
        }
        return side;
    }
}
