package dev.tradewind.rules.test;

import dev.tradewind.model.catalog.Catalog;
import java.util.List;

/**
 * A history of readings, and the detections that are expected of it.
 *
 * @param file where it stands; with {@code line}, for messages
 * @param name DNS-1123
 * @param fromMillis event time when the catalog comes into force
 * @param untilMillis event time when the test ends: what is due then is still told
 * @param staleAfterMillis as the option {@code readings.staleAfter}
 * @param catalog in force at {@code fromMillis}, with the rules that are in play
 * @param steps in the order in which they happen
 * @param expected in the order of the file
 */
public record RuleTest(
        String file,
        int line,
        String name,
        long fromMillis,
        long untilMillis,
        long staleAfterMillis,
        Catalog catalog,
        List<Step> steps,
        List<Sighting> expected) {

    public static final long DEFAULT_STALE_AFTER_MILLIS = 2 * 3_600_000L;

    /** The same history with other expectations. */
    public RuleTest expecting(List<Sighting> sightings) {
        return new RuleTest(
                file,
                line,
                name,
                fromMillis,
                untilMillis,
                staleAfterMillis,
                catalog,
                steps,
                List.copyOf(sightings));
    }

    /** The same rules over another history. */
    public RuleTest over(List<Step> others) {
        return new RuleTest(
                file,
                line,
                name,
                fromMillis,
                untilMillis,
                staleAfterMillis,
                catalog,
                List.copyOf(others),
                expected);
    }
}
