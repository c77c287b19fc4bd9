package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose level counts for one rule at one site: the site's own readings win over its zone's while
 * they are not stale. A level that changes its side while it is high goes on: what has been held
 * stays so, and what has not begins anew where the other side began. A silence is one of both.
 *
 * @param own what the site's own readings say, or null
 * @param zone what its zone's say, or null
 * @param told what was passed on: a level that is high, or null
 * @param lastMillis of the last edge that was passed on
 */
public record Arbitration(Side own, Side zone, Side told, long lastMillis) {
    static final Arbitration NONE = new Arbitration(null, null, null, Long.MIN_VALUE);

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
        return own == null && zone == null;
    }

    Step take(Edge edge) {
        boolean ofSite = edge.origin() == Edge.Origin.SITE;
        Side nextOwn = ofSite ? after(own, edge) : own;
        Side nextZone = ofSite ? zone : after(zone, edge);
        Side winner =
                edge.rule().isOf(Rule.Shape.SILENCE)
                        ? silent(nextOwn, nextZone)
                        : nextOwn != null && (!nextOwn.stale() || nextZone == null)
                                ? nextOwn
                                : nextZone;
        boolean high = winner != null && winner.high();

        List<Edge> out = new ArrayList<>(2);
        long at = Math.max(edge.atMillis(), lastMillis);
        Side nextTold = told;
        if (told != null && !high) {
            out.add(end(edge, winner, at));
            nextTold = null;
        } else if (told != null && !winner.level().sameVersion(told.level())) {
            out.add(told.level().as(Edge.Kind.GONE, at, null));
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
                new Arbitration(nextOwn, nextZone, nextTold, out.isEmpty() ? lastMillis : at), out);
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
