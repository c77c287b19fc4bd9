package dev.tradewind.job.plan.fleet;

/**
 * What slots cost over the horizon. Where several resources are scarce, each has a price of its
 * own, and what the auction adds is a price of the one of which a workload takes the largest share.
 *
 * @param slotEur by site, EUR for each unit of a slot
 * @param unitEur by resource and site, EUR for each unit of demand
 * @param scale by resource: units of a slot that a unit of demand takes
 */
public record FleetPrices(double[] slotEur, double[][] unitEur, double[] scale) {

    /**
     * What a workload takes of a slot: the largest of its shares, in units of the first resource.
     */
    public double slot(double[] demand) {
        double slot = 0;
        for (int r = 0; r < scale.length; r++) {
            slot = Math.max(slot, demand[r] * scale[r]);
        }
        return slot;
    }

    /** EUR that a workload's slot at a site costs. */
    public double of(double[] demand, int site) {
        double eur = slot(demand) * slotEur[site];
        for (int r = 0; r < unitEur.length; r++) {
            eur += demand[r] * unitEur[r][site];
        }
        return eur;
    }

    /** Nothing is scarce anywhere. */
    public static FleetPrices free(int resources, int sites) {
        return new FleetPrices(
                new double[sites], new double[resources][sites], new double[resources]);
    }
}
