package dev.tradewind.job.views;

/**
 * What a signal of a site or zone has been like, as it is kept over a restart.
 *
 * @param siteSubject true: {@code subject} is a site; false: a zone
 * @param profile see {@link dev.tradewind.job.plan.horizon.SeriesProfile#state}
 */
public record LearnedSeries(boolean siteSubject, String subject, String signal, double[] profile) {}
