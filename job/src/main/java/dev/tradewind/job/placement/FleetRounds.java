package dev.tradewind.job.placement;

import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.wire.Detection;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The plans of a fleet for one who plays the job without Flink: when the fleet is planned anew, and
 * who is to be looked at then, as the job has it.
 */
public final class FleetRounds {
    private final PlacementCore core;
    private final Admission admission = new Admission(FleetSettings.DEFAULT);
    private final Waiting waiting = new Waiting();

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

    /** What came of a look at a workload: whether it waits for room, or for other moves to end. */
    public void looked(World world, Step step) {
        if (step.considered() && !step.impatient()) {
            waiting.remove(step.state().workload());
        } else if (step.impatient() || waiting.contains(step.state().workload())) {
            waiting.put(core.bid(world, step.state()));
        }
    }

    /** It waits for nothing any more. */
    public void gone(String workload) {
        waiting.remove(workload);
    }

    /**
     * Those that wait and could go somewhere now, once through: first those that have to leave
     * where they are, then those that are nowhere, and the largest first.
     *
     * @param world as it is when the next one is asked for
     * @return gives the next one each time; null: that was the last
     */
    public Supplier<String> waiting(Supplier<World> world) {
        Waiting.Round round = waiting.round();
        return () -> round.next(world.get());
    }

    /** The plan that holds. */
    public FleetPlanning planning(World world) {
        return world.fleet().planning();
    }
}
