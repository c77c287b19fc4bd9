package dev.tradewind.job.rules;

import java.util.Map;
import org.apache.flink.streaming.api.operators.StreamOperator;

/** What {@code tradewind.rule.NAME.live} shows, for tests of other packages. */
public final class LiveCounts {
    private LiveCounts() {}

    /** By rule, of those that have any; of an operator that counts none there are none. */
    public static Map<String, Long> of(StreamOperator<?> operator) {
        if (operator instanceof Arbiter arbiter) {
            return arbiter.live();
        }
        return operator instanceof Conductor conductor ? conductor.live() : Map.of();
    }
}
