package dev.tradewind.job.plan.fleet;

import java.util.BitSet;

/**
 * What one workload brings to the plan of its fleet.
 *
 * @param id unique; ties break by it
 * @param demand by resource, 0 or more
 * @param kw drawn
 * @param tariff index into {@link FleetSites#eurPerKw}
 * @param at where it is, or -1 for one that is nowhere yet
 * @param stays it may stay where it is; without, it has to leave
 * @param allowed where else it may be; empty for one that is pinned, held or on the move
 * @param moveEur of a move, wherever it goes
 * @param stateGb that a move sends
 * @param movedAtMillis its last move, energy time; null if it never moved
 */
public record FleetRow(
        String id,
        double[] demand,
        double kw,
        int tariff,
        int at,
        boolean stays,
        BitSet allowed,
        double moveEur,
        double stateGb,
        Long movedAtMillis) {}
