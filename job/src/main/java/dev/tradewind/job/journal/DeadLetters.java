package dev.tradewind.job.journal;

import dev.tradewind.model.wire.DeadLetter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.OutputTag;

/** What could not be read, on its way beside the stream that it was in. */
public final class DeadLetters {
    public static final OutputTag<DeadLetter> TAG =
            new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

    private DeadLetters() {}

    /** How many an operator has taken out. */
    public static Counter counter(MetricGroup operator) {
        return operator.addGroup("tradewind").counter("deadLetters");
    }
}
