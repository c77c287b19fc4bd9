package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Sustained;
import java.util.List;

/**
 * The rules that look at one series (the readings of one signal of one zone or site), by name.
 *
 * @param zone the readings are a zone's, and hold for its sites
 */
record SeriesBinding(boolean zone, List<Bound> rules) {

    /**
     * One rule and the sites for which it looks at this series: a zone's readings fan out to the
     * sites only when there is an edge.
     */
    record Bound(RuleFacts facts, Sustained shape, List<String> sites) {}

    static SeriesBinding none(boolean zone) {
        return new SeriesBinding(zone, List.of());
    }

    Edge.Origin origin() {
        return zone ? Edge.Origin.ZONE : Edge.Origin.SITE;
    }
}
