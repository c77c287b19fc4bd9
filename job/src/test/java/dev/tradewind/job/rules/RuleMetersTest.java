package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class RuleMetersTest {
    private final Map<String, LongSupplier> registered = new TreeMap<>();
    private final RuleMeters meters = new RuleMeters(new Group("", registered));

    @Test
    void anEpisodeIsLiveUntilItFiresAndIsCountedOnceWhenItClears() {
        boolean held = meters.count(edge("dear", Edge.Kind.HIGH), false);
        assertThat(of("dear")).isEqualTo("cleared 0 fired 0 live 1 suppressed 0");
        held = meters.count(edge("dear", Edge.Kind.HELD), held);
        assertThat(of("dear")).isEqualTo("cleared 0 fired 1 live 0 suppressed 0");
        held = meters.count(edge("dear", Edge.Kind.LOW), held);
        assertThat(of("dear")).isEqualTo("cleared 1 fired 1 live 0 suppressed 0");
        assertThat(held).isFalse();
    }

    @Test
    void oneThatEndsBeforeItFiresIsSuppressedHoweverItEnds() {
        for (Edge.Kind end : new Edge.Kind[] {Edge.Kind.LOW, Edge.Kind.GAP, Edge.Kind.GONE}) {
            boolean held = meters.count(edge("dear", Edge.Kind.HIGH), false);
            meters.count(edge("dear", end), held);
        }
        assertThat(of("dear")).isEqualTo("cleared 0 fired 0 live 0 suppressed 3");
    }

    @Test
    void eachRuleHasItsOwn() {
        meters.count(edge("dear", Edge.Kind.HIGH), false);
        meters.count(edge("dearer", Edge.Kind.HIGH), false);
        meters.count(edge("dearer", Edge.Kind.LOW), false);
        assertThat(of("dear")).isEqualTo("cleared 0 fired 0 live 1 suppressed 0");
        assertThat(of("dearer")).isEqualTo("cleared 0 fired 0 live 0 suppressed 1");
    }

    private String of(String rule) {
        String group = "tradewind.rule." + rule + ".";
        StringBuilder all = new StringBuilder();
        registered.forEach(
                (name, value) -> {
                    if (name.startsWith(group)) {
                        all.append(name.substring(group.length()))
                                .append(' ')
                                .append(value.getAsLong())
                                .append(' ');
                    }
                });
        return all.toString().trim();
    }

    private static Edge edge(String rule, Edge.Kind kind) {
        return new Edge(
                RuleFacts.of(rule(rule, "1", DEAR), "c"),
                "s",
                Edge.Origin.ZONE,
                kind,
                at("12:00"),
                at("12:15"),
                130.0);
    }

    /** Remembers what is registered, by its whole name. */
    private static final class Group extends UnregisteredMetricsGroup {
        private final String prefix;
        private final Map<String, LongSupplier> registered;

        Group(String prefix, Map<String, LongSupplier> registered) {
            this.prefix = prefix;
            this.registered = registered;
        }

        @Override
        public MetricGroup addGroup(String name) {
            return new Group(prefix + name + ".", registered);
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return new Group(prefix + key + "." + value + ".", registered);
        }

        @Override
        public Counter counter(String name) {
            Counter counter = super.counter(name);
            registered.put(prefix + name, counter::getCount);
            return counter;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            registered.put(prefix + name, () -> ((Number) gauge.getValue()).longValue());
            return gauge;
        }
    }
}
