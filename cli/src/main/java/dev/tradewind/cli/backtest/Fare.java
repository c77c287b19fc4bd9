package dev.tradewind.cli.backtest;

import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.job.plan.horizon.MoveCosts;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;

/**
 * A workload as the backtest sees it.
 *
 * @param spec null where the planner alone is asked
 * @param sites where it may be, in the order in which ties break; at least one
 * @param start index of the one that it starts at
 * @param window when it runs; null: all the time
 */
public record Fare(
        String workload,
        WorkloadSpec spec,
        WorkloadFacts facts,
        Policy policy,
        List<Site> sites,
        int start,
        Window window) {

    /**
     * When work that isn't always on may run, energy time.
     *
     * @param firstMillis no start before this
     * @param lastMillis the last start that keeps the deadline; the same: it may not wait
     */
    record Window(long firstMillis, long lastMillis, long durationMillis, boolean interruptible) {}

    /** It is always on. */
    public Fare(String workload, WorkloadFacts facts, Policy policy, List<Site> sites, int start) {
        this(workload, null, facts, policy, sites, start, null);
    }

    double kw() {
        return facts.powerWatts() / 1_000;
    }

    int indexOf(String site) {
        for (int j = 0; j < sites.size(); j++) {
            if (sites.get(j).name().equals(site)) {
                return j;
            }
        }
        return -1;
    }

    Fare startingAt(int site) {
        return new Fare(workload, spec, facts, policy, sites, site, window);
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

    /** EUR of going on where it had been interrupted: one site idles, and nothing is sent. */
    double restartEur(int site, double[] rates) {
        return CostModel.moveEur(facts, 0, Double.NaN, rates[site]);
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
