package dev.tradewind.cli.backtest;

import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.job.plan.horizon.MoveCosts;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.List;

/**
 * A workload as the backtest sees it.
 *
 * @param sites where it may be, in the order in which ties break; at least one
 * @param start index of the one that it starts at
 */
public record Fare(
        String workload, WorkloadFacts facts, Policy policy, List<Site> sites, int start) {

    double kw() {
        return facts.powerWatts() / 1_000;
    }

    /**
     * EUR of a move.
     *
     * @param rates EUR/kWh by site; NaN where it isn't known
     */
    double moveEur(int from, int to, double[] rates) {
        return CostModel.moveEur(
                facts,
                sites.get(from).transferEurPerGbTo(sites.get(to).name()),
                rates[from],
                rates[to]);
    }

    /** The same for the planner, of some of the sites. */
    MoveCosts moves(int[] among) {
        double[][] fixed = new double[among.length][among.length];
        for (int i = 0; i < among.length; i++) {
            for (int j = 0; j < among.length; j++) {
                fixed[i][j] =
                        i == j
                                ? 0
                                : CostModel.moveEur(
                                                facts,
                                                sites.get(among[i])
                                                        .transferEurPerGbTo(
                                                                sites.get(among[j]).name()),
                                                0,
                                                0)
                                        / kw();
            }
        }
        return new MoveCosts(fixed, CostModel.hours(facts.downtimeMillis()));
    }

    /** Before this it doesn't move by choice, ms: residence and cooldown. */
    long quietUntil(long arrivedMillis, boolean moved) {
        return arrivedMillis
                + (moved
                        ? Math.max(policy.minResidenceMillis(), facts.cooldownMillis())
                        : policy.minResidenceMillis());
    }
}
