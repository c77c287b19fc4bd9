package dev.tradewind.job.ledger;

/**
 * A move that was completed.
 *
 * @param first where the workload was first
 * @param atMillis energy clock
 * @param fixedEur transfer and what is fixed, EUR
 * @param idleKwh that the workload draws at each of the two sites while neither works, PUE apart
 * @param priceMultiplier weight of the price, by the policy
 * @param carbonPriceEurPerTonne by the policy
 */
public record Arrival(
        Place from,
        Place to,
        Place first,
        long atMillis,
        double fixedEur,
        double idleKwh,
        double priceMultiplier,
        double carbonPriceEurPerTonne) {}
