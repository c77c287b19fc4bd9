package dev.tradewind.job.rules;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Gives each edge a time of its own, a number, and lets that time pass at once. So the pattern that
 * follows takes edges one by one in the order in which they come, which is settled already, and it
 * is still flink-cep in event time: that alone gives back what it keeps of a key when no match is
 * under way.
 *
 * <p>Numbers rise over restores and are never given twice, for flink-cep knows an event by its
 * time.
 */
final class OneByOne extends AbstractStreamOperator<Edge>
        implements OneInputStreamOperator<Edge, Edge> {
    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<Long> NEXT =
            new ListStateDescriptor<>("next", Types.LONG);

    private transient ListState<Long> kept;
    private transient long next;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        // Of all subtasks: after a change of parallelism the highest counts for every key.
        kept = context.getOperatorStateStore().getUnionListState(NEXT);
        for (long number : kept.get()) {
            next = Math.max(next, number);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        kept.update(List.of(next));
    }

    @Override
    public void processElement(StreamRecord<Edge> element) {
        long number = next;
        next += 2;
        output.collect(element.replace(element.getValue(), number));
        output.emitWatermark(new Watermark(number + 1));
    }

    @Override
    public void processWatermark(Watermark mark) {
        // The pattern's time is the edges' alone.
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) {
        // While no reading comes deadlines still pass, and their edges must not wait.
    }
}
