package dev.tradewind.job.plan;

import java.util.TreeSet;

/** When to leave a site that has to be left by a limit. */
public final class LeaveTime {
    private LeaveTime() {}

    /**
     * The earliest of the instants that cost least: until then the present site's rate is paid,
     * from then on the other one's. Where a rate isn't known it is now.
     *
     * @param present cost of where it is, from now to the limit
     * @param target cost of where it goes
     */
    public static long choose(
            RateCurve present, RateCurve target, long nowMillis, long limitMillis) {
        if (limitMillis <= nowMillis) {
            return nowMillis;
        }
        TreeSet<Long> instants = new TreeSet<>();
        for (RateCurve curve : new RateCurve[] {present, target}) {
            for (long cut : curve.cuts()) {
                if (cut > nowMillis && cut <= limitMillis) {
                    instants.add(cut);
                }
            }
        }
        long best = nowMillis;
        double least = target.sum(nowMillis, limitMillis);
        for (long at : instants) {
            double cost = present.sum(nowMillis, at) + target.sum(at, limitMillis);
            if (Double.isNaN(cost) || Double.isNaN(least)) {
                return nowMillis;
            }
            if (cost < least - Math.abs(least) * 1e-9) {
                best = at;
                least = cost;
            }
        }
        return best;
    }
}
