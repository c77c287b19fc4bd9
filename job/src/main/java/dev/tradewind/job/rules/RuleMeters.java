package dev.tradewind.job.rules;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts what becomes of the episodes of each rule, since the job's start: {@code
 * tradewind.rule.NAME.fired}, {@code cleared}, {@code suppressed} (it began and ended before it had
 * come about) and {@code live} (begun and neither fired nor suppressed). Each subtask counts its
 * own; a rule's are their sum. One name a rule, whatever its version; at most {@value #MOST} names,
 * for Flink keeps a metric until the task ends.
 */
final class RuleMeters {
    private static final int MOST = 10_000;

    private final MetricGroup group;
    private final Map<String, Of> rules = new HashMap<>();

    private static final class Of {
        private final Counter fired;
        private final Counter cleared;
        private final Counter suppressed;
        private long begun;

        Of(MetricGroup group) {
            fired = group.counter("fired");
            cleared = group.counter("cleared");
            suppressed = group.counter("suppressed");
            group.gauge(
                    "live", () -> Math.max(0, begun - fired.getCount() - suppressed.getCount()));
        }
    }

    RuleMeters(MetricGroup group) {
        this.group = group.addGroup("tradewind");
    }

    /**
     * @param told an edge that goes to a pattern
     * @param held whether the episode had come about before
     * @return whether it has after
     */
    boolean count(Edge told, boolean held) {
        Of rule = rules.get(told.rule().ruleId());
        if (rule == null) {
            if (rules.size() >= MOST) {
                return told.kind() == Edge.Kind.HELD;
            }
            rule = new Of(group.addGroup("rule", told.rule().ruleId()));
            rules.put(told.rule().ruleId(), rule);
        }
        if (told.ends()) {
            (held ? rule.cleared : rule.suppressed).inc();
            return false;
        }
        if (told.kind() == Edge.Kind.HELD) {
            rule.fired.inc();
            return true;
        }
        if (told.kind() == Edge.Kind.HIGH) {
            rule.begun++;
            return false;
        }
        return held;
    }
}
