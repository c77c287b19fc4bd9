package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Up.Kept;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.OperatorStateStore;

/**
 * The state of placement as it was when it had one subtask and planned the fleet itself: lists that
 * a start with several would have dealt out among them. They are read once, and empty from then on.
 */
final class Earlier {
    private final Surroundings surroundings;
    private final Absent absent;
    private final ListState<FleetPlanning> plans;
    private FleetPlanning planning;

    Earlier(OperatorStateStore store, PlacementConfig settings) throws Exception {
        surroundings = new Surroundings(store, "", true);
        absent = new Absent(store, "", true, settings);
        plans = Surroundings.list(store, "fleetPlan", FleetPlanning.class, true);
    }

    /** There is something of it. */
    boolean kept() throws Exception {
        return absent.kept();
    }

    /** Moves it to where it is kept now. */
    void moveTo(Surroundings allAround, Absent allAbsent) throws Exception {
        surroundings.moveTo(allAround);
        absent.moveTo(allAbsent);
        planning = FleetPlanning.NONE;
        for (FleetPlanning plan : plans.get()) {
            planning = plan;
        }
        plans.clear();
    }

    static <T> void move(ListState<T> from, ListState<T> to) throws Exception {
        to.addAll(Surroundings.list(from));
        from.clear();
    }

    /** The plan that was in force; null: there was no earlier state. */
    FleetPlanning planning() {
        return planning;
    }

    /** For admission, which has no state of its own yet. */
    Kept told(Surroundings now) {
        return new Kept(now.catalog(), now.views().views(), now.views().learned(), planning);
    }
}
