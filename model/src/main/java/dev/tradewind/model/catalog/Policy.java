package dev.tradewind.model.catalog;

import java.util.List;

/**
 * What holds for the workloads that it matches.
 *
 * @param workloads CEL over {@code workload}
 * @param priceMultiplier weight of the price in the cost of a kWh
 * @param carbonPriceEurPerTonne EUR per 10^6 gCO2eq
 * @param replanEveryMillis null: the rules alone ask for it
 * @param staleAfterMillis a signal older than this (from the end of its reading) is stale: stay
 * @param minResidenceMillis no move sooner after the last
 * @param movesInFlight at most this many of the fleet at once
 * @param movesPerSitePair at most this many at once between two sites
 * @param lostSiteAfterMillis wall time
 * @param riskAccepted must be true for {@link LostSite#FAILOVER}
 * @param freeze no new moves
 * @param namespaces where requests may place objects
 * @param kinds which kinds they may create
 * @param podSecurity the Pod Security standard that pod templates are held to
 * @param rebuildMirrors a stale mirror (or stopped former one) that stands in the way may be
 *     deleted and made anew
 * @param dryRun decide and publish, command nothing
 */
public record Policy(
        String name,
        String workloads,
        int priority,
        double priceMultiplier,
        double carbonPriceEurPerTonne,
        long horizonMillis,
        Long replanEveryMillis,
        long staleAfterMillis,
        long minResidenceMillis,
        int movesInFlight,
        int movesPerSitePair,
        long lostSiteAfterMillis,
        LostSite lostSite,
        boolean riskAccepted,
        boolean freeze,
        List<String> namespaces,
        List<String> kinds,
        PodSecurity podSecurity,
        List<String> serviceAccounts,
        List<String> secrets,
        boolean rebuildMirrors,
        boolean dryRun) {

    public enum LostSite {
        HOLD,
        FAILOVER
    }

    public enum PodSecurity {
        BASELINE,
        RESTRICTED
    }
}
