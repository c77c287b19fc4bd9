package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.Meter;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Placement.Ledger;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.Optional;

/** Sums up what a running workload costs, and what staying where it began would have. */
final class Meters {
    private Meters() {}

    /**
     * The state with everything summed up until now, at the values that have held so far: to be
     * called before new ones are taken in. What isn't known adds nothing, on neither side of the
     * ledger.
     */
    static WorkloadState accrue(WorkloadState state, Terms.Of terms, World world) {
        Meter meter = state.meter();
        long now = world.nowMillis();
        if (now <= meter.accruedAtMillis()) {
            return state;
        }
        Optional<Site> here =
                state.site() == null ? Optional.empty() : world.catalog().site(state.site());
        if (!draws(state.phase()) || here.isEmpty() || terms.policy() == null) {
            return state.with(meter.accrued(now, meter.ledger()));
        }
        Policy policy = terms.policy();
        long from = meter.accruedAtMillis();
        double watts = terms.facts().powerWatts();
        SiteCost cost = world.cost(here.get(), policy, from);
        return state.with(meter.accrued(now, ledger(meter, cost, policy, world, from, now, watts)));
    }

    private static Ledger ledger(
            Meter meter,
            SiteCost cost,
            Policy policy,
            World world,
            long from,
            long now,
            double watts) {
        Ledger ledger = meter.ledger();
        Optional<Site> first =
                meter.firstSite() == null
                        ? Optional.empty()
                        : world.catalog().site(meter.firstSite());
        if (first.isEmpty()) {
            return ledger;
        }
        SiteCost stay = world.cost(first.get(), policy, from);
        double eur = 0;
        double stayEur = 0;
        if (cost.known() && stay.known()) {
            long until = Math.min(now, Math.min(cost.knownUntilMillis(), stay.knownUntilMillis()));
            double kwh = CostModel.kwh(watts, Math.max(0, until - from));
            eur = kwh * cost.eurPerKwh();
            stayEur = kwh * stay.eurPerKwh();
        }
        double grams = 0;
        double stayGrams = 0;
        if (!Double.isNaN(cost.gramsPerKwh()) && !Double.isNaN(stay.gramsPerKwh())) {
            long until = Math.min(now, Math.min(cost.gramsUntilMillis(), stay.gramsUntilMillis()));
            double kwh = CostModel.kwh(watts, Math.max(0, until - from));
            grams = kwh * cost.gramsPerKwh();
            stayGrams = kwh * stay.gramsPerKwh();
        }
        return new Ledger(
                ledger.costEur() + eur,
                ledger.stayCostEur() + stayEur,
                ledger.grams() + grams,
                ledger.stayGrams() + stayGrams,
                ledger.moves());
    }

    private static boolean draws(Phase phase) {
        return phase == Phase.running || phase == Phase.moving || phase == Phase.stopping;
    }
}
