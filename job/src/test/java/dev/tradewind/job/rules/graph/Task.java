package dev.tradewind.job.rules.graph;

import dev.tradewind.job.rules.LiveCounts;
import dev.tradewind.job.rules.Together;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.OutputTag;

/** One subtask of an operator. What it puts out goes on at once, as in a chain. */
@SuppressWarnings({"unchecked", "rawtypes"})
final class Task {
    final StreamNode node;
    final int index;
    private final OperatorGraph graph;
    private final AbstractStreamOperatorTestHarness<?> harness;

    /** By input, and there by channel: the edge and the subtask that sends. */
    private final Map<Integer, Map<String, Long>> watermarks = new HashMap<>();

    private final Map<Integer, Long> passed = new HashMap<>();

    Task(OperatorGraph graph, StreamNode node, int index) throws Exception {
        this.graph = graph;
        this.node = node;
        this.index = index;
        this.harness = harness(node, index);
        harness.setOutputCreator(serializer -> (Output) new Onward());
    }

    private static AbstractStreamOperatorTestHarness<?> harness(StreamNode node, int index)
            throws Exception {
        SimpleOperatorFactory<?> factory = (SimpleOperatorFactory<?>) node.getOperatorFactory();
        StreamOperator<?> operator = InstantiationUtil.clone(factory.getOperator());
        int parallelism = node.getParallelism();
        int most = Blueprint.MAX_PARALLELISM;
        KeySelector<?, ?>[] keys = node.getStatePartitioners();
        boolean keyed = node.getStateKeySerializer() != null;
        TypeInformation<String> text = Types.STRING;
        if (operator instanceof TwoInputStreamOperator two) {
            return new KeyedTwoInputStreamOperatorTestHarness(
                    two, keys[0], keys[1], text, most, parallelism, index);
        }
        return keyed
                ? new KeyedOneInputStreamOperatorTestHarness(
                        (OneInputStreamOperator) operator, keys[0], text, most, parallelism, index)
                : new OneInputStreamOperatorTestHarness(
                        (OneInputStreamOperator) operator, most, parallelism, index);
    }

    /**
     * @param state null: none
     */
    void open(OperatorSubtaskState state) throws Exception {
        harness.setup(null);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        for (StreamEdge edge : node.getInEdges()) {
            int senders = graph.parallelism(edge.getSourceId());
            for (int sender = 0; sender < senders; sender++) {
                long first = graph.blueprint.holdsTimeBack(edge) ? Long.MIN_VALUE : Long.MAX_VALUE;
                if (graph.reaches(edge, sender, index)) {
                    channels(edge).put(channel(edge, sender), first);
                }
            }
        }
        for (StreamEdge edge : node.getInEdges()) {
            pass(edge.getTypeNumber());
        }
    }

    OperatorSubtaskState snapshot(long id) throws Exception {
        harness.prepareSnapshotPreBarrier(id);
        return harness.snapshot(id, id);
    }

    void close() throws Exception {
        harness.close();
    }

    int stateEntries() {
        return harness instanceof KeyedOneInputStreamOperatorTestHarness one
                ? one.numKeyedStateEntries()
                : harness instanceof KeyedTwoInputStreamOperatorTestHarness two
                        ? two.numKeyedStateEntries()
                        : 0;
    }

    Map<String, Long> live() {
        return LiveCounts.of(harness.getOperator());
    }

    void process(StreamEdge edge, StreamRecord<?> record) throws Exception {
        // The sender may use its record again.
        StreamRecord copy =
                record.hasTimestamp()
                        ? new StreamRecord(record.getValue(), record.getTimestamp())
                        : new StreamRecord(record.getValue());
        if (harness instanceof OneInputStreamOperatorTestHarness one) {
            one.processElement(copy);
        } else if (edge.getTypeNumber() == 1) {
            two().processElement1(copy);
        } else {
            two().processElement2(copy);
        }
    }

    /** What is put together goes on before anything else comes. */
    void aMomentPasses() throws Exception {
        if (harness.getOperator() instanceof Together) {
            harness.setProcessingTime(harness.getProcessingTime() + Together.WAIT_MILLIS);
        }
    }

    void watermark(StreamEdge edge, int sender, long time) throws Exception {
        channels(edge).put(channel(edge, sender), time);
        pass(edge.getTypeNumber());
    }

    private void pass(int input) throws Exception {
        long least =
                watermarks.get(input).values().stream().mapToLong(time -> time).min().orElseThrow();
        if (least > passed.getOrDefault(input, Long.MIN_VALUE)) {
            passed.put(input, least);
            Watermark mark = new Watermark(least);
            if (harness instanceof OneInputStreamOperatorTestHarness one) {
                one.processWatermark(mark);
            } else if (input == 1) {
                two().processWatermark1(mark);
            } else {
                two().processWatermark2(mark);
            }
        }
    }

    private KeyedTwoInputStreamOperatorTestHarness two() {
        return (KeyedTwoInputStreamOperatorTestHarness) harness;
    }

    private Map<String, Long> channels(StreamEdge edge) {
        return watermarks.computeIfAbsent(edge.getTypeNumber(), input -> new HashMap<>());
    }

    private static String channel(StreamEdge edge, int sender) {
        return edge.getEdgeId() + "/" + sender;
    }

    private final class Onward implements Output<StreamRecord<Object>> {
        @Override
        public void collect(StreamRecord<Object> record) {
            graph.send(node, index, null, record);
        }

        @Override
        public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
            graph.send(node, index, tag, record);
        }

        @Override
        public void emitWatermark(Watermark mark) {
            graph.sendWatermark(node, index, mark.getTimestamp());
        }

        @Override
        public void emitWatermarkStatus(WatermarkStatus status) {}

        @Override
        public void emitLatencyMarker(LatencyMarker marker) {}

        @Override
        public void emitRecordAttributes(RecordAttributes attributes) {}

        @Override
        public void emitWatermark(WatermarkEvent watermark) {}

        @Override
        public void close() {}
    }
}
