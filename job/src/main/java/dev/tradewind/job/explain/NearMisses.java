package dev.tradewind.job.explain;

import dev.tradewind.job.explain.NearMiss.Kind;
import dev.tradewind.job.explain.Phase.State;
import dev.tradewind.job.rules.Edge;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a rule nearly fired. That is
 *
 * <ul>
 *   <li>a level that was entered and ended before it had held, by its value or by a hole,
 *   <li>a value that came at least {@value #NEAR} of the way to the threshold and did not reach it:
 *       the way from the median of the history, of a change that from the baseline,
 *   <li>a hole of at least half of what a silence asks for,
 *   <li>a first side that came and that {@code unless} spoilt, or that nothing followed,
 *   <li>a first side that nearly came, where what should follow held,
 *   <li>and the time in which a baseline was not known.
 * </ul>
 */
final class NearMisses {
    static final double NEAR = 0.95;

    private NearMisses() {}

    /**
     * @param edges of the rule as a whole, at this site
     * @param from beginning of the history
     * @param to end of it
     */
    static List<NearMiss> of(Rule rule, List<Lane> lanes, List<Edge> edges, long from, long to) {
        List<NearMiss> all =
                rule.shape() == Rule.Shape.SEQUENCE
                        ? ofSequence(rule, lanes, edges, to)
                        : ofLevel(lanes.get(0), from, to);
        all.sort(Comparator.comparingLong(NearMiss::fromMillis));
        return List.copyOf(all);
    }

    private static List<NearMiss> ofLevel(Lane lane, long from, long to) {
        List<NearMiss> all = new ArrayList<>();
        for (Track track : lane.tracks()) {
            if (lane.condition().measure() == Measure.SILENCE) {
                heardAgain(lane.condition(), track, from, all);
            } else {
                ended(lane.condition(), track, all);
                notReached(lane.condition(), track, to, all);
                noBaseline(lane.condition(), track, all);
            }
        }
        return all;
    }

    /** Entered, and not held. */
    private static void ended(Condition condition, Track track, List<NearMiss> all) {
        for (int i = 0; i < track.phases().size(); i++) {
            Phase phase = track.phases().get(i);
            Phase next = i + 1 < track.phases().size() ? track.phases().get(i + 1) : null;
            if (phase.state() != State.RISEN || (next != null && next.high())) {
                continue;
            }
            List<Piece> in = Pieces.between(track.pieces(), phase.fromMillis(), phase.toMillis());
            long heard = in.isEmpty() ? phase.toMillis() : in.get(in.size() - 1).toMillis();
            boolean hole =
                    next != null && next.state() == State.UNKNOWN && heard < phase.toMillis();
            double share = (double) (phase.toMillis() - phase.fromMillis()) / condition.forMillis();
            all.add(
                    new NearMiss(
                            hole ? Kind.HOLE : Kind.TOO_SHORT,
                            condition.part(),
                            track.site(),
                            phase.fromMillis(),
                            phase.toMillis(),
                            Pieces.furthest(
                                            condition,
                                            List.of(track),
                                            phase.fromMillis(),
                                            phase.toMillis())
                                    .orElse(null),
                            hole ? heard : null,
                            Math.min(1, share)));
        }
    }

    private static void notReached(Condition condition, Track track, long end, List<NearMiss> all) {
        double median = Pieces.median(track.pieces());
        List<Piece> pieces = track.pieces();
        for (int i = 0; i < pieces.size(); ) {
            if (!isNear(condition, track, pieces.get(i), median)) {
                i++;
                continue;
            }
            int last = i;
            Piece nearest = pieces.get(i);
            while (last + 1 < pieces.size()
                    && pieces.get(last + 1).fromMillis() == pieces.get(last).toMillis()
                    && isNear(condition, track, pieces.get(last + 1), median)) {
                last++;
                if (way(condition, pieces.get(last), median) > way(condition, nearest, median)) {
                    nearest = pieces.get(last);
                }
            }
            long from = pieces.get(i).fromMillis();
            long to = pieces.get(last).toMillis();
            // The way up to an episode, or down from one, is no miss.
            if (!isHigh(Phases.at(track.phases(), from - 1))
                    && !(to < end && isHigh(Phases.at(track.phases(), to)))) {
                all.add(
                        new NearMiss(
                                Kind.NOT_REACHED,
                                condition.part(),
                                track.site(),
                                from,
                                to,
                                nearest,
                                null,
                                way(condition, nearest, median)));
            }
            i = last + 1;
        }
    }

    private static boolean isNear(Condition condition, Track track, Piece piece, double median) {
        double way = way(condition, piece, median);
        return way >= NEAR && way < 1 && !isHigh(Phases.at(track.phases(), piece.fromMillis()));
    }

    private static boolean isHigh(State state) {
        return state == State.RISEN || state == State.HELD;
    }

    /** The share of the way to the threshold; NaN where that is not beyond what is usual. */
    private static double way(Condition condition, Piece piece, double median) {
        if (condition.baseline() != null) {
            return Pieces.severity(condition, piece) / Math.abs(condition.enter());
        }
        double whole = condition.above() ? piece.enter() - median : median - piece.enter();
        double done = condition.above() ? piece.value() - median : median - piece.value();
        return whole > 0 ? done / whole : Double.NaN;
    }

    private static void noBaseline(Condition condition, Track track, List<NearMiss> all) {
        if (condition.baseline() == null) {
            return;
        }
        List<Piece> pieces = track.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            if (!Double.isNaN(pieces.get(i).enter())) {
                continue;
            }
            int last = i;
            while (last + 1 < pieces.size() && Double.isNaN(pieces.get(last + 1).enter())) {
                last++;
            }
            all.add(
                    new NearMiss(
                            Kind.NO_BASELINE,
                            condition.part(),
                            track.site(),
                            pieces.get(i).fromMillis(),
                            pieces.get(last).toMillis(),
                            null,
                            null,
                            0));
            i = last;
        }
    }

    private static void heardAgain(
            Condition condition, Track track, long begin, List<NearMiss> all) {
        long heard = begin;
        for (Piece piece : track.pieces()) {
            long hole = piece.fromMillis() - heard;
            if (hole * 2 >= condition.forMillis() && hole > 0 && hole <= condition.forMillis()) {
                all.add(
                        new NearMiss(
                                Kind.HEARD_AGAIN,
                                condition.part(),
                                track.site(),
                                heard,
                                piece.fromMillis(),
                                null,
                                null,
                                (double) hole / condition.forMillis()));
            }
            heard = Math.max(heard, piece.toMillis());
        }
    }

    private static List<NearMiss> ofSequence(
            Rule rule, List<Lane> lanes, List<Edge> edges, long to) {
        Lane first = lanes.get(0);
        Lane then = lanes.get(1);
        Lane unless = lanes.size() > 2 ? lanes.get(2) : null;
        long within = rule.sequence().withinMillis();
        List<NearMiss> all = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            Edge come = edges.get(i);
            Edge next = i + 1 < edges.size() ? edges.get(i + 1) : null;
            if (come.kind() == Edge.Kind.HIGH && (next == null || next.kind() == Edge.Kind.LOW)) {
                long over = next == null ? to : next.atMillis();
                boolean spoilt =
                        next != null
                                && unless != null
                                && Phases.at(unless.phases(), over) == State.HELD;
                all.add(
                        spoilt
                                ? spoilt(unless, come.atMillis(), over)
                                : notFollowed(then, come.atMillis(), over, within));
            }
        }
        // Of each first side by itself only what would have counted.
        List<NearMiss> ofFirst = ofLevel(first, Long.MIN_VALUE, to);
        ofFirst.removeIf(
                miss ->
                        then.phases().stream()
                                .noneMatch(
                                        phase ->
                                                phase.state() == State.HELD
                                                        && phase.overlaps(
                                                                miss.fromMillis(),
                                                                miss.toMillis() + within)));
        all.addAll(ofFirst);
        return all;
    }

    private static NearMiss spoilt(Lane unless, long came, long at) {
        return new NearMiss(
                Kind.SPOILT,
                Condition.Part.UNLESS,
                unless.tracks().isEmpty() ? null : unless.tracks().get(0).site(),
                came,
                at,
                Pieces.furthest(unless.condition(), unless.tracks(), at, at + 1).orElse(null),
                at,
                1);
    }

    private static NearMiss notFollowed(Lane then, long came, long over, long within) {
        Long late =
                then.phases().stream()
                        .filter(phase -> phase.state() == State.HELD)
                        .map(Phase::fromMillis)
                        .filter(from -> from > over && from <= over + within)
                        .findFirst()
                        .orElse(null);
        return new NearMiss(
                Kind.NOTHING_FOLLOWED,
                Condition.Part.THEN,
                then.tracks().isEmpty() ? null : then.tracks().get(0).site(),
                came,
                over,
                Pieces.furthest(then.condition(), then.tracks(), came, over + 1).orElse(null),
                late,
                1);
    }
}
