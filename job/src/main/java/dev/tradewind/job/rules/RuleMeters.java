package dev.tradewind.job.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts what becomes of the episodes of each rule: since the task's start {@code
 * tradewind.rule.NAME.fired}, {@code cleared} and {@code suppressed} (it began and ended before it
 * had come about); and now {@code live} (begun and neither fired nor suppressed), also of what
 * began before a restart. Each subtask counts its own; a rule's are their sum. One name a rule,
 * whatever its version; at most {@value #MOST} names, for Flink keeps a metric until the task ends.
 */
final class RuleMeters {
    private static final int MOST = 10_000;

    private final MetricGroup group;
    private final Map<String, Of> rules = new HashMap<>();

    private static final class Of {
        private final Counter fired;
        private final Counter cleared;
        private final Counter suppressed;
        private long live;

        Of(MetricGroup group) {
            fired = group.counter("fired");
            cleared = group.counter("cleared");
            suppressed = group.counter("suppressed");
            group.gauge("live", () -> live);
        }
    }

    RuleMeters(MetricGroup group) {
        this.group = group.addGroup("tradewind");
    }

    /** An episode is under way of which this knows only by the state that is gone on from. */
    void restored(String ruleId) {
        Of rule = of(ruleId);
        if (rule != null) {
            rule.live++;
        }
    }

    /**
     * @param told an edge that goes to a pattern
     * @param held whether the episode had come about before
     * @return whether it has after
     */
    boolean count(Edge told, boolean held) {
        boolean after =
                told.kind() == Edge.Kind.HELD
                        || held && !told.ends() && told.kind() != Edge.Kind.HIGH;
        Of rule = of(told.rule().ruleId());
        if (rule == null) {
            return after;
        }
        if (told.ends()) {
            (held ? rule.cleared : rule.suppressed).inc();
            rule.live -= held ? 0 : 1;
        } else if (told.kind() == Edge.Kind.HELD) {
            rule.fired.inc();
            rule.live--;
        } else if (told.kind() == Edge.Kind.HIGH) {
            rule.live++;
        }
        return after;
    }

    /** By rule, of those that have any. */
    Map<String, Long> live() {
        Map<String, Long> live = new TreeMap<>();
        rules.forEach((name, rule) -> live.put(name, rule.live));
        live.values().removeIf(count -> count == 0);
        return live;
    }

    /** Null where there are too many. */
    private Of of(String ruleId) {
        Of rule = rules.get(ruleId);
        if (rule == null && rules.size() < MOST) {
            rule = new Of(group.addGroup("rule", ruleId));
            rules.put(ruleId, rule);
        }
        return rule;
    }
}
