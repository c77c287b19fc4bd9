package dev.tradewind.job.plan.horizon;

/** What is known of a series beforehand, by a forecast or by the present value. */
@FunctionalInterface
public interface Known {
    Known NOTHING = (from, to) -> Double.NaN;

    /** The mean over a time, ms; NaN where a part of it isn't known. */
    double mean(long fromMillis, long toMillis);
}
