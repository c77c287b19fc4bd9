package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Rule;
import java.util.Locale;

/**
 * What a detection says of its rule. It rides on every edge, so that the patterns need no look into
 * the catalog, and an edit can't change a match that is under way.
 *
 * @param catalogVersion of the catalog in force when the rule was bound
 * @param shape in lower case
 * @param signal or expression; of a sequence that of its first side
 * @param forMillis 0 of a sequence and of forecasts, whose words say it
 * @param withinMillis of a sequence, else 0
 * @param action in lower case
 * @param workloads CEL over {@code workload}
 * @param fires what is so when it fires, in words between the signal at a site and an instant
 * @param clears what is so when it clears, likewise
 */
public record RuleFacts(
        String ruleId,
        String ruleVersion,
        String catalogVersion,
        String shape,
        String signal,
        long forMillis,
        long withinMillis,
        String action,
        Long evacuateWithinMillis,
        String workloads,
        String fires,
        String clears) {

    static RuleFacts of(Rule rule, String catalogVersion) {
        boolean sequence = rule.shape() == Rule.Shape.SEQUENCE;
        return new RuleFacts(
                rule.name(),
                rule.version(),
                catalogVersion,
                rule.shape().name().toLowerCase(Locale.ROOT),
                rule.conditions().get(0).quantity(),
                sequence || rule.conditions().get(0).forecast()
                        ? 0
                        : rule.conditions().get(0).forMillis(),
                sequence ? rule.sequence().withinMillis() : 0,
                rule.then().name().toLowerCase(Locale.ROOT),
                rule.evacuateWithinMillis(),
                rule.workloads(),
                RuleWords.fires(rule),
                RuleWords.clears(rule));
    }

    /** Whether a pattern of this shape is meant. */
    boolean isOf(Rule.Shape other) {
        // Edges of before the other shapes were there don't say.
        return shape == null ? other == Rule.Shape.SUSTAINED : shape.equalsIgnoreCase(other.name());
    }
}
