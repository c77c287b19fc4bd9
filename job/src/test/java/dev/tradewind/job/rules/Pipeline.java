package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * The operators from readings to detections, one after the other, each in a harness that tells what
 * it keeps. What one says reaches the next at once, as bytes where it would cross the network; who
 * hears of a catalog first is the test's.
 */
// Closing a harness throws Exception, which may be an InterruptedException.
@SuppressWarnings("try")
final class Pipeline implements AutoCloseable, EpisodesStory.Listener {
    /** Of {@link Fixtures}' sites. */
    static final long STALE_AFTER = 2 * Fixtures.HOUR;

    private static final TypeSerializer<Edge> EDGES = serializer(Edge.class);
    private static final TypeSerializer<SideEdge> SIDES = serializer(SideEdge.class);

    private final KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> binder =
            binder(new RuleBinder(Fixtures.MINUTE, STALE_AFTER));
    private final KeyedTwoInputStreamOperatorTestHarness<String, SiteValue, Catalog, Sample>
            deriver =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            new Deriver(STALE_AFTER), SiteValue::site, null, Types.STRING);
    private final KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge>
            expressions = binder(RuleBinder.ofExpressions(STALE_AFTER));
    private final KeyedOneInputStreamOperatorTestHarness<String, Edge, Edge> arbiter =
            new KeyedOneInputStreamOperatorTestHarness<>(new Arbiter(), Edge::key, Types.STRING);
    private final KeyedTwoInputStreamOperatorTestHarness<String, SideEdge, Catalog, Edge>
            conductor =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            new Conductor(), SideEdge::key, null, Types.STRING);
    private final Map<Rule.Shape, Matching> patterns = new EnumMap<>(Rule.Shape.class);
    private final List<AbstractStreamOperatorTestHarness<?>> all = new ArrayList<>();
    private final Map<String, IntSupplier> entries = new LinkedHashMap<>();
    private final List<Detection> detections = new ArrayList<>();
    private final List<Edge> told = new ArrayList<>();

    private record Matching(
            OneInputStreamOperatorTestHarness<Edge, Edge> oneByOne,
            KeyedOneInputStreamOperatorTestHarness<String, Edge, Detection> pattern) {}

    Pipeline() throws Exception {
        all.addAll(List.of(binder, deriver, expressions, arbiter, conductor));
        entries.put("binder", binder::numKeyedStateEntries);
        entries.put("deriver", deriver::numKeyedStateEntries);
        entries.put("expressions", expressions::numKeyedStateEntries);
        entries.put("arbiter", arbiter::numKeyedStateEntries);
        entries.put("conductor", conductor::numKeyedStateEntries);
        for (EpisodePattern episode : EpisodePattern.ALL) {
            var oneByOne = new OneInputStreamOperatorTestHarness<Edge, Edge>(new OneByOne());
            var pattern =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            operator(episode), Edge::key, Types.STRING);
            patterns.put(episode.shape(), new Matching(oneByOne, pattern));
            all.addAll(List.of(oneByOne, pattern));
            entries.put("pattern " + episode.shape(), pattern::numKeyedStateEntries);
        }
        for (AbstractStreamOperatorTestHarness<?> harness : all) {
            harness.open();
        }
    }

    /** Sends a catalog to the operators that take one, the binder first. */
    void inForce(Catalog catalog) throws Exception {
        binder.processElement2(new StreamRecord<>(catalog));
        flow();
        deriver.processElement2(new StreamRecord<>(catalog));
        flow();
        expressions.processElement2(new StreamRecord<>(catalog));
        flow();
        conductor.processElement2(new StreamRecord<>(catalog));
        flow();
    }

    /** The other way round: the last operator is the first to hear of it. */
    void inForceBackwards(Catalog catalog) throws Exception {
        conductor.processElement2(new StreamRecord<>(catalog));
        flow();
        expressions.processElement2(new StreamRecord<>(catalog));
        flow();
        deriver.processElement2(new StreamRecord<>(catalog));
        flow();
        binder.processElement2(new StreamRecord<>(catalog));
        flow();
    }

    @Override
    public void read(Sample sample) throws Exception {
        binder.processElement1(new StreamRecord<>(new Readings(sample), sample.eventMillis()));
        flow();
    }

    @Override
    public void time(long millis) throws Exception {
        Watermark mark = new Watermark(millis);
        binder.processBothWatermarks(mark);
        flow();
        deriver.processBothWatermarks(mark);
        flow();
        expressions.processBothWatermarks(mark);
        flow();
        arbiter.processWatermark(mark);
        flow();
        conductor.processBothWatermarks(mark);
        flow();
    }

    /** What was detected since it was asked last, as {@code fired dear@frankfurt 12:15}. */
    List<String> said() {
        List<String> said =
                detections.stream()
                        .map(
                                d ->
                                        d.kind()
                                                + " "
                                                + d.ruleId()
                                                + "@"
                                                + d.site()
                                                + " "
                                                + Fixtures.time(d.at().toEpochMilli()))
                        .toList();
        detections.clear();
        return said;
    }

    /** The edges that went to patterns and to the conductor since it was asked last. */
    List<Edge> told() {
        List<Edge> since = List.copyOf(told);
        told.clear();
        return since;
    }

    /** The size in bytes of each operator's keyed state and timers in a checkpoint. */
    Map<String, Long> checkpointed() throws Exception {
        Map<String, Long> sizes = new LinkedHashMap<>();
        int i = 0;
        List<String> names = List.copyOf(entries.keySet());
        for (AbstractStreamOperatorTestHarness<?> harness : all) {
            if (!(harness.getOperator() instanceof OneByOne)) {
                OperatorSubtaskState state = harness.snapshot(1, 1);
                long bytes = 0;
                for (KeyedStateHandle keyed : state.getManagedKeyedState()) {
                    bytes += keyed.getStateSize();
                }
                for (KeyedStateHandle keyed : state.getRawKeyedState()) {
                    bytes += keyed.getStateSize();
                }
                sizes.put(names.get(i++), bytes);
            }
        }
        return sizes;
    }

    /** Keyed entries, and timers, of each operator that has any. */
    Map<String, Integer> kept() {
        Map<String, Integer> kept = new TreeMap<>();
        entries.forEach((name, count) -> kept.put(name, count.getAsInt()));
        kept.put(
                "timers",
                all.stream()
                        .filter(harness -> !(harness.getOperator() instanceof OneByOne))
                        .mapToInt(AbstractStreamOperatorTestHarness::numEventTimeTimers)
                        .sum());
        kept.values().removeIf(count -> count == 0);
        return kept;
    }

    @Override
    public void close() throws Exception {
        for (AbstractStreamOperatorTestHarness<?> harness : all) {
            harness.close();
        }
    }

    /** Hands on what the operators have said, until nobody has anything more to say. */
    private void flow() throws Exception {
        for (Edge edge : drain(binder)) {
            arbiter.processElement(sent(edge, EDGES), edge.atMillis());
        }
        Queue<StreamRecord<SiteValue>> values = binder.getSideOutput(RuleBinder.VALUES);
        while (values != null && !values.isEmpty()) {
            deriver.processElement1(values.poll());
        }
        for (Sample sample : drain(deriver)) {
            expressions.processElement1(
                    new StreamRecord<>(new Readings(sample), sample.eventMillis()));
        }
        for (Edge edge : drain(expressions)) {
            arbiter.processElement(sent(edge, EDGES), edge.atMillis());
        }
        for (Edge edge : drain(arbiter)) {
            told.add(edge);
            if (edge.isWhole()) {
                match(shape(edge), edge);
            } else {
                List<SideEdge> sides = new ArrayList<>();
                new Subjects().flatMap(edge, new ListCollector<>(sides));
                for (SideEdge side : sides) {
                    conductor.processElement1(
                            new StreamRecord<>(sent(side, SIDES), edge.atMillis()));
                }
            }
        }
        for (Edge edge : drain(conductor)) {
            told.add(edge);
            match(Rule.Shape.SEQUENCE, edge);
        }
    }

    private static Rule.Shape shape(Edge edge) {
        return Rule.Shape.valueOf(edge.rule().shape().toUpperCase(Locale.ROOT));
    }

    private void match(Rule.Shape shape, Edge edge) throws Exception {
        Matching matching = patterns.get(shape);
        matching.oneByOne().processElement(edge, edge.atMillis());
        matching.oneByOne()
                .setProcessingTime(matching.oneByOne().getProcessingTime() + OneByOne.WAIT_MILLIS);
        Object next;
        while ((next = matching.oneByOne().getOutput().poll()) != null) {
            if (next instanceof Watermark mark) {
                matching.pattern().processWatermark(mark);
            } else {
                matching.pattern().processElement(edge(next));
            }
        }
        detections.addAll(drain(matching.pattern()));
    }

    @SuppressWarnings("unchecked")
    private static StreamRecord<Edge> edge(Object next) {
        return (StreamRecord<Edge>) next;
    }

    private static <T> TypeSerializer<T> serializer(Class<T> type) {
        return TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
    }

    private static <T> T sent(T record, TypeSerializer<T> serializer) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        serializer.serialize(record, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    private static <T> List<T> drain(AbstractStreamOperatorTestHarness<T> harness) {
        List<T> said = List.copyOf(harness.extractOutputValues());
        harness.getOutput().clear();
        return said;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> binder(
            RuleBinder operator) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                operator, Readings::key, null, Types.STRING);
    }

    /** The operator that flink-cep makes of a pattern. */
    @SuppressWarnings("unchecked")
    static OneInputStreamOperator<Edge, Detection> operator(EpisodePattern episode) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        var stream =
                episode.match(
                        env.fromSequence(0, 0)
                                .map(nothing -> (Edge) null)
                                .returns(Edge.class)
                                .keyBy(Edge::key));
        return (OneInputStreamOperator<Edge, Detection>)
                ((SimpleOperatorFactory<Detection>)
                                ((OneInputTransformation<Edge, Detection>)
                                                stream.getTransformation())
                                        .getOperatorFactory())
                        .getOperator();
    }
}
