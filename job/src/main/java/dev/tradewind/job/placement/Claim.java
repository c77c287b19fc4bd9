package dev.tradewind.job.placement;

/**
 * A workload asks for room, before it sets out.
 *
 * @param wanted what it would be
 * @param to where
 * @param mostInFlight moves that may be under way besides; of a start as many as you like
 * @param mostBetween likewise between the two sites
 * @param regardless it goes there in any case: its deadline, or what is under way already, counts
 *     for more than room
 * @param catalog the version it was decided by
 * @param plan and the plan
 */
public record Claim(
        Bid wanted,
        String to,
        int mostInFlight,
        int mostBetween,
        boolean regardless,
        String catalog,
        String plan) {}
