package dev.tradewind.job.explain;

import java.util.List;

/**
 * What a rule made of a history for one site.
 *
 * @param zone of the site, or null
 * @param lanes one a condition
 * @param phases of the rule: RISEN is what may come about yet, HELD is in force
 */
public record AtSite(
        String site,
        String zone,
        List<Lane> lanes,
        List<Phase> phases,
        List<Episode> episodes,
        List<NearMiss> nearMisses) {

    /** How long it was in force within [from, to). */
    public long inForceMillis(long from, long to) {
        return phases.stream()
                .filter(phase -> phase.state() == Phase.State.HELD && phase.overlaps(from, to))
                .mapToLong(
                        phase ->
                                Math.min(to, phase.toMillis()) - Math.max(from, phase.fromMillis()))
                .sum();
    }
}
