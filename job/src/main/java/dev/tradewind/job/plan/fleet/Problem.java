package dev.tradewind.job.plan.fleet;

import java.util.Arrays;

/**
 * Rows and sites made ready for a plan: what one row takes of a slot, how much a move counts, what
 * a unit is. Costs are in EUR over the horizon.
 */
final class Problem {
    /** What is left of a capacity by rounding is no room. */
    private static final double ROUNDING = 1e-12;

    final FleetRows rows;
    final FleetSites sites;
    final FleetSettings settings;
    final int n;
    final int s;
    final int resources;

    /**
     * What a row takes of a slot: with one resource its demand, with several that of which it takes
     * the largest share of the fleet's, in units of the first.
     */
    final double[] slot;

    /** By resource: units of a slot that a unit of demand takes. */
    final double[] scale;

    /** Times that the cost of a row's move counts. */
    final double[] weight;

    /** By resource and site, the reserve taken off and what is bound to be there too. */
    final double[][] room;

    /** The same with the reserve. */
    final double[][] whole;

    /** By resource and site, what is left of the room by those that can't be elsewhere. */
    final double[][] free;

    /** {@link FleetRows#allowed} without the sites that a row is too large for. */
    final long[] allowed;

    /** One that takes up nothing is to have a place all the same. */
    private final double leastSlot;

    /** EUR for each unit of a slot. */
    final double unit;

    /** Price above which nobody is displaced. */
    final double right;

    private final double[] nothing;

    Problem(FleetRows rows, FleetSites sites, FleetSettings settings, long nowMillis) {
        this.rows = rows;
        this.sites = sites;
        this.settings = settings;
        this.n = rows.size;
        this.s = sites.size();
        this.resources = sites.resources();
        this.nothing = new double[s];
        this.scale = scale();
        this.slot = slots();
        this.weight = new double[n];
        for (int i = 0; i < n; i++) {
            boolean recent =
                    rows.movedAtMillis[i] != FleetRows.NEVER
                            && nowMillis - rows.movedAtMillis[i] < settings.recentMillis();
            weight[i] =
                    rows.home[i] < 0
                            ? 1
                            : settings.kappa() * (recent ? settings.recentFactor() : 1);
        }
        this.room = new double[resources][s];
        this.whole = new double[resources][s];
        for (int r = 0; r < resources; r++) {
            for (int k = 0; k < s; k++) {
                whole[r][k] = sites.capacity()[r][k];
                room[r][k] = whole[r][k] * (1 - settings.reserve());
            }
        }
        this.free = free(room);
        this.allowed = fitting(free);
        this.leastSlot = n == 0 ? 0 : Math.max(1e-6, Arrays.stream(slot).sum() / n / 100);
        this.unit = unit();
        this.right = settings.rightUnits() * unit;
    }

    private double[] scale() {
        double[] mean = new double[resources];
        int first = -1;
        for (int r = 0; r < resources; r++) {
            double sum = 0;
            int bounded = 0;
            for (double capacity : sites.capacity()[r]) {
                if (capacity < Double.POSITIVE_INFINITY) {
                    sum += capacity;
                    bounded++;
                }
            }
            // none at all is scarce too
            mean[r] = bounded == 0 ? 0 : sum == 0 ? 1 : sum / bounded;
            first = first < 0 && bounded > 0 ? r : first;
        }
        double[] scale = new double[resources];
        for (int r = 0; r < resources; r++) {
            scale[r] = mean[r] == 0 ? 0 : mean[first] / mean[r];
        }
        return scale;
    }

    private double[] slots() {
        double[] slots = new double[n];
        for (int r = 0; r < resources; r++) {
            double[] demand = rows.demand[r];
            if (scale[r] > 0) {
                for (int i = 0; i < n; i++) {
                    slots[i] = Math.max(slots[i], demand[i] * scale[r]);
                }
            }
        }
        return slots;
    }

    /** What is left of a room by those that can't be elsewhere. */
    private double[][] free(double[][] room) {
        double[][] free = new double[resources][];
        for (int r = 0; r < resources; r++) {
            free[r] = room[r].clone();
        }
        for (int i = 0; i < n; i++) {
            if (!rows.movable(i)) {
                take(i, rows.home[i], free, 1);
            }
        }
        return free;
    }

    /** {@link #allowed} for another room. */
    long[] allowed(double[][] otherRoom) {
        return Arrays.deepEquals(otherRoom, room) ? allowed : fitting(free(otherRoom));
    }

