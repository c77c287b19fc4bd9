package dev.tradewind.job.explain;

import dev.tradewind.job.explain.Phase.State;
import dev.tradewind.job.rules.Edge;
import java.util.ArrayList;
import java.util.List;

/** Edges as stretches of time. */
final class Phases {
    private final List<Phase> over = new ArrayList<>();
    private State state = State.UNKNOWN;
    private long since;

    Phases(long from) {
        since = from;
    }

    void take(Edge edge) {
        State next =
                switch (edge.kind()) {
                    case HIGH -> State.RISEN;
                    case HELD -> State.HELD;
                    case LOW -> State.LOW;
                    case GAP, GONE -> State.UNKNOWN;
                    case STALE -> state;
                };
        // A first side that comes again: what waited for the one before waits anew.
        boolean again = next == State.RISEN && state == State.RISEN;
        if (next != state || again) {
            end(edge.atMillis());
            state = next;
        }
    }

    private void end(long at) {
        if (at > since) {
            over.add(new Phase(state, since, at));
            since = at;
        }
    }

    List<Phase> until(long to) {
        List<Phase> all = new ArrayList<>(over);
        if (to > since) {
            all.add(new Phase(state, since, to));
        }
        return List.copyOf(all);
    }

    /** Of several at once the one that is furthest. */
    static List<Phase> furthest(List<List<Phase>> many) {
        if (many.size() == 1) {
            return many.get(0);
        }
        java.util.TreeSet<Long> bounds = new java.util.TreeSet<>();
        many.forEach(
                phases ->
                        phases.forEach(
                                phase -> {
                                    bounds.add(phase.fromMillis());
                                    bounds.add(phase.toMillis());
                                }));
        List<Phase> all = new ArrayList<>();
        for (Long from = bounds.isEmpty() ? null : bounds.first(), to;
                from != null && (to = bounds.higher(from)) != null;
                from = to) {
            State best = State.UNKNOWN;
            for (List<Phase> phases : many) {
                State there = at(phases, from);
                best = there.compareTo(best) > 0 ? there : best;
            }
            Phase last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (last != null && last.state() == best) {
                all.set(all.size() - 1, new Phase(best, last.fromMillis(), to));
            } else {
                all.add(new Phase(best, from, to));
            }
        }
        return List.copyOf(all);
    }

    /**
     * Edges tell of high levels alone: of the time between, what is known is low.
     *
     * @param known stretches in order, without overlaps
     */
    static List<Phase> lowWhere(List<Phase> phases, List<Phase> known) {
        List<Phase> all = new ArrayList<>();
        int next = 0;
        for (Phase phase : phases) {
            if (phase.high()) {
                all.add(phase);
                continue;
            }
            long from = phase.fromMillis();
            while (next < known.size() && known.get(next).toMillis() <= from) {
                next++;
            }
            for (int i = next;
                    i < known.size() && known.get(i).fromMillis() < phase.toMillis();
                    i++) {
                long begin = Math.max(from, known.get(i).fromMillis());
                long end = Math.min(phase.toMillis(), known.get(i).toMillis());
                if (begin > from) {
                    all.add(new Phase(State.UNKNOWN, from, begin));
                }
                all.add(new Phase(State.LOW, begin, end));
                from = end;
            }
            if (from < phase.toMillis()) {
                all.add(new Phase(State.UNKNOWN, from, phase.toMillis()));
            }
        }
        return List.copyOf(all);
    }

    /**
     * When enough is known for a level.
     *
     * @param patienceMillis it stays so for so long after a piece; {@code Long.MAX_VALUE}: until
     *     the next one
     */
    static List<Phase> known(List<Piece> pieces, long patienceMillis, long to) {
        List<Phase> known = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            if (Double.isNaN(piece.enter())) {
                continue;
            }
            long next = i + 1 < pieces.size() ? pieces.get(i + 1).fromMillis() : to;
            long end =
                    patienceMillis > next - piece.toMillis()
                            ? next
                            : piece.toMillis() + patienceMillis;
            Phase last = known.isEmpty() ? null : known.get(known.size() - 1);
            if (last != null && last.toMillis() == piece.fromMillis()) {
                known.set(known.size() - 1, new Phase(State.LOW, last.fromMillis(), end));
            } else if (end > piece.fromMillis()) {
                known.add(new Phase(State.LOW, piece.fromMillis(), end));
            }
        }
        return known;
    }

    /** The state at an instant. */
    static State at(List<Phase> phases, long instant) {
        int low = 0;
        int high = phases.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Phase phase = phases.get(middle);
            if (instant < phase.fromMillis()) {
                high = middle - 1;
            } else if (instant >= phase.toMillis()) {
                low = middle + 1;
            } else {
                return phase.state();
            }
        }
        return State.UNKNOWN;
    }
}
