package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.testutils.logging.LoggerAuditingExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.event.Level;

class EpisodePatternTest {
    @RegisterExtension
    private final LoggerAuditingExtension log =
            new LoggerAuditingExtension(EpisodePattern.class, Level.INFO);

    private KeyedOneInputStreamOperatorTestHarness<String, Edge, Detection> harness;
    private int read;
    private long time;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void anEpisodeFiresOnceAndClearsOnce() throws Exception {
        take(Edge.Kind.HIGH, "12:00", "12:00");
        assertThat(said()).isEmpty();
        take(Edge.Kind.HELD, "12:00", "12:15");
        List<Detection> fired = said();
        assertThat(fired)
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.kind()).isEqualTo(Detection.Kind.fired);
                            assertThat(d.onset()).isEqualTo("2026-03-01T12:00:00Z");
                            assertThat(d.at()).isEqualTo("2026-03-01T12:15:00Z");
                            assertThat(d.action()).isEqualTo("reconsider");
                            assertThat(d.reason())
                                    .isEqualTo(
                                            "price at s is at or over 120 EUR/MWh since"
                                                    + " 2026-03-01T12:00:00Z, for 15m now");
                        });
        take(Edge.Kind.LOW, "12:00", "13:00");
        assertThat(said())
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.kind()).isEqualTo(Detection.Kind.cleared);
                            assertThat(d.detectionId()).isEqualTo(fired.get(0).detectionId());
                            assertThat(d.at()).isEqualTo("2026-03-01T13:00:00Z");
                            assertThat(d.reason())
                                    .isEqualTo("price at s is back under 100 EUR/MWh");
                        });
        take(Edge.Kind.HIGH, "14:00", "14:00");
        take(Edge.Kind.HELD, "14:00", "14:15");
        assertThat(said())
                .singleElement()
                .satisfies(
                        d -> assertThat(d.detectionId()).isNotEqualTo(fired.get(0).detectionId()));
    }

    @Test
    void theLogNamesRuleVersionAndSite() throws Exception {
        take(Edge.Kind.HIGH, "12:00", "12:00");
        take(Edge.Kind.HELD, "12:00", "12:15");
        Detection fired = said().get(0);
        take(Edge.Kind.GONE, "12:00", "12:20");
        String episode = " (episode " + fired.detectionId() + ")";
        assertThat(log.getMessages())
                .containsExactly(
                        "rule dear version 1 site s: fired: price at s is at or over 120 EUR/MWh"
                                + " since 2026-03-01T12:00:00Z, for 15m now"
                                + episode,
                        "rule dear version 1 site s: cleared: the rule was changed or removed, or"
                                + " no longer looks at this site"
                                + episode);
    }

    @Test
    void aLevelThatEndsBeforeItIsHeldSaysNothing() throws Exception {
        for (Edge.Kind end : List.of(Edge.Kind.LOW, Edge.Kind.GAP, Edge.Kind.GONE)) {
            take(Edge.Kind.HIGH, "12:00", "12:00");
            take(end, "12:00", "12:10");
            take(Edge.Kind.HELD, "12:00", "12:15");
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void anEditEndsTheLevelOfTheVersionBefore() throws Exception {
        take("1", Edge.Kind.HIGH, "12:00", "12:00");
        take("1", Edge.Kind.GONE, "12:00", "12:20");
        take("2", Edge.Kind.HIGH, "12:30", "12:30");
        take("2", Edge.Kind.HELD, "12:30", "12:45");
        take("2", Edge.Kind.GONE, "12:30", "12:50");
        take("3", Edge.Kind.HIGH, "12:50", "12:50");
        assertThat(said())
                .extracting(d -> d.kind() + " " + d.ruleVersion())
                .containsExactly("fired 2", "cleared 2");
    }

    @Test
    void aMatchUnderWayOutlivesARestart() throws Exception {
        take(Edge.Kind.HIGH, "12:00", "12:00");
        restart();
        take(Edge.Kind.HELD, "12:00", "12:15");
        assertThat(said()).extracting(Detection::kind).containsExactly(Detection.Kind.fired);
        restart();
        take(Edge.Kind.GAP, "12:00", "13:20");
        assertThat(said()).extracting(Detection::kind).containsExactly(Detection.Kind.cleared);
    }

    /** What is in savepoints: a step of another name makes them unreadable. */
    @Test
    void theNamesOfStepsAreFrozen() {
        List<String> names = new ArrayList<>();
        for (EpisodePattern episode : EpisodePattern.ALL) {
            names.add(episode.uid());
            for (var step = episode.pattern(); step != null; step = step.getPrevious()) {
                names.add(step.getName());
            }
        }
        assertThat(String.join(" ", names))
                .isEqualTo(
                        "cep-sustained-v1 left held broken entered"
                                + " cep-shift-v1 settled kept unsettled shifted"
                                + " cep-sequence-v1 over then unless first"
                                + " cep-silence-v1 heard-again silent heard missed");
    }

    @Test
    void whenNoEpisodeIsUnderWayNothingIsKept() throws Exception {
        for (int i = 10; i < 60; i++) {
            take(Edge.Kind.HIGH, "12:" + i, "12:" + i);
            if (i % 2 == 0) {
                take(Edge.Kind.HELD, "12:" + i, "12:" + i);
            }
            take(Edge.Kind.LOW, "12:" + i, "12:" + i);
        }
        assertThat(said()).hasSize(50);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }

    private void take(Edge.Kind kind, String onset, String at) throws Exception {
        take("1", kind, onset, at);
    }

    private void take(String version, Edge.Kind kind, String onset, String at) throws Exception {
        harness.processElement(
                new Edge(
                        RuleFacts.of(rule("dear", version, DEAR), "c"),
                        "s",
                        Edge.Origin.ZONE,
                        kind,
                        at(onset),
                        at(at),
                        130.0),
                time);
        harness.processWatermark(time + 1);
        time += 2;
    }

    private List<Detection> said() {
        List<Detection> all = harness.extractOutputValues();
        List<Detection> fresh = List.copyOf(all.subList(read, all.size()));
        read = all.size();
        return fresh;
    }

    private void restart() throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        read = 0;
    }

    /** The operator that flink-cep makes of the pattern. */
    @SuppressWarnings("unchecked")
    private static KeyedOneInputStreamOperatorTestHarness<String, Edge, Detection> harness()
            throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        var stream =
                EpisodePattern.of(Rule.Shape.SUSTAINED)
                        .match(
                                env.fromSequence(0, 0)
                                        .map(nothing -> (Edge) null)
                                        .returns(Edge.class)
                                        .keyBy(Edge::key));
        var operator =
                (OneInputStreamOperator<Edge, Detection>)
                        ((SimpleOperatorFactory<Detection>)
                                        ((OneInputTransformation<Edge, Detection>)
                                                        stream.getTransformation())
                                                .getOperatorFactory())
                                .getOperator();
        return new KeyedOneInputStreamOperatorTestHarness<>(operator, Edge::key, Types.STRING);
    }
}
