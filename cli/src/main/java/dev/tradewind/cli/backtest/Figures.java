package dev.tradewind.cli.backtest;

/** What is told of a workload, or of all together, EUR. */
public record Figures(
        double stayCost,
        double meanCost,
        double cost,
        double oracleCost,
        int moves,
        int oracleMoves) {

    /**
     * @param ours what was paid
     * @return (mean - ours) / (mean - oracle); NaN where there was nothing to be saved
     */
    static double captured(double mean, double ours, double oracle) {
        return mean - oracle > 1e-9 * Math.abs(mean) ? (mean - ours) / (mean - oracle) : Double.NaN;
    }

    double captured() {
        return captured(meanCost, cost, oracleCost);
    }

    /** The mean over the sites of staying there, EUR. */
    static double meanStay(Fare fare, Track track) {
        double sum = 0;
        for (int j = 0; j < fare.sites().size(); j++) {
            sum += track.stay(fare, j);
        }
        return sum / fare.sites().size();
    }

    static Figures of(Fare fare, Track track, Track.Ride ours, Track.Ride oracle) {
        return new Figures(
                track.stay(fare, fare.start()),
                meanStay(fare, track),
                ours.eur(),
                oracle.eur(),
                ours.moves(),
                oracle.moves());
    }

    /** The same with another bound on what anybody could have paid. */
    Figures boundedBy(double eur) {
        return new Figures(stayCost, meanCost, cost, eur, moves, oracleMoves);
    }

    Figures plus(Figures other) {
        return new Figures(
                stayCost + other.stayCost,
                meanCost + other.meanCost,
                cost + other.cost,
                oracleCost + other.oracleCost,
                moves + other.moves,
                oracleMoves + other.oracleMoves);
    }
}
