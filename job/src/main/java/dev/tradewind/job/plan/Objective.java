package dev.tradewind.job.plan;

import dev.tradewind.model.catalog.Policy;

/**
 * What a kWh is weighed by.
 *
 * @param priceMultiplier weight of the price
 * @param carbonPriceEurPerTonne EUR per 10^6 gCO2eq
 */
public record Objective(double priceMultiplier, double carbonPriceEurPerTonne) {

    public static Objective of(Policy policy) {
        return new Objective(policy.priceMultiplier(), policy.carbonPriceEurPerTonne());
    }

    /** A signal without weight need not be known. */
    public boolean needsPrice() {
        return priceMultiplier != 0;
    }

    public boolean needsCarbon() {
        return carbonPriceEurPerTonne != 0;
    }
}
