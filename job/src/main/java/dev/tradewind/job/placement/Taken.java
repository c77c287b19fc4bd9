package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.wire.Placement.Phase;

/**
 * What a workload takes up, and where: at both ends while it moves.
 *
 * @param site where it is; null: nowhere
 * @param target where it is on its way to; null: nowhere
 */
public record Taken(
        double cpuCores, double memoryBytes, double powerWatts, String site, String target) {

    static Taken of(WorkloadState state, WorkloadFacts facts) {
        // what only tidies goes nowhere
        boolean goes = state.errand() != null && state.errand().kind() != Kind.RECLAIM;
        String to = goes ? state.errand().command().to() : null;
        boolean there =
                state.site() != null
                        && state.phase() != Phase.waiting
                        && state.phase() != Phase.suspended
                        && state.phase() != Phase.finished;
        return new Taken(
                facts.cpuCores(),
                facts.memoryBytes(),
                facts.powerWatts(),
                there ? state.site() : null,
                to == null || to.equals(state.site()) ? null : to);
    }

    boolean moves() {
        return site != null && target != null;
    }

    /** What it takes up once it is where it is to be, in cores, or in kW where it says none. */
    double size() {
        return site == null && target == null ? 0 : cpuCores > 0 ? cpuCores : powerWatts / 1_000;
    }
}
