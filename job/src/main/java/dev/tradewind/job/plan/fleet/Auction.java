package dev.tradewind.job.plan.fleet;

import java.util.Arrays;

/**
 * Slots of sites are bidden for: each row bids at the site that is best for it at the present
 * prices, by as much as that is better than its second best; where a site overflows, the lowest
 * bids are sent away again and the price becomes the highest of these. Rounding and pricing are
 * one: what comes out is a placement, and prices that explain it.
 *
 * <p>Those sent away bid again at once (last in, first out), before others see a price that is too
 * low: with a queue prices overshoot. A price war ends, because bids grow by a step that doubles
 * again and again, up to a price at which those at home stay for good and those without would
 * rather wait.
 *
 * <p>Where many bid, prices are found by a part of them first, for as large a part of the room.
 */
final class Auction {
    /** Bids before the step doubles, for each row; small fleets have some more. */
    private static final int PATIENCE = 6;

    private static final int LEAST_PATIENCE = 20_000;

    /** Rows that are enough to find prices. */
    private static final int SAMPLE = 8_000;

    private static final int BASE_STEPS = 80;
    private static final double BASE_PART = 0.9;

    /** Rows in a site's part of the room. */
    private static final int ENOUGH = 20;

    private static final double LOWER = 0.8;
    private static final double LOWER_AFTER_SAMPLE = 0.85;

    /** Longs of a row in {@link #packed}, and what they are: a bid then touches one place. */
    private static final int WIDTH = 8;

    private static final int KW = 0;
    private static final int SLOT = 1;
    private static final int GB = 2;
    private static final int MOVE = 3;
    private static final int WAIT = 4;
    private static final int SITES = 5;
    private static final int HOME = 6;
    private static final int AT = 7;

    private final Problem problem;
    private final FleetRows rows;
    private final int resources;

    final double[] price;

    /** By resource and site, what each costs besides; null with one resource. */
    final double[][] base;

    /** The row whose bid set the price; -1 where nobody's did. */
    final int[] setBy;

    /** Where each row is; -1: it waits. */
    final int[] place;

    /** Bids of all passes. */
    long bids;

    private final SlotHeap[] heaps;
    private final double[][] left;
    private final long[] packed;
    private final int[] stack;
    private int bidders;

    Auction(Problem problem) {
        this.problem = problem;
        this.rows = problem.rows;
        this.resources = problem.resources;
        int sites = problem.s;
        price = new double[sites];
        setBy = new int[sites];
        place = new int[problem.n];
        heaps = new SlotHeap[sites];
        for (int k = 0; k < sites; k++) {
            heaps[k] = new SlotHeap(problem.slot);
        }
        left = new double[resources][sites];
        packed = new long[problem.n * WIDTH];
        stack = new int[problem.n];
        base = resources > 1 ? new double[resources][sites] : null;
        for (int i = 0; i < problem.n; i++) {
            if (rows.movable(i)) {
                place[i] = -1;
                pack(i);
                bidders++;
            } else {
                place[i] = rows.home[i];
            }
        }
    }

    private void pack(int i) {
        int at = i * WIDTH;
        packed[at + KW] = Double.doubleToRawLongBits(rows.kw[i]);
        packed[at + SLOT] = Double.doubleToRawLongBits(problem.slot[i]);
        packed[at + GB] = Double.doubleToRawLongBits(problem.weight[i] * rows.stateGb[i]);
        packed[at + MOVE] = Double.doubleToRawLongBits(problem.moveEur(i));
        packed[at + WAIT] = Double.doubleToRawLongBits(problem.waitCost(i));
        packed[at + SITES] = problem.allowed[i * rows.words];
        packed[at + HOME] = rows.home[i];
        packed[at + AT] = (long) rows.tariff[i] << 32 | rows.at[i] & 0xffffffffL;
    }

