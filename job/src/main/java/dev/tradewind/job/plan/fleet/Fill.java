package dev.tradewind.job.plan.fleet;

import java.util.Arrays;

/**
 * Puts rows into room that is free, those first that gain most for what they take up: what the
 * auction leaves free, and what newcomers find without one.
 */
final class Fill {
    private static final int MOST_PASSES = 3;

    private final Problem problem;

    /** Without and with the reserve. */
    private final double[][] room;

    private final double[][] whole;

    Fill(Problem problem, int[] place) {
        this.problem = problem;
        this.room = problem.left(problem.room, place);
        this.whole = problem.left(problem.whole, place);
    }

    /**
     * @param place -1: it waits; changed
     * @param waitingOnly the others stay
     */
    static void run(Problem problem, int[] place, boolean waitingOnly) {
        Fill fill = new Fill(problem, place);
        for (int pass = 0; pass < MOST_PASSES && fill.pass(place, waitingOnly); pass++) {
            // until nothing changes
        }
        if (!waitingOnly) {
            // the last to move made room too
            fill.pass(place, true);
        }
    }

    private boolean pass(int[] place, boolean waitingOnly) {
        long[] order = new long[64];
        int count = 0;
        for (int i = 0; i < problem.n; i++) {
            if (place[i] >= 0 && (waitingOnly || !problem.rows.movable(i))) {
                continue;
            }
            double now = now(i, place);
            int site = best(i, place[i], now);
            if (site >= 0) {
                if (count == order.length) {
                    order = Arrays.copyOf(order, 2 * count);
                }
                double gain = (now - problem.cost(i, site)) / Math.max(problem.slot[i], 1e-300);
                // the greatest gain first, then the lowest row
                order[count++] = (long) ~Float.floatToIntBits((float) gain) << 32 | i;
            }
        }
        Arrays.sort(order, 0, count);
        boolean changed = false;
        for (int k = 0; k < count; k++) {
            int i = (int) order[k];
            int site = best(i, place[i], now(i, place));
            if (site >= 0) {
                if (place[i] >= 0) {
                    move(i, place[i], -1);
                }
                move(i, site, 1);
                place[i] = site;
                changed = true;
            }
        }
        return changed;
    }

    private double now(int i, int[] place) {
        return place[i] >= 0 ? problem.cost(i, place[i]) : problem.waitCost(i);
    }

    private void move(int i, int site, int sign) {
        problem.take(i, site, room, sign);
        problem.take(i, site, whole, sign);
    }

    /** The cheapest site with room, cheaper than {@code now}; or -1. */
    private int best(int i, int present, double now) {
        FleetRows rows = problem.rows;
        // the reserve is for those that would have no place, and not for a cheaper one
        double[][] left = present < 0 ? whole : room;
        double least = now;
        int best = -1;
        int home = rows.home[i];
        if (home >= 0 && home != present) {
            double cost = problem.cost(i, home);
            if (cost < least && problem.fits(i, home, left)) {
                least = cost;
                best = home;
            }
        }
        for (int w = 0; w < rows.words; w++) {
            for (long bits = rows.allowed[i * rows.words + w]; bits != 0; bits &= bits - 1) {
                int site = w * 64 + Long.numberOfTrailingZeros(bits);
                if (site != present) {
                    double cost = problem.cost(i, site);
                    if (cost < least && problem.fits(i, site, left)) {
                        least = cost;
                        best = site;
                    }
                }
            }
        }
        return best;
    }
}
