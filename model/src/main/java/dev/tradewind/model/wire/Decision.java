package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What was decided for a workload and why, for people and for audit.
 *
 * @param epoch of the placement that it leads to, or the present one where it changes nothing
 * @param from present site, or null
 * @param to chosen site, or null
 * @param at energy clock
 * @param notBefore with {@link Verdict#delayed}, when it is planned to start
 * @param requestId the request that it answers, or null
 * @param ruleId and ruleVersion: the rule that asked for it, or null
 * @param reason one sentence a person can read
 * @param alternatives the sites that matter for it, with what they cost or why they may not be: the
 *     present and the chosen one, and the best of the others
 * @param expectedSavingEur what is expected to be saved by it, EUR, or null
 * @param moveCostEur what the move costs, EUR, or null
 * @param paidBackAfterMillis when the move will have saved what it costs, or null
 * @param readings what the costs of these sites were computed from
 * @param moreSites how many sites aren't told of; null: none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
        String decisionId,
        String workload,
        long epoch,
        Verdict verdict,
        String from,
        String to,
        Instant at,
        Instant notBefore,
        String requestId,
        String ruleId,
        String ruleVersion,
        String catalogVersion,
        String reason,
        List<Alternative> alternatives,
        Double expectedSavingEur,
        Double moveCostEur,
        Long paidBackAfterMillis,
        List<UsedReading> readings,
        Integer moreSites) {

    public enum Verdict {
        /** Start it at {@code to}. */
        start,
        /** Move it to {@code to}. */
        move,
        /** Start it later. */
        delayed,
        /** It stays, though something asked for a change. */
        stay,
        /** Stop it and keep its objects. */
        suspend,
        /** Stop it and remove its objects. */
        withdraw,
        /** The request was accepted and changes no place. */
        accepted,
        /** The request can't be honoured. */
        refused,
        /** The same request was answered before. */
        repeated,
        /** It ended by itself. */
        finished,
        /** A command came to nothing, and the workload is where it was. */
        rolledBack
    }

    /**
     * @param costEurPerHour of running there now; null where it is not known
     * @param energyEurPerHour the part of it that is for energy
     * @param carbonEurPerHour the part of it that is for carbon, at the policy's price
     * @param slotEur the price of the room that it would take up there, over the horizon, where
     *     room is short; or null
     * @param moveCostEur of getting there
     * @param expectedSavingEur of being there instead, over all that is looked ahead and with the
     *     later moves that pay, this one's cost not taken off; null where moves were not weighed
     * @param paidBackAfterMillis when the move will have saved what it costs if nothing moves after
     *     it; null where it doesn't within what is looked ahead
     * @param excluded why it may not be there; null where it may
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Alternative(
            String site,
            Double costEurPerHour,
            Double energyEurPerHour,
            Double carbonEurPerHour,
            Double slotEur,
            Double moveCostEur,
            Double expectedSavingEur,
            Long paidBackAfterMillis,
            String excluded) {}

    /**
     * @param ageMillis from the end of the reading's interval to the decision, energy clock; 0
     *     while the interval lasts
     * @param forecast true: the last measured interval is over, and this is what was forecast for
     *     the present one; null: it was measured
     * @param source who says so, where that is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record UsedReading(
            String site,
            String signal,
            double value,
            Instant datetime,
            long ageMillis,
            Boolean forecast,
            String source) {}
}