    /** A row too large for a site would drive all others out of it before it went itself. */
    private long[] fitting(double[][] free) {
        long[] fitting = rows.allowed;
        for (int r = 0; r < resources; r++) {
            double least = Arrays.stream(free[r]).min().orElse(0);
            double[] demand = rows.demand[r];
            for (int i = 0; i < n; i++) {
                if (demand[i] > least) {
                    fitting = fitting == rows.allowed ? fitting.clone() : fitting;
                    for (int k = 0; k < s; k++) {
                        if (demand[i] > free[r][k]) {
                            fitting[i * rows.words + k / 64] &= ~(1L << k);
                        }
                    }
                }
            }
        }
        return fitting;
    }

    private double unit() {
        double kw = 0;
        double slots = 0;
        double moves = 0;
        for (int i = 0; i < n; i++) {
            kw += rows.kw[i];
            slots += slot[i];
            moves += rows.moveEur[i];
        }
        double sum = 0;
        double weights = 0;
        for (double[] tariff : sites.eurPerKw()) {
            for (int k = 0; k < s; k++) {
                double capacity = resources == 0 ? 1 : sites.capacity()[0][k];
                double times = Math.min(capacity, slots == 0 ? 1 : slots);
                if (!Double.isNaN(tariff[k]) && times > 0) {
                    sum += times * Math.abs(tariff[k]);
                    weights += times;
                }
            }
        }
        double unit = slots == 0 || weights == 0 ? 0 : kw / slots * sum / weights;
        if (unit > 0 && unit < Double.POSITIVE_INFINITY) {
            return unit;
        }
        // energy costs nothing anywhere: what is left is not to move
        return slots > 0 && moves > 0 ? moves / slots : 1;
    }

    /** EUR/kW by site. */
    double[] rates(int i) {
        return sites.eurPerKw()[rows.tariff[i]];
    }

    /** EUR/GB by site, from where a row is. */
    double[] transfer(int i) {
        return rows.at[i] < 0 || sites.eurPerGb() == null ? nothing : sites.eurPerGb()[rows.at[i]];
    }

    /** What a move adds wherever it goes, as it counts. */
    double moveEur(int i) {
        return rows.at[i] < 0 ? 0 : weight[i] * rows.moveEur[i];
    }

    /** What a row costs at a site, as moves count; prices of slots apart. */
    double cost(int i, int site) {
        double running = rows.kw[i] * rates(i)[site];
        return site == rows.home[i]
                ? running
                : running + moveEur(i) + weight[i] * rows.stateGb[i] * transfer(i)[site];
    }

    /** The same with the move as it is. */
    double realCost(int i, int site) {
        double running = rows.kw[i] * rates(i)[site];
        return site == rows.at[i] || rows.at[i] < 0
                ? running
                : running + rows.moveEur[i] + rows.stateGb[i] * transfer(i)[site];
    }

    /** What it counts to have no place; infinite for one that has a home. */
    double waitCost(int i) {
        if (rows.home[i] >= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double most = 0;
        boolean any = false;
        for (int w = 0; w < rows.words; w++) {
            for (long bits = rows.allowed[i * rows.words + w]; bits != 0; bits &= bits - 1) {
                double cost = cost(i, w * 64 + Long.numberOfTrailingZeros(bits));
                most = any ? Math.max(most, cost) : cost;
                any = true;
            }
        }
        return most + settings.waitUnits() * unit * Math.max(slot[i], leastSlot);
    }

    /** What a site has left when all are where {@code place} says, -1 being nowhere. */
    double[][] left(double[][] of, int[] place) {
        double[][] left = new double[resources][];
        for (int r = 0; r < resources; r++) {
            left[r] = of[r].clone();
            double[] demand = rows.demand[r];
            for (int i = 0; i < n; i++) {
                if (place[i] >= 0) {
                    left[r][place[i]] -= demand[i];
                }
            }
        }
        return left;
    }

    boolean fits(int i, int site, double[][] left) {
        for (int r = 0; r < resources; r++) {
            double demand = rows.demand[r][i];
            if (demand > 0 && demand > left[r][site] + ROUNDING * whole[r][site]) {
                return false;
            }
        }
        return true;
    }

    void take(int i, int site, double[][] left, int sign) {
        for (int r = 0; r < resources; r++) {
            left[r][site] -= sign * rows.demand[r][i];
        }
    }
}
