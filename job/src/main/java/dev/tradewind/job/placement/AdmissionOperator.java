package dev.tradewind.job.placement;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Policy;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the fleet's room and its moves: {@code placement's rows and claims connected with what
 * is told to all}, at parallelism 1, because room has one owner. What it says goes back to
 * placement by a topic.
 *
 * <p>State: the plan in force (a line for each workload that is to go somewhere) and {@link
 * Surroundings}. Rows, claims and grants are not kept: placement tells its rows anew at each start,
 * so that a grant that was on its way when the job failed leaves no room taken.
 */
public class AdmissionOperator extends AbstractStreamOperator<Word>
        implements TwoInputStreamOperator<Up, FleetEvent, Word> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(AdmissionOperator.class);

    private final EnergyClock clock;
    private final long tellMillis;

    private transient ListState<FleetPlanning> planningState;
    private transient Surroundings surroundings;
    private transient Clearing clearing;
    private transient Admission admission;
    private transient boolean restored;
    private transient long toldWall;
    private transient boolean telling;
    private transient long wake;
    private transient Counter rows;
    private transient Counter claims;
    private transient WallClock wallClock;
    private transient Counter doubtfulSeries;
    private transient Doubts doubts;
    private transient Overfull overfull;

    /**
     * @param tellMillis what is taken is told to all at most this often, wall time; plans and
     *     answers are told at once
     */
    public AdmissionOperator(EnergyClock clock, long tellMillis) {
        this.clock = clock;
        this.tellMillis = tellMillis;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
        surroundings = new Surroundings(context.getOperatorStateStore(), "", true);
        planningState =
                Surroundings.list(
                        context.getOperatorStateStore(), "fleetPlan", FleetPlanning.class, true);
    }

    @Override
    public void open() throws Exception {
        super.open();
        wallClock =
                new WallClock(
                        getProcessingTimeService()::getCurrentProcessingTime, System::nanoTime);
        getMetricGroup().gauge("clockJumps", wallClock::jumps);
        getMetricGroup().gauge("clockJumpMillis", wallClock::lastJumpMillis);
        admission = new Admission(FleetSettings.DEFAULT);
        clearing =
                new Clearing(
                        admission,
                        word -> {
                            if (word.told() != null) {
                                toldWall = wall();
                            }
                            output.collect(new StreamRecord<>(word));
                        });
        Fleet fleet = clearing.fleet();
        rows = getMetricGroup().counter("rows");
        claims = getMetricGroup().counter("claims");
        doubtfulSeries = getMetricGroup().counter("doubtfulSeries");
        doubts = new Doubts(surroundings.views());
        overfull = new Overfull();
        getMetricGroup().gauge("overfullSites", overfull::count);
        getMetricGroup().gauge("movesInFlight", fleet::movesInFlight);
        getMetricGroup().gauge("fleetPlans", () -> fleet.planning().planId());
        getMetricGroup().gauge("fleetGapPercent", () -> fleet.planning().gapPercent());
        if (restored) {
            surroundings.restore();
            for (FleetPlanning kept : planningState.get()) {
                admission.restored(fleet, kept);
            }
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        surroundings.snapshot(true);
        Fleet fleet = clearing.fleet();
        planningState.update(List.of(fleet.planning().since(fleet.changed())));
    }

    @Override
    public void processElement1(StreamRecord<Up> element) throws Exception {
        Up up = element.getValue();
        if (up.bid() != null || up.gone() != null) {
            rows.inc();
        } else if (up.claim() != null) {
            claims.inc();
        } else if (up.kept() != null) {
            surroundings.adopt(up.kept().catalog(), up.kept().views(), up.kept().learned());
            if (clearing.fleet().planning().planId() == 0 && up.kept().planning() != null) {
                admission.restored(clearing.fleet(), up.kept().planning());
            }
        }
        clearing.take(up);
        clear();
    }

    @Override
    public void processElement2(StreamRecord<FleetEvent> element) throws Exception {
        FleetEvent event = element.getValue();
        if (event.catalog() != null) {
            surroundings.put(event.catalog());
            surroundings.keepOnly(clock.at(wall()));
            clear();
            overfull.look(event.catalog(), clearing.fleet());
        } else if (event.view() != null
                && (Surroundings.isCost(event.view()) || surroundings.isMeter(event.view()))) {
            surroundings.apply(event.view(), clock.at(wall()));
            if (doubts.look(event.view())) {
                doubtfulSeries.inc();
            }
        }
    }

    private void clear() {
        if (surroundings.catalog() == null) {
            return;
        }
        long before = clearing.fleet().planning().planId();
        clearing.clear(surroundings.world(clearing.fleet(), new Reach(), clock, wall()));
        FleetPlanning plan = clearing.fleet().planning();
        if (plan.planId() > before) {
            overfull.look(surroundings.catalog(), clearing.fleet());
            LOGGER.info(
                    "fleet plan {}: {} of {} workloads have another place, {} % from the bound at most",
                    plan.planId(), plan.places().size(), clearing.rows(), plan.gapPercent());
        }
        tell();
        wakeForThePlan();
    }

    private void tell() {
        if (!clearing.news()) {
            return;
        }
        long due = toldWall + tellMillis;
        if (wall() >= due) {
            clearing.tell();
        } else if (!telling) {
            telling = true;
            getProcessingTimeService()
                    .registerTimer(
                            due,
                            timestamp -> {
                                telling = false;
                                clearing.tell();
                            });
        }
    }

    /** The policies' rhythms, whether anything happens then or not. */
    private void wakeForThePlan() {
        long now = clock.at(wall());
        long next = Long.MAX_VALUE;
        for (Policy policy : surroundings.catalog().policies()) {
            Long every = policy.replanEveryMillis();
            if (every != null) {
                next = Math.min(next, (Math.floorDiv(now, every) + 1) * every);
            }
        }
        if (next == Long.MAX_VALUE || next == wake) {
            return;
        }
        wake = next;
        getProcessingTimeService()
                .registerTimer(Math.max(wall() + 1, clock.wallOf(next)), timestamp -> clear());
    }

    long doubtfulSeries() {
        return doubtfulSeries.getCount();
    }

    int overfullSites() {
        return overfull.count();
    }

    SiteViews views() {
        return surroundings.views();
    }

    private long wall() {
        return wallClock.now();
    }
}