    /**
     * All passes: coarse ones that find the prices, and finer ones that start from them.
     *
     * @return whether it has to do with a sample
     */
    boolean run() {
        double[] steps = problem.settings.stepUnits();
        boolean[] sample = bidders >= 2 * SAMPLE ? sample() : null;
        if (base != null) {
            base(sample);
        }
        if (sample != null) {
            boolean[] small = small(sample);
            for (int k = 0; k < small.length; k++) {
                price[k] = small[k] ? Double.POSITIVE_INFINITY : 0;
            }
            passes(steps, sample);
            for (int k = 0; k < small.length; k++) {
                price[k] = small[k] ? 0 : price[k];
            }
            // the room, the part of those that bid in it, and so the prices are not quite the same
            lower(LOWER_AFTER_SAMPLE, steps[steps.length - 1] * problem.unit);
            pass(steps[steps.length - 1] * problem.unit, null);
        } else {
            runAll();
        }
        return sample != null;
    }

    /** The same without a sample. */
    void runAll() {
        Arrays.fill(price, 0);
        passes(problem.settings.stepUnits(), null);
    }

    private void passes(double[] steps, boolean[] sample) {
        for (int k = 0; k < steps.length; k++) {
            if (k > 0) {
                // below where they will end, or they could not come down
                lower(LOWER, steps[k - 1] * problem.unit);
            }
            pass(steps[k] * problem.unit, sample);
        }
    }

    /** Sites of whose room such a part holds too few rows to tell a price. */
    private boolean[] small(boolean[] sample) {
        boolean[] small = new boolean[price.length];
        for (int r = 0; r < resources; r++) {
            double part = part(rows.demand[r], sample);
            double mean = Arrays.stream(rows.demand[r]).sum() / problem.n;
            for (int k = 0; k < small.length; k++) {
                small[k] |= problem.free[r][k] * part < ENOUGH * mean;
            }
        }
        return small;
    }

    /**
     * With several resources the price of a slot is too coarse: one that takes much memory is to go
     * where there is memory. So each resource has a price of its own first, which leaves the
     * auction to do the rest.
     */
    private void base(boolean[] sample) {
        double[][] room = new double[resources][price.length];
        for (int r = 0; r < resources; r++) {
            double part = part(rows.demand[r], sample);
            for (int k = 0; k < price.length; k++) {
                room[r][k] = problem.free[r][k] * part;
            }
        }
        boolean[] bidding = new boolean[problem.n];
        for (int i = 0; i < bidding.length; i++) {
            bidding[i] = sample == null ? rows.movable(i) : sample[i];
        }
        Prices.improve(problem, base, room, problem.allowed, bidding, BASE_STEPS);
        for (double[] of : base) {
            for (int k = 0; k < of.length; k++) {
                of[k] *= BASE_PART;
            }
        }
    }

