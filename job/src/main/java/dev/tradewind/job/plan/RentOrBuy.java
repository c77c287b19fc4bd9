package dev.tradewind.job.plan;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When to move: as with skis, that are rented until the rent has reached their price. For each
 * other site the saving forgone by not being there is summed up since the arrival, and a move is
 * due when it reaches what the move costs. Whatever comes, that loses little against knowing it all
 * beforehand.
 *
 * <p>The sum never falls under 0: that another site was dearer last week doesn't speak against it
 * today.
 */
public final class RentOrBuy {
    /**
     * @param eurPerKwh rate there now
     * @param regretEur the saving forgone by not having been there
     * @param moveEur the cost of going there
     */
    public record Option(String site, double eurPerKwh, double regretEur, double moveEur) {

        private boolean pays() {
            return regretEur >= moveEur && regretEur > 0;
        }
    }

    private RentOrBuy() {}

    /**
     * The regrets after a time during which the rates were these. A site whose rate isn't known
     * keeps its regret as it is, and so do all where the present one's isn't.
     *
     * @param regrets EUR by site, each 0 or more
     * @param presentEurPerKwh NaN where it isn't known
     * @param eurPerKwh of other sites where it is known
     * @param kwh drawn in that time
     */
    public static Map<String, Double> accrue(
            Map<String, Double> regrets,
            double presentEurPerKwh,
            Map<String, Double> eurPerKwh,
            double kwh) {
        if (Double.isNaN(presentEurPerKwh)) {
            return regrets;
        }
        Map<String, Double> accrued = new HashMap<>(regrets);
        eurPerKwh.forEach(
                (site, rate) -> {
                    double regret =
                            accrued.getOrDefault(site, 0.0) + kwh * (presentEurPerKwh - rate);
                    if (regret > 0) {
                        accrued.put(site, regret);
                    } else {
                        accrued.remove(site);
                    }
                });
        return accrued;
    }

    /**
     * Where to move, if it pays: the site with the most regret over its move's cost among those
     * that are cheaper than the present one now. Ties go to the first in {@code options}.
     */
    public static Optional<Option> choose(double presentEurPerKwh, List<Option> options) {
        return options.stream()
                .filter(o -> o.eurPerKwh < presentEurPerKwh && o.pays())
                .max(
                        // max takes the last of equals
                        Comparator.<Option>comparingDouble(o -> o.regretEur - o.moveEur)
                                .thenComparing(
                                        Comparator.comparingInt(options::indexOf).reversed()));
    }

    /**
     * In how many hours the first move pays if the rates stay as they are; infinite if none ever
     * does.
     */
    public static double hoursUntilOnePays(
            double presentEurPerKwh, double watts, List<Option> options) {
        double soonest = Double.POSITIVE_INFINITY;
        for (Option option : options) {
            double savedAnHour = CostModel.eurPerHour(presentEurPerKwh - option.eurPerKwh, watts);
            if (savedAnHour > 0) {
                soonest =
                        Math.min(
                                soonest,
                                Math.max(0, option.moveEur - option.regretEur) / savedAnHour);
            }
        }
        return soonest;
    }
}
