package dev.tradewind.job.ledger;

/**
 * A time that a workload ran at a site under one spec, policy and catalog.
 *
 * @param first where it was first
 * @param fromMillis energy clock
 * @param toMillis exclusive; {@link #OPEN} while it lasts
 * @param watts that it draws
 * @param priceMultiplier weight of the price, by the policy
 * @param carbonPriceEurPerTonne by the policy
 */
public record Stay(
        Place here,
        Place first,
        long fromMillis,
        long toMillis,
        double watts,
        double priceMultiplier,
        double carbonPriceEurPerTonne) {
    public static final long OPEN = Long.MAX_VALUE;

    public boolean isOpen() {
        return toMillis == OPEN;
    }

    public Stay until(long millis) {
        return new Stay(
                here,
                first,
                fromMillis,
                Math.max(fromMillis, millis),
                watts,
                priceMultiplier,
                carbonPriceEurPerTonne);
    }

    boolean sameTerms(Stay other) {
        return here.equals(other.here)
                && first.equals(other.first)
                && watts == other.watts
                && priceMultiplier == other.priceMultiplier
                && carbonPriceEurPerTonne == other.carbonPriceEurPerTonne;
    }
}
