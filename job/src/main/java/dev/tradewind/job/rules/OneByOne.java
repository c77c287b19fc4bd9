package dev.tradewind.job.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Gives edges a time of their own, a number, and lets that time pass soon after. So the pattern
 * that follows takes the edges of a key one by one in the order in which they come, which is
 * settled already, and it is still flink-cep in event time: that alone gives back what it keeps of
 * a key when no match is under way.
 *
 * <p>The edges of a key that come within {@value #WAIT_MILLIS} ms have one number: of one time
 * flink-cep takes them in the order in which they came. To bring in what it keeps of a key costs it
 * far more than an edge, and in a backlog a level is entered and held within a millisecond.
 *
 * <p>Numbers rise over restores and are never given twice, for flink-cep knows an event by its
 * time.
 */
final class OneByOne extends AbstractStreamOperator<Edge>
        implements OneInputStreamOperator<Edge, Edge>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** Less than a person or a placement sees, and many edges in a backlog. */
    static final long WAIT_MILLIS = 5;

    private static final ListStateDescriptor<Long> NEXT =
            new ListStateDescriptor<>("next", Types.LONG);

    private transient ListState<Long> kept;
    private transient long next;
    private transient boolean timed;

    /** Those given since time last passed, by key. */
    private transient Map<String, Long> given;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        // Of all subtasks: after a change of parallelism the highest counts for every key.
        kept = context.getOperatorStateStore().getUnionListState(NEXT);
        for (long number : kept.get()) {
            next = Math.max(next, number);
        }
        given = new HashMap<>();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        kept.update(List.of(next));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) {
        // After a restore nothing would let the time of the last edges pass.
        pass();
    }

    @Override
    public void processElement(StreamRecord<Edge> element) {
        long number = given.computeIfAbsent(element.getValue().key(), key -> next++);
        output.collect(element.replace(element.getValue(), number));
        if (!timed) {
            timed = true;
            ProcessingTimeService time = getProcessingTimeService();
            time.registerTimer(time.getCurrentProcessingTime() + WAIT_MILLIS, this::timePasses);
        }
    }

    private void timePasses(long now) {
        timed = false;
        pass();
    }

    private void pass() {
        if (!given.isEmpty()) {
            given.clear();
            output.emitWatermark(new Watermark(next++));
        }
    }

    @Override
    public void processWatermark(Watermark mark) {
        // The pattern's time is the edges' alone. But what event time brought is told at once.
        pass();
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) {
        // While no reading comes deadlines still pass, and their edges must not wait.
    }

    @Override
    public void endInput() {
        pass();
    }
}
