package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/**
 * The operators from readings to detections as the job wires them, one after the other in one
 * thread. Each takes all that the one before has said before it hears that time has passed.
 */
final class OperatorChain {
    private static final long STALE = 2 * Fixtures.HOUR;

    private final KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> binder;
    private final KeyedTwoInputStreamOperatorTestHarness<String, SiteValue, Catalog, Sample>
            deriver;
    private final KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge>
            ofExpressions;
    private final KeyedOneInputStreamOperatorTestHarness<String, Edge, Edge> arbiter;
    private final KeyedTwoInputStreamOperatorTestHarness<String, SideEdge, Catalog, Edge> conductor;
    private final Map<
                    EpisodePattern, KeyedOneInputStreamOperatorTestHarness<String, Edge, Detection>>
            patterns = new HashMap<>();
    private final Map<AbstractStreamOperatorTestHarness<?>, Integer> read = new HashMap<>();
    private int values;
    private long number;

    final List<Detection> detections = new ArrayList<>();

    OperatorChain(Catalog catalog) throws Exception {
        binder = binder(new RuleBinder(60_000, STALE));
        deriver =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new Deriver(STALE), SiteValue::site, null, Types.STRING);
        ofExpressions = binder(RuleBinder.ofExpressions(STALE));
        arbiter =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new Arbiter(), Edge::key, Types.STRING);
        conductor =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new Conductor(), SideEdge::key, null, Types.STRING);
        for (EpisodePattern pattern : EpisodePattern.ALL) {
            patterns.put(pattern, pattern(pattern));
        }
        for (AbstractStreamOperatorTestHarness<?> harness : all()) {
            harness.open();
        }
        binder.processElement2(new StreamRecord<>(catalog));
        deriver.processElement2(new StreamRecord<>(catalog));
        ofExpressions.processElement2(new StreamRecord<>(catalog));
        conductor.processElement2(new StreamRecord<>(catalog));
    }

    void read(Sample sample) throws Exception {
        binder.processElement1(new StreamRecord<>(new Readings(sample), sample.eventMillis()));
        flow();
    }

    void pass(long now) throws Exception {
        Watermark mark = new Watermark(now);
        binder.processBothWatermarks(mark);
        flow();
        deriver.processBothWatermarks(mark);
        flow();
        ofExpressions.processBothWatermarks(mark);
        flow();
        arbiter.processWatermark(mark);
        flow();
        conductor.processBothWatermarks(mark);
        flow();
    }

    private void flow() throws Exception {
        Queue<StreamRecord<SiteValue>> told = binder.getSideOutput(RuleBinder.VALUES);
        if (told != null) {
            List<StreamRecord<SiteValue>> all = List.copyOf(told);
            for (StreamRecord<SiteValue> value : all.subList(values, all.size())) {
                deriver.processElement1(value);
            }
            values = all.size();
        }
        for (Sample sample : fresh(deriver)) {
            ofExpressions.processElement1(
                    new StreamRecord<>(new Readings(sample), sample.eventMillis()));
        }
        for (Edge edge : fresh(binder)) {
            arbiter.processElement(edge, edge.atMillis());
        }
        for (Edge edge : fresh(ofExpressions)) {
            arbiter.processElement(edge, edge.atMillis());
        }
        for (Edge edge : fresh(arbiter)) {
            if (edge.isWhole()) {
                match(edge);
            } else if (edge.subjects() == null) {
                side(edge.site(), edge);
            } else {
                for (String subject : edge.subjects()) {
                    side(subject, edge);
                }
            }
        }
        for (Edge edge : fresh(conductor)) {
            match(edge);
        }
    }

    private void side(String subject, Edge edge) throws Exception {
        conductor.processElement1(new StreamRecord<>(new SideEdge(subject, edge), edge.atMillis()));
    }

    private void match(Edge edge) throws Exception {
        for (EpisodePattern pattern : EpisodePattern.ALL) {
            if (edge.rule().isOf(pattern.shape())) {
                var harness = patterns.get(pattern);
                harness.processElement(edge, number);
                harness.processWatermark(number + 1);
                number += 2;
                detections.addAll(fresh(harness));
            }
        }
    }

    private <T> List<T> fresh(AbstractStreamOperatorTestHarness<T> harness) {
        List<T> all = harness.extractOutputValues();
        List<T> fresh = List.copyOf(all.subList(read.getOrDefault(harness, 0), all.size()));
        read.put(harness, all.size());
        return fresh;
    }

    private List<AbstractStreamOperatorTestHarness<?>> all() {
        List<AbstractStreamOperatorTestHarness<?>> all =
                new ArrayList<>(List.of(binder, deriver, ofExpressions, arbiter, conductor));
        all.addAll(patterns.values());
        return all;
    }

    void close() throws Exception {
        for (AbstractStreamOperatorTestHarness<?> harness : all()) {
            harness.close();
        }
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> binder(
            RuleBinder operator) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                operator, Readings::key, null, Types.STRING);
    }

    /** The operator that flink-cep makes of the pattern. */
    @SuppressWarnings("unchecked")
    private static KeyedOneInputStreamOperatorTestHarness<String, Edge, Detection> pattern(
            EpisodePattern pattern) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        var stream =
                pattern.match(
                        env.fromSequence(0, 0)
                                .map(nothing -> (Edge) null)
                                .returns(Edge.class)
                                .keyBy(Edge::key));
        var transformation = (OneInputTransformation<Edge, Detection>) stream.getTransformation();
        var operator =
                (OneInputStreamOperator<Edge, Detection>)
                        ((SimpleOperatorFactory<Detection>) transformation.getOperatorFactory())
                                .getOperator();
        return new KeyedOneInputStreamOperatorTestHarness<>(operator, Edge::key, Types.STRING);
    }
}
