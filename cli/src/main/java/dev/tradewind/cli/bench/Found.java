package dev.tradewind.cli.bench;

import dev.tradewind.model.wire.Detection;
import java.time.Instant;
import java.util.Comparator;

/**
 * A rule fired at a site: what both sides of the benchmark must say alike.
 *
 * @param atMillis event time
 */
public record Found(String rule, String site, long atMillis) implements Comparable<Found> {
    private static final Comparator<Found> ORDER =
            Comparator.comparingLong(Found::atMillis)
                    .thenComparing(Found::rule)
                    .thenComparing(Found::site);

    /** The site of a zone: each zone has one. */
    static String site(String zone) {
        return "site-" + zone.substring(1);
    }

    /** Null of a clearing. */
    static Found of(Detection detection) {
        return detection.kind() == Detection.Kind.fired
                ? new Found(detection.ruleId(), detection.site(), detection.at().toEpochMilli())
                : null;
    }

    @Override
    public int compareTo(Found other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return rule + " at " + site + " at " + Instant.ofEpochMilli(atMillis);
    }
}
