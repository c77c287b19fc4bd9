package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.text.Quantities;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A Site. What is left out: zone and connection are the site's name, PUE 1, capacity unbounded,
 * transfer free, latency unknown.
 */
final class SiteReader {
    private final String name;
    private final Section metadata;
    private final Section spec;

    /** Where other sites are named: they are looked for when all files are read. */
    final Map<String, Place> sitesNamed = new TreeMap<>();

    SiteReader(String name, Section metadata, Section spec) {
        this.name = name;
        this.metadata = metadata;
        this.spec = spec;
    }

    Site read() {
        Map<String, String> labels = metadata.mapping("labels", labelKey(), Names.atMost(253));
        String zone = spec.parsed("zone", name, SiteReader::zone);
        double pue = spec.number("pue", 1.0, 1, 100);
        Section capacity = spec.section("capacity");
        Double cpu = capacity.parsed("cpu", null, Quantities::kubernetes);
        Double memory = capacity.parsed("memory", null, Quantities::kubernetes);
        Double power = capacity.parsed("power", null, Quantities::watts);
        capacity.done();
        String connection = spec.parsed("connection", name, Names::label);
        Section transfer = spec.section("transfer");
        double fallback = transfer.parsed("default", 0.0, Quantities::eurPerGb);
        Map<String, Double> to = transfer.mapping("to", siteName(), Quantities::eurPerGb);
        transfer.done();
        Map<String, Double> latency = spec.mapping("latency", siteName(), Quantities::millis);
        boolean drain = spec.bool("drain", false);
        Map<String, String> values = spec.mapping("values", (key, at) -> {}, Names.atMost(4_096));
        spec.done();
        return new Site(
                name,
                labels,
                zone,
                pue,
                cpu,
                memory,
                power,
                connection,
                fallback,
                to,
                latency,
                drain,
                values);
    }

    private BiConsumer<String, Place> siteName() {
        return (site, place) -> sitesNamed.putIfAbsent(site, place);
    }

    private BiConsumer<String, Place> labelKey() {
        return (key, place) -> {
            if (!Names.isLabelKey(key)) {
                metadata.problem(
                        place,
                        "'" + Names.shown(key) + "' is not a label's name",
                        "letters, digits, - _ and ., with a prefix and / at most",
                        null);
            }
        };
    }

    private static String zone(String text) {
        if (text.isBlank() || text.length() > 253) {
            throw Section.expected("a zone's name, such as DE", text);
        }
        return text;
    }
}
