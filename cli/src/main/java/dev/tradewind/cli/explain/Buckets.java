package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.Phase;
import dev.tradewind.job.explain.Piece;
import dev.tradewind.job.explain.Track;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of time in equal parts, one a column: of each the lowest and highest value, NaN where
 * there is none, and the thresholds as they were last.
 */
record Buckets(
        long from,
        long to,
        double[] lowest,
        double[] highest,
        double[] enter,
        double[] exit,
        double[] base,
        boolean[] heard) {

    static Buckets of(Lane lane, long from, long to, int columns) {
        Buckets buckets =
                new Buckets(
                        from,
                        to,
                        unknown(columns),
                        unknown(columns),
                        unknown(columns),
                        unknown(columns),
                        unknown(columns),
                        new boolean[columns]);
        for (Track track : lane.tracks()) {
            track.pieces().forEach(buckets::add);
        }
        return buckets;
    }

    private static double[] unknown(int columns) {
        double[] values = new double[columns];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    int columns() {
        return lowest.length;
    }

    /** The column of an instant; outside it is the nearest one. */
    int column(long at) {
        double column = (double) (at - from) / (to - from) * columns();
        return (int) Math.max(0, Math.min(columns() - 1, Math.floor(column)));
    }

    private void add(Piece piece) {
        boolean before = piece.toMillis() <= from && piece.fromMillis() < from;
        if (before || piece.fromMillis() >= to) {
            return;
        }
        int last = column(Math.max(piece.fromMillis(), piece.toMillis() - 1));
        for (int i = column(piece.fromMillis()); i <= last; i++) {
            heard[i] = true;
            if (!Double.isNaN(piece.value())) {
                // min and max of a NaN are NaN.
                lowest[i] =
                        Double.isNaN(lowest[i])
                                ? piece.value()
                                : Math.min(lowest[i], piece.value());
                highest[i] =
                        Double.isNaN(highest[i])
                                ? piece.value()
                                : Math.max(highest[i], piece.value());
            }
            enter[i] = piece.enter();
            exit[i] = piece.exit();
            base[i] = piece.base();
        }
    }

    /** Of each column the furthest state within it. */
    Phase.State[] states(List<Phase> phases) {
        Phase.State[] states = new Phase.State[columns()];
        Arrays.fill(states, Phase.State.UNKNOWN);
        for (Phase phase : phases) {
            if (phase.toMillis() <= from || phase.fromMillis() >= to) {
                continue;
            }
            int last = column(phase.toMillis() - 1);
            for (int i = column(phase.fromMillis()); i <= last; i++) {
                states[i] = phase.state().compareTo(states[i]) > 0 ? phase.state() : states[i];
            }
        }
        return states;
    }
}
