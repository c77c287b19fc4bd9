package dev.tradewind.rules.catalog;

import dev.tradewind.rules.text.Durations;

/**
 * How much a catalog may ask of the job: what it keeps for a rule grows with these.
 *
 * @param mostRules of one catalog
 * @param longestMillis the longest {@code for}, {@code maxGap}, {@code within} and window of a rule
 */
public record CatalogLimits(int mostRules, long longestMillis) {
    /** 5,000 rules; a week of baselines, and a day to spare. */
    public static final CatalogLimits DEFAULT = new CatalogLimits(5_000, 8 * 86_400_000L);

    public CatalogLimits {
        if (mostRules < 1 || longestMillis < 1) {
            throw new IllegalArgumentException("limits of a catalog must be above 0");
        }
    }

    /** A duration within the limit. */
    Long duration(String text) {
        long millis = Durations.parseMillis(text);
        if (millis > longestMillis) {
            throw Section.expected(
                    "a duration of at most " + Durations.format(longestMillis), text);
        }
        return millis;
    }

    /** The same, and not nothing. */
    Long someDuration(String text) {
        long millis = duration(text);
        if (millis == 0) {
            throw Section.expected("a duration above 0", text);
        }
        return millis;
    }
}
