package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Site;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long one version of a rule is in force.
 *
 * @param both by level, whether the version before heard of two series of it
 * @param firstStep of the history; readings before it have passed
 * @param from event time
 * @param endStep the first that it does not see
 * @param end event time
 * @param edited it ends by an edit; else because the history does
 * @param expressions with {@code @} and a site, that rules looked at before it too; also of those
 *     of which one looked at the forecast
 * @param signals of those, likewise
 * @param lookBack of baselines
 */
record Span(
        String rule,
        Map<String, Boolean> both,
        List<Site> sites,
        int firstStep,
        long from,
        int endStep,
        long end,
        boolean edited,
        long staleAfter,
        Set<String> expressions,
        Set<String> signals,
        LookBack lookBack) {

    /** Before an expression: its forecast. */
    static final String AHEAD = "ahead ";
}
