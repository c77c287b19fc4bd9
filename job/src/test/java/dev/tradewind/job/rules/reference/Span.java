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
 * @param since when expressions, with {@code @} and a site, are looked at, where that is not from
 *     the beginning; also of those of which a rule looks at the forecast
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
        Map<String, Since> since,
        LookBack lookBack) {

    /**
     * The edit from which on an expression is looked at.
     *
     * @param step of the history
     * @param from event time
     * @param signals with {@code @} and a site, at which expressions looked before it
     */
    record Since(int step, long from, Set<String> signals) {}

    /** Before an expression: its forecast. */
    static final String AHEAD = "ahead ";
}
