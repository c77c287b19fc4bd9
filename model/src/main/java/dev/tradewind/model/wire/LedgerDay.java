package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What a workload drew, cost and emitted at a site on a UTC day, and what the same time would have
 * at the site where it was first: at the values that were measured, not those that were expected.
 * The topic is compacted, its key is {@code workload/site/day}; a later record of a key takes the
 * place of an earlier one.
 *
 * <p>Every number but the sites' names adds up: over sites and days to a workload's whole, over
 * workloads to the fleet's.
 *
 * @param day such as {@code 2026-03-01}, UTC
 * @param closed the day is over and nothing of it changes any more
 * @param at energy clock, when it was reckoned
 * @param firstSite where it was first, which it is compared with
 * @param hours that it ran there
 * @param uncountedHours of these, in which a cost was not known at one of the two sites: then it
 *     counts in neither
 * @param kwh drawn from the grid there, PUE included; moves apart
 * @param energyEur price x kWh, by the policy's weight of the price
 * @param carbonEur carbon at the policy's price
 * @param moves that arrived there
 * @param moveKwh drawn at both sites while neither worked
 * @param moveEur what they cost: transfer, that energy, and what is fixed
 * @param stayEur energy and carbon of the same hours at the first site
 * @param savedEur {@code stayEur - energyEur - carbonEur - moveEur}
 * @param carbon by factor; the factors are never added or compared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LedgerDay(
        String workload,
        String site,
        String day,
        boolean closed,
        Instant at,
        String firstSite,
        double hours,
        double uncountedHours,
        double kwh,
        double energyEur,
        double carbonEur,
        int moves,
        double moveKwh,
        double moveEur,
        double stayEur,
        double savedEur,
        List<Carbon> carbon) {

    /** How a carbon intensity counts a kWh: as the mean of all that is drawn, or as one more. */
    public enum Factor {
        average,
        marginal
    }

    /**
     * Emissions by one factor, gCO2eq.
     *
     * @param sources who said so, as their readings tell; empty where they don't
     * @param uncountedHours in which it was not known at one of the two sites
     * @param grams of running
     * @param moveGrams of moves
     * @param stayGrams of the same hours at the first site
     * @param savedGrams {@code stayGrams - grams - moveGrams}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Carbon(
            Factor factor,
            List<String> sources,
            double uncountedHours,
            double grams,
            double moveGrams,
            double stayGrams,
            double savedGrams) {}
}
