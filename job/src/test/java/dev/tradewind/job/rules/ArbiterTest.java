package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ArbiterTest {

    @Test
    // The harness's close() throws Exception, which may be an InterruptedException.
    @SuppressWarnings("try")
    void whatWasToldOutlivesARestartAndNothingIsLeftAtTheEnd() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            take(harness, Edge.Origin.ZONE, Edge.Kind.HIGH, "12:00");
            take(harness, Edge.Origin.ZONE, Edge.Kind.HELD, "12:15");
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            take(harness, Edge.Origin.SITE, Edge.Kind.LOW, "12:20");
            assertThat(harness.extractOutputValues()).as("the zone may have more to say").isEmpty();
            harness.processWatermark(at("12:20"));
            assertThat(harness.extractOutputValues())
                    .extracting(Fixtures::line)
                    .containsExactly("LOW s 12:20");
            take(harness, Edge.Origin.SITE, Edge.Kind.GONE, "12:30");
            harness.processWatermark(at("12:31"));
            take(harness, Edge.Origin.ZONE, Edge.Kind.GONE, "12:32");
            harness.processWatermark(at("12:32"));
            assertThat(harness.extractOutputValues())
                    .extracting(Fixtures::line)
                    .containsExactly("LOW s 12:20", "HIGH s 12:30", "HELD s 12:30", "GONE s 12:32");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    private static void take(
            KeyedOneInputStreamOperatorTestHarness<String, Edge, Edge> harness,
            Edge.Origin origin,
            Edge.Kind kind,
            String at)
            throws Exception {
        harness.processElement(
                new Edge(
                        RuleFacts.of(rule("dear", "1", DEAR), "c"),
                        "s",
                        origin,
                        kind,
                        at("12:00"),
                        at(at),
                        130.0),
                at(at));
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Edge, Edge> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(new Arbiter(), Edge::key, Types.STRING);
    }
}