    /**
     * Drawn by place, so that it is the same for the same rows, and no pattern of ids spoils it.
     */
    private boolean[] sample() {
        boolean[] sample = new boolean[problem.n];
        long every = bidders / SAMPLE;
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (i * 0x9E3779B97F4A7C15L >>> 33) % every == 0 && rows.movable(i);
        }
        return sample;
    }

    private void lower(double times, double by) {
        for (int k = 0; k < price.length; k++) {
            price[k] = Math.max(0, times * price[k] - by);
        }
    }

    /**
     * @param sample who takes part, for as large a part of the room as they demand of all; null:
     *     all
     */
    private void pass(double step, boolean[] sample) {
        for (SlotHeap heap : heaps) {
            heap.clear();
        }
        Arrays.fill(setBy, -1);
        int top = 0;
        for (int i = problem.n - 1; i >= 0; i--) {
            if (rows.movable(i)) {
                place[i] = -1;
                if (sample == null || sample[i]) {
                    stack[top++] = i;
                }
            }
        }
        for (int r = 0; r < resources; r++) {
            double part = part(rows.demand[r], sample);
            for (int k = 0; k < price.length; k++) {
                left[r][k] = problem.free[r][k] * part;
            }
        }
        bid(top, step);
    }

    private double part(double[] demand, boolean[] sample) {
        if (sample == null) {
            return 1;
        }
        double all = 0;
        double drawn = 0;
        for (int i = 0; i < demand.length; i++) {
            if (rows.movable(i)) {
                all += demand[i];
                drawn += sample[i] ? demand[i] : 0;
            }
        }
        return all == 0 ? 1 : drawn / all;
    }

    private void bid(int waiting, double firstStep) {
        double most = problem.settings.mostUnits() * problem.unit;
        double step = firstStep;
        int top = waiting;
        long made = 0;
        long doubling = Math.max((long) PATIENCE * waiting, LEAST_PATIENCE);
        long every = Math.max(2L * waiting, LEAST_PATIENCE / 3);
        double[][] tariffs = problem.sites.eurPerKw();
        double[][] transfers = problem.sites.eurPerGb();
        while (top > 0) {
            int i = stack[--top];
            if (++made > doubling) {
                step *= 2;
                doubling += every;
            }
            int row = i * WIDTH;
            double kw = Double.longBitsToDouble(packed[row + KW]);
            double slot = Double.longBitsToDouble(packed[row + SLOT]);
            double gb = Double.longBitsToDouble(packed[row + GB]);
            double[] rates = tariffs[(int) (packed[row + AT] >> 32)];
            int at = (int) packed[row + AT];
            double[] transfer = transfers == null || gb == 0 || at < 0 ? null : transfers[at];
            double first = Double.POSITIVE_INFINITY;
            double second = Double.POSITIVE_INFINITY;
            int best = -1;
            long bits = packed[row + SITES];
            for (int w = 0; ; bits = problem.allowed[i * rows.words + w]) {
                for (; bits != 0; bits &= bits - 1) {
                    int site = w * 64 + Long.numberOfTrailingZeros(bits);
                    double x = kw * rates[site] + slot * price[site];
                    if (base != null) {
                        x += base(i, site);
                    }
                    if (transfer != null) {
                        x += gb * transfer[site];
                    }
                    if (x < second) {
                        if (x < first) {
                            second = first;
                            first = x;
                            best = site;
                        } else {
                            second = x;
                        }
                    }
                }
                if (++w == rows.words) {
                    break;
                }
            }
            double move = Double.longBitsToDouble(packed[row + MOVE]);
            first += move;
            second += move;
            int home = (int) packed[row + HOME];
            boolean owns = false;
            if (home >= 0) {
                double asked = slot * price[home] + (base == null ? 0 : base(i, home));
                double right = slot * problem.right;
                double x = kw * rates[home] + Math.min(asked, right);
                if (x <= first) {
                    second = first;
                    first = x;
                    best = home;
                    owns = asked >= right;
                } else if (x < second) {
                    second = x;
                }
            } else {
                double wait = Double.longBitsToDouble(packed[row + WAIT]);
                if (wait < first || best < 0) {
                    continue;
                }
                if (wait < second) {
                    second = wait;
                }
            }
            place[i] = best;
            take(i, best, 1);
            if (!owns && slot > 0) {
                // where prices are high already, pennies don't matter
                double more = step * Math.max(1, price[best] / problem.unit);
                heaps[best].push(i, price[best] + Math.min((second - first) / slot, most) + more);
            }
            if (overflows(best)) {
                top = eject(best, top);
            }
        }
        bids += made;
    }

    private double base(int i, int site) {
        double eur = 0;
        for (int r = 0; r < resources; r++) {
            eur += rows.demand[r][i] * base[r][site];
        }
        return eur;
    }

    FleetPrices prices() {
        return new FleetPrices(
                price, base == null ? new double[resources][price.length] : base, problem.scale);
    }

    private void take(int i, int site, int sign) {
        for (int r = 0; r < resources; r++) {
            left[r][site] -= sign * rows.demand[r][i];
        }
    }

    /** Sends the lowest bids away until the rest fits. */
    private int eject(int site, int waiting) {
        SlotHeap heap = heaps[site];
        int top = waiting;
        while (overflows(site) && !heap.isEmpty()) {
            double bid = heap.lowest();
            int loser = heap.pop();
            place[loser] = -1;
            take(loser, site, -1);
            stack[top++] = loser;
            if (bid > price[site]) {
                price[site] = bid;
                setBy[site] = loser;
            }
        }
        return top;
    }

    private boolean overflows(int site) {
        for (int r = 0; r < resources; r++) {
            if (left[r][site] < 0) {
                return true;
            }
        }
        return false;
    }
}
