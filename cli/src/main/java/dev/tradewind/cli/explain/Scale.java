package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.Piece;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The values that an axis shows. What is far from what is usual and from the thresholds is cut off,
 * or an hour of scarcity would press the rest of the year flat.
 *
 * @param least the lowest value of all
 * @param most the highest one
 */
record Scale(double low, double high, double least, double most) {
    /** The share of the time, at each end, whose values may be cut off. */
    private static final double CUT = 0.025;

    /** Null where there is no value. */
    static Scale of(Lane lane, Buckets buckets) {
        List<Piece> pieces =
                lane.tracks().stream()
                        .flatMap(track -> track.pieces().stream())
                        .filter(
                                piece ->
                                        piece.fromMillis() < buckets.to()
                                                && piece.toMillis() > buckets.from()
                                                && !Double.isNaN(piece.value()))
                        .sorted(Comparator.comparingDouble(Piece::value))
                        .toList();
        if (pieces.isEmpty()) {
            return null;
        }
        double[] thresholds =
                DoubleStream.concat(Arrays.stream(buckets.enter()), Arrays.stream(buckets.exit()))
                        .filter(value -> !Double.isNaN(value))
                        .toArray();
        double usual = quantile(pieces, 0.5);
        double first = Arrays.stream(thresholds).min().orElse(usual);
        double last = Arrays.stream(thresholds).max().orElse(usual);
        double least = pieces.get(0).value();
        double most = pieces.get(pieces.size() - 1).value();
        // As far beyond a threshold as it is from what is usual.
        double low = Math.min(first - Math.max(0, usual - first), quantile(pieces, CUT));
        double high = Math.max(last + Math.max(0, last - usual), quantile(pieces, 1 - CUT));
        low = Math.max(low, least);
        high = Math.min(high, most);
        // A little more is no reason to cut.
        double little = (high - low) / 3;
        low = low - least <= little ? least : low;
        high = most - high <= little ? most : high;
        low = Math.min(first, low);
        high = Math.max(last, high);
        double rim = low < high ? (high - low) / 50 : 1;
        return new Scale(low - rim, high + rim, least, most);
    }

    /**
     * The value below which it was for a share of the time.
     *
     * @param pieces by value
     */
    private static double quantile(List<Piece> pieces, double share) {
        long time = pieces.stream().mapToLong(Scale::millis).sum();
        long reached = 0;
        for (Piece piece : pieces) {
            reached += millis(piece);
            if (reached >= share * time) {
                return piece.value();
            }
        }
        return pieces.get(pieces.size() - 1).value();
    }

    private static long millis(Piece piece) {
        return piece.toMillis() - piece.fromMillis();
    }

    /** 0 at the bottom, 1 at the top. */
    double at(double value) {
        return Math.max(0, Math.min(1, (value - low) / (high - low)));
    }

    boolean cuts(double value) {
        return value < low || value > high;
    }
}
