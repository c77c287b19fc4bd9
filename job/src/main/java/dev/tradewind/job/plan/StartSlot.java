package dev.tradewind.job.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where and when to start work that may wait: the site and start with the least sum over the time
 * that the work takes, not with the lowest instant.
 */
public final class StartSlot {
    /** A gain below this part of the cost isn't worth a wait. */
    private static final double WORTH_WAITING = 1e-9;

    /**
     * A plan is kept unless another one gains more than this part of what lies between the best
     * slot and the worst: each look brings a little noise, and whoever follows all of it ends up at
     * the slot that was thought too well of.
     */
    private static final double WORTH_CHANGING = 0.02;

    /**
     * @param eurPerKw what the work costs from then on, EUR for each kW that it draws; NaN where it
     *     isn't known
     * @param forced its deadline leaves no choice of time
     */
    public record Slot(String site, long startMillis, double eurPerKw, boolean forced) {}

    private StartSlot() {}

    /** What was planned before: a site and a start; cost and force play no part. */
    public static Slot planned(String site, long startMillis) {
        return new Slot(site, startMillis, Double.NaN, false);
    }

    /**
     * With nothing known of any site it waits for the latest start, in hope of readings; without a
     * latest start, or when that has come, it starts at once, whatever is known.
     *
     * @param sites where it may run, first choice first: the order in which ties break
     * @param curves cost of a site from {@code nowMillis} to the end of the latest slot
     * @param earliestMillis no start before this; null: at once
     * @param latestMillis the last start that keeps the deadline; null: it doesn't wait beyond the
     *     earliest start
     * @param planned what the last look led to, or null
     * @return nothing only where there is no site
     */
    public static Optional<Slot> choose(
            List<String> sites,
            Function<String, RateCurve> curves,
            long nowMillis,
            Long earliestMillis,
            Long latestMillis,
            long durationMillis,
            Slot planned) {
        if (sites.isEmpty()) {
            return Optional.empty();
        }
        long first = earliestMillis == null ? nowMillis : Math.max(nowMillis, earliestMillis);
        boolean forced = latestMillis != null && latestMillis <= first;
        if (latestMillis != null && latestMillis < first) {
            // the deadline wins over an earliest start that came too late for it
            first = Math.max(nowMillis, latestMillis);
        }
        long last = latestMillis == null ? first : Math.max(first, latestMillis);
        Slot best = null;
        double most = Double.NEGATIVE_INFINITY;
        double kept = Double.NaN;
        for (String site : sites) {
            RateCurve curve = curves.apply(site);
            for (long start : starts(curve, first, last, durationMillis)) {
                double cost = curve.sum(start, start + durationMillis);
                if (!Double.isNaN(cost)) {
                    most = Math.max(most, cost);
                    if (best == null || better(cost, start, best)) {
                        best = new Slot(site, start, cost, forced);
                    }
                }
            }
            if (planned != null
                    && planned.site.equals(site)
                    && planned.startMillis >= first
                    && planned.startMillis <= last) {
                kept = curve.sum(planned.startMillis, planned.startMillis + durationMillis);
            }
        }
        if (best != null
                && most - best.eurPerKw > WORTH_WAITING * Math.abs(best.eurPerKw)
                && kept - best.eurPerKw <= WORTH_CHANGING * (most - best.eurPerKw)) {
            best = new Slot(planned.site, planned.startMillis, kept, forced);
        }
        return Optional.of(best != null ? best : new Slot(sites.get(0), last, Double.NaN, forced));
    }

    /** The end of what {@link #choose} asks of a curve. */
    public static long horizon(
            long nowMillis, Long earliestMillis, Long latestMillis, long durationMillis) {
        long last = earliestMillis == null ? nowMillis : Math.max(nowMillis, earliestMillis);
        return (latestMillis == null ? last : Math.max(last, latestMillis)) + durationMillis;
    }

    private static boolean better(double cost, long start, Slot best) {
        double margin = Math.abs(best.eurPerKw) * WORTH_WAITING;
        return cost < best.eurPerKw - margin
                || (cost <= best.eurPerKw + margin && start < best.startMillis);
    }

    /**
     * The sum over a sliding window of a stepwise rate is least where one of the window's ends
     * meets a step.
     */
    private static List<Long> starts(RateCurve curve, long first, long last, long duration) {
        TreeSet<Long> starts = new TreeSet<>(List.of(first, last));
        for (long cut : curve.cuts()) {
            if (cut > first && cut < last) {
                starts.add(cut);
            }
            if (cut - duration > first && cut - duration < last) {
                starts.add(cut - duration);
            }
        }
        return new ArrayList<>(starts);
    }
}
