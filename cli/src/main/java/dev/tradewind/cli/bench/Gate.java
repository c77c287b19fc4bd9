package dev.tradewind.cli.bench;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Where a stream of the benchmark ends: counts what comes, and tells when event time passes. */
final class Gate<T> extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<T, Void> {
    private static final long serialVersionUID = 1L;

    /** What an element is to the tally. */
    interface Count<T> extends Serializable {
        void count(T element, Tally tally);
    }

    private final long tallyId;
    private final long endMillis;
    private final Count<T> count;
    private transient Tally tally;
    private transient boolean passed;

    private Gate(long tallyId, long endMillis, Count<T> count) {
        this.tallyId = tallyId;
        this.endMillis = endMillis;
        this.count = count;
    }

    /**
     * @param endMillis when event time is here, that is the end of this stream
     */
    static <T> void end(
            DataStream<T> stream,
            String name,
            int parallelism,
            long tally,
            long endMillis,
            Count<T> count) {
        stream.transform(name, Types.VOID, new Gate<>(tally, endMillis, count))
                .uid(name)
                .setParallelism(parallelism);
    }

    @Override
    public void open() throws Exception {
        super.open();
        tally = Tally.of(tallyId);
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        count.count(element.getValue(), tally);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        tally.checkpoint(checkpointId);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        super.processWatermark(mark);
        if (!passed && mark.getTimestamp() >= endMillis) {
            passed = true;
            tally.ended();
        }
    }
}
