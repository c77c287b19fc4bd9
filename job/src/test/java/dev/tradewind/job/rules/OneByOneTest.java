package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    private OneInputStreamOperatorTestHarness<Edge, Edge> harness;

    @BeforeEach
    void open() throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(new OneByOne());
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void edgesOfAKeyThatComeTogetherHaveOneNumberAndOthersTheirOwn() throws Exception {
        take("a", Edge.Kind.HIGH);
        take("b", Edge.Kind.HIGH);
        take("a", Edge.Kind.HELD);
        harness.setProcessingTime(OneByOne.WAIT_MILLIS);
        assertThat(told()).containsExactly("a HIGH 0", "b HIGH 1", "a HELD 0", "time 2");
        take("a", Edge.Kind.LOW);
        harness.setProcessingTime(2 * OneByOne.WAIT_MILLIS);
        assertThat(told()).containsExactly("a LOW 3", "time 4");
    }

    @Test
    void whatEventTimeBroughtIsToldAtOnce() throws Exception {
        take("a", Edge.Kind.HELD);
        harness.processWatermark(new Watermark(1_000_000));
        harness.processWatermark(new Watermark(2_000_000));
        assertThat(told()).containsExactly("a HELD 0", "time 1");
    }

    @Test
    void aCheckpointLeavesNoneToWait() throws Exception {
        take("a", Edge.Kind.HIGH);
        harness.prepareSnapshotPreBarrier(1);
        assertThat(told()).containsExactly("a HIGH 0", "time 1");
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = new OneInputStreamOperatorTestHarness<>(new OneByOne());
        harness.initializeState(state);
        harness.open();
        take("a", Edge.Kind.HELD);
        harness.endInput();
        assertThat(told()).containsExactly("a HELD 2", "time 3");
    }

    private void take(String site, Edge.Kind kind) throws Exception {
        harness.processElement(
                new Edge(
                        RuleFacts.of(rule("dear", "1", DEAR), "v1"),
                        site,
                        Edge.Origin.SITE,
                        kind,
                        at("12:00"),
                        at("12:00"),
                        130.0),
                at("12:00"));
    }

    @SuppressWarnings("unchecked")
    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (Object next : harness.getOutput()) {
            if (next instanceof Watermark mark) {
                told.add("time " + mark.getTimestamp());
            } else {
                StreamRecord<Edge> record = (StreamRecord<Edge>) next;
                Edge edge = record.getValue();
                told.add(edge.site() + " " + edge.kind() + " " + record.getTimestamp());
            }
        }
        harness.getOutput().clear();
        return told;
    }
}
