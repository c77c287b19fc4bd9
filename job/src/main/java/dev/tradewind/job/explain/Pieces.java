package dev.tradewind.job.explain;

import dev.tradewind.job.rules.Look;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a condition was held against over time, as stretches without overlaps. */
final class Pieces {
    private Pieces() {}

    /**
     * The site's own readings, and its zone's where those are stale.
     *
     * @param patienceMillis after its end an own reading still keeps its zone's away
     * @param to end of the history
     */
    static List<Piece> of(
            Condition condition, List<Look> own, List<Look> zone, long patienceMillis, long to) {
        List<Piece> ofSite = inOrder(own, to);
        List<Piece> ofZone = inOrder(zone, to);
        if (condition.measure() == Measure.SILENCE) {
            return union(ofSite, ofZone);
        }
        List<Piece> all = new ArrayList<>(ofSite);
        int next = 0;
        for (Piece piece : ofZone) {
            long from = piece.fromMillis();
            while (next < ofSite.size()
                    && ofSite.get(next).toMillis() + patienceMillis <= piece.fromMillis()) {
                next++;
            }
            for (int i = next;
                    i < ofSite.size() && ofSite.get(i).fromMillis() < piece.toMillis();
                    i++) {
                if (ofSite.get(i).fromMillis() > from) {
                    all.add(piece.within(from, ofSite.get(i).fromMillis()));
                }
                from = Math.max(from, ofSite.get(i).toMillis() + patienceMillis);
            }
            if (from < piece.toMillis()) {
                all.add(piece.within(from, piece.toMillis()));
            }
        }
        all.sort(Comparator.comparingLong(Piece::fromMillis));
        return List.copyOf(all);
    }

    /** Each ends at the latest where the next one begins. */
    private static List<Piece> inOrder(List<Look> looks, long to) {
        List<Piece> pieces = new ArrayList<>(looks.size());
        for (int i = 0; i < looks.size(); i++) {
            Look look = looks.get(i);
            long end = i + 1 < looks.size() ? looks.get(i + 1).startMillis() : to;
            if (look.startMillis() < to) {
                pieces.add(
                        new Piece(
                                look.startMillis(),
                                Math.min(look.endMillis(), end),
                                look.value(),
                                look.enter(),
                                look.exit(),
                                look.base(),
                                look.saidMillis()));
            }
        }
        return pieces;
    }

    private static List<Piece> union(List<Piece> a, List<Piece> b) {
        List<Piece> all = new ArrayList<>(a);
        all.addAll(b);
        all.sort(Comparator.comparingLong(Piece::fromMillis));
        List<Piece> union = new ArrayList<>(all.size());
        long end = Long.MIN_VALUE;
        for (Piece piece : all) {
            if (piece.toMillis() >= end) {
                union.add(piece.within(end, piece.toMillis()));
                end = piece.toMillis();
            }
        }
        return List.copyOf(union);
    }

    /** How far the value is on the way from what is usual, in the direction of the threshold. */
    static double severity(Condition condition, Piece piece) {
        double change =
                switch (condition.measure()) {
                    case VALUE -> piece.value();
                    case DIFFERENCE -> piece.value() - piece.base();
                    case CHANGE -> (piece.value() - piece.base()) / Math.abs(piece.base());
                    case SILENCE -> Double.NaN;
                };
        return condition.above() ? change : -change;
    }

    static boolean reached(Condition condition, Piece piece) {
        return condition.above() ? piece.value() >= piece.enter() : piece.value() <= piece.enter();
    }

    /** Within [from, to) the one with the value furthest in the direction of the threshold. */
    static Optional<Piece> furthest(Condition condition, List<Track> tracks, long from, long to) {
        return tracks.stream()
                .flatMap(track -> between(track.pieces(), from, to).stream())
                .filter(piece -> !Double.isNaN(severity(condition, piece)))
                .max(Comparator.comparingDouble(piece -> severity(condition, piece)));
    }

    /** Those that overlap [from, to). */
    static List<Piece> between(List<Piece> pieces, long from, long to) {
        int low = 0;
        int high = pieces.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pieces.get(middle).toMillis() <= from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int end = low;
        while (end < pieces.size() && pieces.get(end).fromMillis() < to) {
            end++;
        }
        return pieces.subList(low, end);
    }

    /** The value below which it was for half of the time; NaN without any. */
    static double median(List<Piece> pieces) {
        List<Piece> known =
                pieces.stream()
                        .filter(piece -> !Double.isNaN(piece.value()))
                        .sorted(Comparator.comparingDouble(Piece::value))
                        .toList();
        long time = known.stream().mapToLong(Piece::millis).sum();
        long reached = 0;
        for (Piece piece : known) {
            reached += piece.millis();
            if (reached * 2 >= time) {
                return piece.value();
            }
        }
        return Double.NaN;
    }
}
