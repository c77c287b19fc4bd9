package dev.tradewind.job.placement;

import dev.tradewind.job.plan.RateCurve;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.horizon.Horizon;
import dev.tradewind.job.plan.horizon.Outlook;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything around a workload at one instant. Costs are worked out once for all workloads that
 * look at it.
 */
public final class World {
    private record CostKey(String site, String policy, long atMillis) {}

    private final Catalog catalog;
    private final SiteViews views;
    private final ActiveDetections detections;
    private final Fleet fleet;
    private final Reach reach;
    private final EnergyClock clock;
    private final long wallMillis;
    private final Map<CostKey, SiteCost> costs = new HashMap<>();
    private final Map<CostKey, Optional<Outlook>> outlooks = new HashMap<>();
    private final Map<CostKey, RateCurve> curves = new HashMap<>();
    private final Map<List<String>, Horizon> horizons = new HashMap<>();

    /**
     * @param wallMillis now; energy time follows by the clock
     */
    public World(
            Catalog catalog,
            SiteViews views,
            ActiveDetections detections,
            Fleet fleet,
            EnergyClock clock,
            long wallMillis) {
        this(catalog, views, detections, fleet, new Reach(), clock, wallMillis);
    }

    /**
     * As above.
     *
     * @param reach which sites answer, as far as that is known
     */
    public World(
            Catalog catalog,
            SiteViews views,
            ActiveDetections detections,
            Fleet fleet,
            Reach reach,
            EnergyClock clock,
            long wallMillis) {
        this.reach = reach;
        this.catalog = catalog;
        this.views = views;
        this.detections = detections;
        this.fleet = fleet;
        this.clock = clock;
        this.wallMillis = wallMillis;
    }

    Catalog catalog() {
        return catalog;
    }

    SiteViews views() {
        return views;
    }

    ActiveDetections detections() {
        return detections;
    }

    Fleet fleet() {
        return fleet;
    }

    Reach reach() {
        return reach;
    }

    EnergyClock clock() {
        return clock;
    }

    long wallMillis() {
        return wallMillis;
    }

    /** Energy time. */
    long nowMillis() {
        return clock.at(wallMillis);
    }

    /** As known now, of a site at an instant of energy time. */
    SiteCost cost(Site site, Policy policy, long atMillis) {
        return costs.computeIfAbsent(
                new CostKey(site.name(), policy.name(), atMillis),
                k -> views.costNow(site, policy, atMillis));
    }

    /** As known now, of a site from now on; nothing where its present cost isn't known. */
    Optional<Outlook> outlook(Site site, Policy policy) {
        return outlooks.computeIfAbsent(
                new CostKey(site.name(), policy.name(), nowMillis()),
                k -> views.outlook(site, policy, nowMillis()));
    }

    /** As known and expected now, of a site from now until an instant or later. */
    RateCurve curve(Site site, Policy policy, long endMillis) {
        CostKey key = new CostKey(site.name(), policy.name(), nowMillis());
        RateCurve curve = curves.get(key);
        if (curve == null || curve.endMillis() < endMillis) {
            curve = views.curve(site, policy, nowMillis(), nowMillis(), endMillis);
            curves.put(key, curve);
        }
        return curve;
    }

    /**
     * @param sites in the order in which ties break; the present cost of each is known
     */
    Horizon horizon(List<Site> sites, Policy policy) {
        List<String> key = new ArrayList<>();
        key.add(policy.name());
        sites.forEach(site -> key.add(site.name()));
        return horizons.computeIfAbsent(
                key,
                k ->
                        Horizon.of(
                                sites.stream()
                                        .map(site -> outlook(site, policy).orElseThrow())
                                        .toList(),
                                nowMillis()));
    }
}
