package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Sites, rules and readings of 1 March 2026, whose times are told as {@code 12:15}. */
final class Fixtures {
    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;

    private Fixtures() {}

    static long at(String time) {
        return Instant.parse("2026-03-01T" + time + ":00Z").toEpochMilli();
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString().substring(11, 16);
    }

    static Site site(String name, String zone) {
        return new Site(
                name,
                Map.of("country", zone),
                zone,
                1.2,
                null,
                null,
                null,
                name,
                0.02,
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }

    /** {@code price} above 120 until 100, for 15 minutes, with holes of 20 minutes at most. */
    static final Sustained DEAR = new Sustained(true, 120, 100, 15 * MINUTE, 20 * MINUTE);

    static Rule rule(String name, String version, Sustained when) {
        return rule(name, version, "price", "true", when);
    }

    static Rule rule(String name, String version, String signal, String sites, Sustained when) {
        return Rule.sustained(name, version, signal, sites, "true", when, Rule.Action.RECONSIDER);
    }

    static Catalog catalog(String version, List<Site> sites, Rule... rules) {
        return new Catalog(version, sites, List.of(), List.of(rules));
    }

    static Sample price(String zone, String from, String to, double value) {
        return Sample.actual(Series.ofZone(zone, "price"), value, at(from), at(to));
    }

    static Sample sitePrice(String site, String from, String to, double value) {
        return Sample.actual(Series.ofSite(site, "price"), value, at(from), at(to));
    }

    /**
     * An edge as a line: {@code HIGH frankfurt 12:00}, with the rule's version where it is not 1.
     */
    static String line(Edge edge) {
        String version = edge.rule().ruleVersion();
        return edge.kind()
                + " "
                + edge.site()
                + " "
                + time(edge.atMillis())
                + (version.equals("1") ? "" : " v" + version);
    }
}
