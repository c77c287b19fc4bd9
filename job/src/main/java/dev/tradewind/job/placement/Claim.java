package dev.tradewind.job.placement;

import dev.tradewind.model.catalog.Catalog;

/**
 * A workload asks for room, before it sets out.
 *
 * @param wanted what it would be
 * @param to where
 * @param mostInFlight moves that may be under way besides; of a start as many as you like
 * @param mostBetween likewise between the two sites
 * @param regardless it goes there in any case: its deadline, or what is under way already, counts
 *     for more than room
 * @param first it has to leave where it is: what is kept for such is for it
 * @param catalog the version it was decided by
 * @param plan and the plan
 */
public record Claim(
        Bid wanted,
        String to,
        int mostInFlight,
        int mostBetween,
        boolean regardless,
        boolean first,
        String catalog,
        String plan) {

    /** The same, room or not. */
    Claim anyway() {
        return new Claim(wanted, to, mostInFlight, mostBetween, true, first, catalog, plan);
    }

    /** There is room by this account, and one more move is allowed. */
    boolean isMet(Catalog sites, Fleet fleet) {
        String from = wanted.taken().site();
        return sites.site(to)
                        .filter(s -> fleet.fits(wanted.workload(), wanted.taken(), s, first))
                        .isPresent()
                && fleet.allowsMove(mostInFlight, first)
                && (from == null || fleet.allowsMove(from, to, mostBetween, first));
    }
}
