package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;

/**
 * A reading or forecast, and a site that has an expression over its signal.
 *
 * @param sample of the site itself or of its zone
 */
public record SiteValue(String site, Sample sample) {}
