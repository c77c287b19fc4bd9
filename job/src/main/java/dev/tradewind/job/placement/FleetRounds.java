package dev.tradewind.job.placement;

import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.wire.Detection;
import java.util.Set;

/**
 * The plans of a fleet for one who plays the job without Flink: when the fleet is planned anew, and
 * who is to be looked at then, as the job has it.
 */
public final class FleetRounds {
    private final PlacementCore core;
    private final Admission admission = new Admission(FleetSettings.DEFAULT);

    public FleetRounds(PlacementCore core) {
        this.core = core;
    }

    /** A rule fired or cleared; to be told before {@link #plan}. */
    public void onDetection(Detection detection) {
        if (ActiveDetections.is(detection, "evacuate")) {
            admission.expire();
        }
    }

    /**
     * Plans the fleet anew where that is due.
     *
     * @param states of all workloads
     * @return those that have a place to go to by a new plan, and are to be looked at by choice
     */
    public Set<String> plan(World world, Iterable<WorkloadState> states) {
        return admission.due(world) ? admission.plan(world, states, core) : Set.of();
    }

    /** The plan that holds. */
    public FleetPlanning planning(World world) {
        return world.fleet().planning();
    }
}
