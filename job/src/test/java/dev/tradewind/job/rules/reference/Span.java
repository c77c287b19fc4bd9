package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Site;
import java.util.List;
import java.util.Set;

/**
 * How long one version of a rule is in force.
 *
 * @param firstStep of the history; readings before it have passed
 * @param from event time
 * @param endStep the first that it does not see
 * @param end event time
 * @param edited it ends by an edit; else because the history does
 * @param expressions that rules looked at before it too
 */
record Span(
        List<Site> sites,
        int firstStep,
        long from,
        int endStep,
        long end,
        boolean edited,
        long staleAfter,
        Set<String> expressions) {

    /** The same as if it went on. */
    Span unedited() {
        return new Span(sites, firstStep, from, endStep, end, false, staleAfter, expressions);
    }
}
