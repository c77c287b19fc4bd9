package dev.tradewind.job.rules;

import dev.tradewind.model.SignalNames;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.text.Durations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/** What is said of an episode: the time in which a rule's level is held at a site. */
final class Detections {
    private Detections() {}

    static Detection fired(Edge held) {
        RuleFacts rule = held.rule();
        String since =
                rule.signal()
                        + " at "
                        + held.site()
                        + " is at or "
                        + (rule.above() ? "over " : "under ")
                        + number(rule, rule.enter())
                        + " since "
                        + Instant.ofEpochMilli(held.onsetMillis());
        String reason =
                rule.forMillis() == 0
                        ? since
                        : since + ", for " + Durations.format(rule.forMillis()) + " now";
        return detection(held, Detection.Kind.fired, held.atMillis(), held.value(), reason);
    }

    static Detection cleared(Edge held, Edge end) {
        RuleFacts rule = held.rule();
        String where = rule.signal() + " at " + held.site();
        String reason =
                switch (end.kind()) {
                    case LOW ->
                            end.value() == null
                                    ? where + " has another reading in force"
                                    : where
                                            + " is back "
                                            + (rule.above() ? "under " : "over ")
                                            + number(rule, rule.exit());
                    case GAP -> where + " has had no reading for longer than the rule bears";
                    default -> "the rule was changed or removed, or no longer looks at this site";
                };
        return detection(held, Detection.Kind.cleared, end.atMillis(), end.value(), reason);
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
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(episode.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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

    private static String number(RuleFacts rule, double value) {
        String text =
                value == Math.rint(value) && Math.abs(value) < 1e15
                        ? Long.toString((long) value)
                        : String.format(Locale.ROOT, "%.4g", value);
        return SignalNames.unitOf(rule.signal())
                .filter(unit -> !unit.equals("1"))
                .map(unit -> text + " " + unit)
                .orElse(text);
    }
}
