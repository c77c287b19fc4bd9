package dev.tradewind.rules.test;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A detection as far as a test looks at it.
 *
 * @param atMillis event time
 * @param fired else it cleared
 * @param onsetMillis event time; null where a test doesn't say
 */
public record Sighting(long atMillis, boolean fired, String rule, String site, Long onsetMillis) {
    private static final Comparator<Sighting> ORDER =
            Comparator.comparingLong(Sighting::atMillis)
                    .thenComparing(Sighting::rule)
                    .thenComparing(Sighting::site);

    /**
     * By instant, rule and site. What one rule says of one site at one instant stays in the order
     * in which it said it.
     */
    public static List<Sighting> sorted(Collection<Sighting> sightings) {
        List<Sighting> sorted = new ArrayList<>(sightings);
        sorted.sort(ORDER);
        return sorted;
    }

    /** Whether this is what the other expects. */
    public boolean fits(Sighting expected) {
        return atMillis == expected.atMillis
                && fired == expected.fired
                && rule.equals(expected.rule)
                && site.equals(expected.site)
                && (expected.onsetMillis == null || expected.onsetMillis.equals(onsetMillis));
    }
}
