package dev.tradewind.job.views;

/**
 * How far off what was expected of a signal has been, as it is kept over a restart.
 *
 * @param siteSubject true: {@code subject} is a site; false: a zone
 * @param accuracy see {@link dev.tradewind.job.plan.horizon.Accuracy#state}
 */
public record SeriesAccuracy(
        boolean siteSubject, String subject, String signal, double[] accuracy) {}
