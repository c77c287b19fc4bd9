package dev.tradewind.job.plan.fleet;

/**
 * What no plan can go below, by Lagrange: let capacity be bought at any prices instead of being
 * kept, and each row takes what is best for it; what it pays for capacity that exists is given
 * back. {@code L = sum over rows of min over sites of (cost + price * slot) - sum of price *
 * capacity}.
 */
final class Bound {
    private Bound() {}

    /** Against all plans that have as much of the reserve as this one took. */
    static double ofPlan(Problem problem, FleetPrices prices, int[] place) {
        double[][] room = room(problem, place);
        long[] allowed = problem.allowed(room);
        double[] slots = prices.slotEur();
        double[][] units = prices.unitEur();
        double best =
                of(problem, Prices.byResource(problem, slots, units), room, allowed, null, null);
        // where some wait, prices went beyond what anybody would pay
        double most = problem.settings.waitUnits() * problem.unit;
        double[] paid = slots.clone();
        boolean beyond = false;
        for (int k = 0; k < paid.length; k++) {
            beyond |= paid[k] > most;
            paid[k] = Math.min(paid[k], most);
        }
        return beyond
                ? Math.max(
                        best,
                        of(
                                problem,
                                Prices.byResource(problem, paid, units),
                                room,
                                allowed,
                                null,
                                null))
                : best;
    }

    /** The room without the reserve, and what of that is taken. */
    static double[][] room(Problem problem, int[] place) {
        double[][] left = problem.left(problem.room, place);
        double[][] room = new double[problem.resources][];
        for (int r = 0; r < room.length; r++) {
            room[r] = problem.room[r].clone();
            for (int k = 0; k < problem.s; k++) {
                room[r][k] -= Math.min(0, left[r][k]);
            }
        }
        return room;
    }

    /**
     * @param price by resource and site, EUR for each unit of demand
     * @param room by resource and site
     * @param allowed see {@link Problem#allowed}
     * @param part who counts; null: all
     * @param used filled with what the rows would take, by resource and site; or null
     */
    static double of(
            Problem problem,
            double[][] price,
            double[][] room,
            long[] allowed,
            boolean[] part,
            double[][] used) {
        FleetRows rows = problem.rows;
        double sum = 0;
        double[] slots = new double[problem.s];
        for (int i = 0; i < problem.n; i++) {
            if (part != null && !part[i]) {
                continue;
            }
            double[] rates = problem.rates(i);
            double[] transfer = problem.transfer(i);
            double gb = problem.weight[i] * rows.stateGb[i];
            double kw = rows.kw[i];
            for (int k = 0; k < slots.length; k++) {
                slots[k] = 0;
            }
            for (int r = 0; r < price.length; r++) {
                double demand = rows.demand[r][i];
                double[] of = price[r];
                for (int k = 0; k < slots.length; k++) {
                    slots[k] += demand * of[k];
                }
            }
            double move = problem.moveEur(i);
            double least = Double.POSITIVE_INFINITY;
            int best = -1;
            for (int w = 0; w < rows.words; w++) {
                for (long bits = allowed[i * rows.words + w]; bits != 0; bits &= bits - 1) {
                    int site = w * 64 + Long.numberOfTrailingZeros(bits);
                    double x = kw * rates[site] + gb * transfer[site] + slots[site];
                    if (x < least) {
                        least = x;
                        best = site;
                    }
                }
            }
            least += move;
            int home = rows.home[i];
            if (home >= 0) {
                double x = kw * rates[home] + slots[home];
                if (x <= least || best < 0) {
                    least = x;
                    best = home;
                }
            } else {
                double wait = problem.waitCost(i);
                if (wait < least) {
                    least = wait;
                    best = -1;
                }
            }
            if (!Double.isNaN(least)) {
                sum += least;
            }
            if (used != null && best >= 0) {
                for (int r = 0; r < used.length; r++) {
                    used[r][best] += rows.demand[r][i];
                }
            }
        }
        for (int r = 0; r < price.length; r++) {
            for (int k = 0; k < slots.length; k++) {
                if (price[r][k] > 0) {
                    sum -= price[r][k] * room[r][k];
                }
            }
        }
        return sum;
    }
}
