package dev.tradewind.job.placement;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Placement;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Keeps the placement of each workload and says what is to be done. Input 1 is keyed by workload,
 * input 2 is for all: {@code keyed.connect(fleet.broadcast()).transform(...)}, at parallelism 1,
 * because the fleet's capacity has one owner. Commands are the main output.
 */
public class PlacementOperator extends AbstractStreamOperator<Command>
        implements TwoInputStreamOperator<WorkloadEvent, FleetEvent, Command> {
    private static final long serialVersionUID = 1L;

    /** What was decided, and why. */
    public static final OutputTag<Decision> DECISIONS = new OutputTag<>("decisions") {};

    /**
     * The present state of a workload, whenever it changes. One without a phase says that the
     * workload is gone: it is to be written as a tombstone.
     */
    public static final OutputTag<Placement> PLACEMENTS = new OutputTag<>("placements") {};

    private final EnergyClock clock;
    private final RecoveryPort recovery;
    private final PlacementConfig settings;

    /**
     * @param clock maps wall time to energy time
     * @param recovery asked when there is no state to restore; null: a first start
     */
    public PlacementOperator(EnergyClock clock, RecoveryPort recovery, PlacementConfig settings) {
        this.clock = clock;
        this.recovery = recovery;
        this.settings = settings;
    }

    @Override
    public void processElement1(StreamRecord<WorkloadEvent> element) {
        LOG.debug("{} {} {}", element.getValue().workload(), clock, settings);
    }

    @Override
    public void processElement2(StreamRecord<FleetEvent> element) {
        LOG.debug("fleet event, recovery {}", recovery);
    }
}
