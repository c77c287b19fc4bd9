package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A rule fired at a site, or cleared.
 *
 * @param detectionId the same for the firing and the clearing of one episode
 * @param ruleVersion of the rule that fired
 * @param catalogVersion of the catalog in which it was
 * @param onset when the level was passed, event time
 * @param at the instant of the firing or clearing, event time
 * @param value the reading that started it, or for a clearing that ended it; canonical unit; null
 *     where a gap or an edit ended it
 * @param action what the rule asks of placement, in lower case
 * @param evacuateWithinMillis see {@link dev.tradewind.model.catalog.Rule}
 * @param workloads CEL over {@code workload}: whom it concerns
 * @param reason a sentence for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Detection(
        String detectionId,
        Kind kind,
        String ruleId,
        String ruleVersion,
        String catalogVersion,
        String site,
        String signal,
        Instant onset,
        Instant at,
        Double value,
        String action,
        Long evacuateWithinMillis,
        String workloads,
        String reason) {

    public enum Kind {
        fired,
        cleared
    }
}
