package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.RegisteredMetrics;
import org.junit.jupiter.api.Test;

class RuleMetersTest {
    private final RegisteredMetrics registered = new RegisteredMetrics();
    private final RuleMeters meters = new RuleMeters(registered);

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
        registered
                .all()
                .forEach(
                        (name, metric) -> {
                            if (name.startsWith(group)) {
                                all.append(name.substring(group.length()))
                                        .append(' ')
                                        .append(RegisteredMetrics.valueOf(metric))
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
}
