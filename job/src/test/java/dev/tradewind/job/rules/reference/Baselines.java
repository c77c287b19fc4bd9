package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Baseline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was usual before an instant. */
final class Baselines {
    static final long STEP = 5 * 60_000L;
    private static final long HOUR = 60 * 60_000L;
    private static final long DAY = 24 * HOUR;

    private Baselines() {}

    /** A value for [from, to). */
    record Held(long from, long to, double value) {
        private long within(long start, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, start));
        }
    }

    private record Step(double mean, long time) {}

    /**
     * @param at the start of the reading that is compared with it
     * @return null where readings cover less than half of its time
     */
    static Double of(Baseline baseline, List<Held> held, long at) {
        long end = Math.floorDiv(at, STEP) * STEP;
        List<Long> starts = new ArrayList<>();
        if (baseline.kind() == Baseline.Kind.SAME_HOUR) {
            long hour = Math.floorDiv(at, HOUR) * HOUR;
            for (long day = 1; day <= baseline.windowMillis() / DAY; day++) {
                for (long step = 0; step < HOUR; step += STEP) {
                    starts.add(hour - day * DAY + step);
                }
            }
        } else {
            for (long start = end - baseline.windowMillis(); start < end; start += STEP) {
                starts.add(start);
            }
        }
        List<Step> steps = new ArrayList<>();
        long time = 0;
        for (long start : starts) {
            double sum = 0;
            long covered = 0;
            for (Held one : held) {
                long within = one.within(start, start + STEP);
                sum += one.value() * within;
                covered += within;
            }
            if (covered > 0) {
                steps.add(new Step(sum / covered, covered));
                time += covered;
            }
        }
        if (time == 0 || 2 * time < starts.size() * STEP) {
            return null;
        }
        return baseline.kind() == Baseline.Kind.QUANTILE
                ? quantile(steps, baseline.quantile(), time)
                : mean(held, starts, time);
    }

    private static double mean(List<Held> held, List<Long> starts, long time) {
        double sum = 0;
        for (long start : starts) {
            for (Held one : held) {
                sum += one.value() * one.within(start, start + STEP);
            }
        }
        return sum / time;
    }

    /** The value at or below which it was for this share of the time. */
    private static double quantile(List<Step> steps, double quantile, long time) {
        List<Step> sorted = new ArrayList<>(steps);
        sorted.sort(Comparator.comparingDouble(Step::mean));
        long reached = 0;
        for (Step step : sorted) {
            reached += step.time();
            if (reached >= quantile * time) {
                return step.mean();
            }
        }
        return sorted.get(sorted.size() - 1).mean();
    }
}
