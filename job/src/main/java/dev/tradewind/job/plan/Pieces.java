package dev.tradewind.job.plan;

import dev.tradewind.job.plan.horizon.MoveCosts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where and when to run work that may be interrupted: the pieces that together cost least, each
 * restart's cost inside. Exact for pieces that begin and end on a grid of quarter hours from the
 * first possible start on, coarser where the time is long: at most {@value #MOST_SLOTS} slots.
 *
 * <p>Backward over the slots, for each amount of work that is left and each site at which it may
 * have run last: {@code slots * work * sites^2} steps, a few ms at most.
 */
public final class Pieces {
    static final int MOST_SLOTS = 192;

    /** More sites than these are not weighed against each other; the first ones are. */
    public static final int MOST_SITES = 12;

    private static final long QUARTER = 900_000;

    /** An answer is no worse than the best by this part: then nothing is stopped for it. */
    private static final double ROUNDING = 1e-9;

    /** It runs at a site from one instant to another. */
    public record Piece(String site, long fromMillis, long toMillis) {}

    /**
     * @param pieces in time order, at least one
     * @param eurPerKw energy of all pieces and the restarts between them, EUR for each kW; NaN
     *     where it isn't known
     */
    public record Plan(List<Piece> pieces, double eurPerKw) {
        public Piece first() {
            return pieces.get(0);
        }
    }

    /**
     * Where it is.
     *
     * @param last index of the site that has its state; -1: it never ran
     * @param runs it is running there now
     */
    public record Whereabouts(int last, boolean runs) {
        public static final Whereabouts NOWHERE = new Whereabouts(-1, false);
    }

    private final List<String> sites;
    private final long from;
    private final long slot;
    private final int slots;
    private final int units;
    private final double[][] rates;
    private final double[][] costs;
    private final MoveCosts restarts;

    private Pieces(
            List<String> sites,
            List<RateCurve> curves,
            MoveCosts restarts,
            long from,
            long end,
            long work) {
        this.sites = sites;
        this.from = from;
        this.restarts = restarts;
        long window = Math.max(1, end - from);
        this.slot =
                QUARTER * Math.max(1, (window + MOST_SLOTS * QUARTER - 1) / (MOST_SLOTS * QUARTER));
        this.slots = (int) (window / slot);
        this.units = (int) Math.min(MOST_SLOTS + 1L, (work + slot - 1) / slot);
        this.costs = new double[slots][sites.size()];
        this.rates = new double[slots][sites.size()];
        double hours = CostModel.hours(slot);
        for (int t = 0; t < slots; t++) {
            for (int j = 0; j < sites.size(); j++) {
                costs[t][j] = curves.get(j).sum(from + t * slot, from + (t + 1) * slot);
                rates[t][j] = costs[t][j] / hours;
            }
        }
    }

    /**
     * @param sites whose cost is known for all of the time, first choice first
     * @param curves of each, from {@code fromMillis} to {@code endMillis} or further
     * @param restarts what it costs to go on at a site after having run at another or, on the
     *     diagonal, at the same
     * @param fromMillis the first start; now, where it runs
     * @param endMillis when all must be done
     * @param workMillis that is left to do
     * @return nothing where there is no time for a choice, or no site: then it has to run at once
     */
    public static Optional<Plan> choose(
            List<String> sites,
            List<RateCurve> curves,
            MoveCosts restarts,
            Whereabouts where,
            long fromMillis,
            long endMillis,
            long workMillis) {
        if (sites.isEmpty()) {
            return Optional.empty();
        }
        Pieces pieces = new Pieces(sites, curves, restarts, fromMillis, endMillis, workMillis);
        if (pieces.units < 1 || pieces.units >= pieces.slots) {
            return Optional.empty();
        }
        for (double[] row : pieces.costs) {
            if (Arrays.stream(row).anyMatch(Double::isNaN)) {
                return Optional.empty();
            }
        }
        return Optional.of(pieces.plan(where));
    }

    private Plan plan(Whereabouts where) {
        int n = sites.size();
        // by work left and site: what it costs to go on from a slot, running there or paused
        double[][] running = new double[units + 1][n];
        double[][] paused = new double[units + 1][n];
        double[] fresh = new double[units + 1];
        for (int w = 1; w <= units; w++) {
            Arrays.fill(running[w], Double.POSITIVE_INFINITY);
            Arrays.fill(paused[w], Double.POSITIVE_INFINITY);
            fresh[w] = Double.POSITIVE_INFINITY;
        }
        // next site by slot, work left and present site: -1 waits; the last column is of none yet
        byte[][][] next = new byte[slots][units + 1][n + 1];
        boolean[][][] goesOn = new boolean[slots][units + 1][n];
        for (int t = slots - 1; t >= 0; t--) {
            double[][] runningNow = new double[units + 1][n];
            double[][] pausedNow = new double[units + 1][n];
            double[] freshNow = new double[units + 1];
            for (int w = 1; w <= units; w++) {
                double[] through = new double[n];
                for (int j = 0; j < n; j++) {
                    through[j] = costs[t][j] + running[w - 1][j];
                }
                for (int i = 0; i <= n; i++) {
                    double least = i < n ? paused[w][i] : fresh[w];
                    int to = -1;
                    for (int j = 0; j < n; j++) {
                        double cost = through[j] + (i < n ? restart(i, j, t) : 0);
                        if (cost < least || (to < 0 && cost <= least)) {
                            least = cost;
                            to = j;
                        }
                    }
                    next[t][w][i] = (byte) to;
                    if (i < n) {
                        pausedNow[w][i] = least;
                        goesOn[t][w][i] =
                                through[i] <= least + Math.abs(least) * ROUNDING
                                        || Double.isInfinite(least);
                        runningNow[w][i] = goesOn[t][w][i] ? through[i] : least;
                    } else {
                        freshNow[w] = least;
                    }
                }
            }
            running = runningNow;
            paused = pausedNow;
            fresh = freshNow;
        }
        double cost =
                where.last < 0
                        ? fresh[units]
                        : where.runs ? running[units][where.last] : paused[units][where.last];
        return new Plan(path(where, next, goesOn), cost);
    }

    private double restart(int from, int to, int slot) {
        return restarts.fixed()[from][to] + restarts.idleHours() * Math.max(0, rates[slot][to]);
    }

    private List<Piece> path(Whereabouts where, byte[][][] next, boolean[][][] goesOn) {
        List<Piece> pieces = new ArrayList<>();
        int n = sites.size();
        int at = where.last < 0 ? n : where.last;
        boolean runs = where.runs;
        int left = units;
        long began = from;
        for (int t = 0; t < slots && left > 0; t++) {
            long now = from + t * slot;
            if (!runs || !goesOn[t][left][at]) {
                int to = next[t][left][at];
                if (runs && now > began) {
                    pieces.add(new Piece(sites.get(at), began, now));
                }
                runs = to >= 0;
                if (runs) {
                    at = to;
                    began = now;
                }
            }
            if (runs) {
                left--;
            }
        }
        // the last one takes what the others have left to do
        long done = pieces.stream().mapToLong(p -> p.toMillis - p.fromMillis).sum();
        pieces.add(new Piece(sites.get(at), began, began + units * slot - done));
        return List.copyOf(pieces);
    }
}
