package dev.tradewind.job.topology;

import dev.tradewind.job.journal.DeadLetters;
import dev.tradewind.model.wire.DeadLetter;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Takes what could not be read out of a stream, to the side. */
final class Rejects<T> extends ProcessFunction<T, T> {
    private static final long serialVersionUID = 1L;

    /** The reject of an element, or null where it was read. */
    interface RejectOf<T> extends Serializable {
        DeadLetter of(T element);
    }

    private final RejectOf<T> reject;
    private transient Counter count;

    Rejects(RejectOf<T> reject) {
        this.reject = reject;
    }

    @Override
    public void open(OpenContext context) {
        count = DeadLetters.counter(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(T element, Context context, Collector<T> out) {
        DeadLetter letter = reject.of(element);
        if (letter == null) {
            out.collect(element);
        } else {
            count.inc();
            context.output(DeadLetters.TAG, letter);
        }
    }
}
