package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Sustained;
import java.util.Locale;

/**
 * What a detection says of its rule. It rides on every edge, so that the patterns need no look into
 * the catalog, and an edit can't change a match that is under way.
 *
 * @param catalogVersion of the catalog in force when the rule was bound
 * @param above the level is high at or over {@code enter}; false: at or under it
 * @param enter canonical unit
 * @param exit canonical unit
 * @param action in lower case
 * @param workloads CEL over {@code workload}
 */
public record RuleFacts(
        String ruleId,
        String ruleVersion,
        String catalogVersion,
        String signal,
        boolean above,
        double enter,
        double exit,
        long forMillis,
        String action,
        Long evacuateWithinMillis,
        String workloads) {

    /** Of a rule of shape sustained. */
    static RuleFacts of(Rule rule, String catalogVersion) {
        Sustained sustained = rule.sustained();
        return new RuleFacts(
                rule.name(),
                rule.version(),
                catalogVersion,
                rule.signal(),
                sustained.above(),
                sustained.enter(),
                sustained.exit(),
                sustained.forMillis(),
                rule.then().name().toLowerCase(Locale.ROOT),
                rule.evacuateWithinMillis(),
                rule.workloads());
    }
}
