package dev.tradewind.cli.backtest;

import dev.tradewind.job.placement.FleetPlanning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How good the plans of a fleet were that shares scarce room, each against its own proof: what it
 * costs over its horizon, as was expected when it was made, and below what no plan could have gone.
 *
 * @param plans that were made
 * @param contended how many of them found that not all can be where they would be best; the others
 *     left each workload to itself
 * @param medianGapPercent of the contended ones, from their bounds; 0 where there are none
 * @param ninthGapPercent that nine in ten of them are within. There is no mean: where prices are
 *     negative a bound comes near 0, and what is little in EUR is any number of percent
 */
public record FleetPlans(
        int plans, int contended, double medianGapPercent, double ninthGapPercent) {

    /** Counts plans as they are made. */
    static final class Count {
        private final List<Double> gaps = new ArrayList<>();
        private long lastPlanId;
        private int plans;

        /** The plan that holds now, whether it was counted or not. */
        void holds(FleetPlanning plan) {
            if (plan.planId() == lastPlanId || plan.planId() == 0) {
                return;
            }
            lastPlanId = plan.planId();
            plans++;
            if (plan.contended()) {
                gaps.add(plan.gapPercent());
            }
        }

        FleetPlans counted() {
            gaps.sort(null);
            return new FleetPlans(plans, gaps.size(), at(0.5), at(0.9));
        }

        private double at(double part) {
            return gaps.isEmpty() ? 0 : gaps.get((int) (part * (gaps.size() - 1)));
        }
    }

    String text() {
        return contended == 0
                ? String.format(
                        Locale.ROOT,
                        "the fleet was planned %,d times, and each time all had room where it is best for them",
                        plans)
                : String.format(
                        Locale.ROOT,
                        "the fleet was planned %,d times, %,d of them with too few slots for all to be where it is best: half of these plans are proven to cost at most %.2f %% more than the best one, nine in ten at most %.2f %%",
                        plans,
                        contended,
                        medianGapPercent,
                        ninthGapPercent);
    }
}
