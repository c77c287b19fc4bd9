package dev.tradewind.job.plan.fleet;

/**
 * How a fleet is planned. A unit is what running one core over the horizon costs in the mean.
 *
 * @param reserve part of each site's capacity that only those use that have to move or are new:
 *     with none, moves between full sites wait for each other
 * @param kappa times that the cost of a move by choice counts: costs are expectations, and a move
 *     that hardly pays is taken back an hour later
 * @param recentFactor times more that it counts for one that has just moved
 * @param recentMillis how long that is
 * @param rightUnits price above which nobody is displaced
 * @param waitUnits what it counts more than the dearest site to have no place at all
 * @param mostUnits that one bid raises a price at most
 * @param stepUnits by which a bid goes beyond what the slot is worth, in each pass of the auction
 * @param gate part of the cost that moves by choice have to save together
 */
public record FleetSettings(
        double reserve,
        double kappa,
        double recentFactor,
        long recentMillis,
        double rightUnits,
        double waitUnits,
        double mostUnits,
        double[] stepUnits,
        double gate) {

    public static final FleetSettings DEFAULT =
            new FleetSettings(
                    0.02,
                    4,
                    5,
                    12 * 3_600_000L,
                    10,
                    50,
                    200,
                    new double[] {0.2, 0.04, 0.008},
                    0.001);

    /** The same with other weights of a move's cost. */
    public FleetSettings damped(double ofMoves, double ofRecent) {
        return new FleetSettings(
                reserve,
                ofMoves,
                ofRecent,
                recentMillis,
                rightUnits,
                waitUnits,
                mostUnits,
                stepUnits,
                gate);
    }
}
