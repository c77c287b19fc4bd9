package dev.tradewind.job.rules;

import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.text.Durations;
import java.time.Instant;

/** What is said of an episode: the time in which a rule's level is held at a site. */
final class Detections {
    private static final int ID_BYTES = 10;

    private Detections() {}

    static Detection fired(Edge held) {
        RuleFacts rule = held.rule();
        String since =
                where(held)
                        + " "
                        + words(rule.fires(), "is as the rule says since")
                        + " "
                        + Instant.ofEpochMilli(held.onsetMillis());
        String reason =
                rule.forMillis() == 0
                        ? since
                        : since + ", for " + Durations.format(rule.forMillis()) + " now";
        return detection(held, Detection.Kind.fired, held.atMillis(), held.value(), reason);
    }

    static Detection cleared(Edge held, Edge end) {
        String reason =
                switch (end.kind()) {
                    case LOW ->
                            where(held)
                                    + " "
                                    + words(held.rule().clears(), "is no longer as the rule says");
                    case GAP ->
                            where(held) + " has a hole in its readings that the rule does not bear";
                    default -> "the rule was changed or removed, or no longer looks at this site";
                };
        return detection(held, Detection.Kind.cleared, end.atMillis(), end.value(), reason);
    }

    /** Edges of before the words were on them have none. */
    private static String words(String said, String otherwise) {
        return said == null ? otherwise : said;
    }

    private static String where(Edge edge) {
        return edge.rule().signal() + " at " + edge.site();
    }

    /** What the log says of it: rule, version and site first, to search for. */
    static String line(Detection detection) {
        return "rule %s version %s site %s: %s: %s (episode %s)"
                .formatted(
                        detection.ruleId(),
                        detection.ruleVersion(),
                        detection.site(),
                        detection.kind(),
                        detection.reason(),
                        detection.detectionId());
    }

    /** The same for the firing and the clearing of one episode, however often they are found. */
    static String id(Edge edge) {
        String episode =
                String.join(
                        "|",
                        edge.rule().ruleId(),
                        edge.rule().ruleVersion(),
                        edge.site(),
                        Long.toString(edge.onsetMillis()));
        return Hashes.of(episode, ID_BYTES);
    }

    private static Detection detection(
            Edge held, Detection.Kind kind, long at, Double value, String reason) {
        RuleFacts rule = held.rule();
        return new Detection(
                id(held),
                kind,
                rule.ruleId(),
                rule.ruleVersion(),
                rule.catalogVersion(),
                held.site(),
                rule.signal(),
                Instant.ofEpochMilli(held.onsetMillis()),
                Instant.ofEpochMilli(at),
                value,
                rule.action(),
                rule.evacuateWithinMillis(),
                rule.workloads(),
                reason);
    }
}
