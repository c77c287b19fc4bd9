package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.catalog.Condition.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class EdgeSerializerTest {
    private final Random random = new Random(7);

    /** More rules than it keeps in mind, each several times. */
    @Test
    void whatIsSentArrives() throws IOException {
        List<Edge> sent = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            sent.add(edge(random.nextInt(6_000)));
        }
        EdgeSerializer sender = new EdgeSerializer();
        DataOutputSerializer out = new DataOutputSerializer(1 << 20);
        for (Edge edge : sent) {
            sender.serialize(edge, out);
        }
        EdgeSerializer receiver = sender.duplicate();
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        for (Edge edge : sent) {
            assertThat(receiver.deserialize(in)).isEqualTo(edge);
        }
        assertThat(in.available()).isZero();
    }

    @Test
    void sidesArriveToo() throws IOException {
        SideEdge side = new SideEdge("oslo", edge(1));
        DataOutputSerializer out = new DataOutputSerializer(64);
        new SideEdgeSerializer().serialize(side, out);
        assertThat(
                        new SideEdgeSerializer()
                                .deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(side);
    }

    @Test
    void viewsArriveToo() throws IOException {
        for (SeriesView view :
                List.of(
                        SeriesView.actual(true, "oslo", "price", -1.5, 1, 2, null),
                        SeriesView.forecast(
                                false,
                                "DE",
                                "price",
                                3,
                                new long[] {4, 5},
                                new long[] {5, 6},
                                new double[] {7, 8},
                                "entsoe"))) {
            DataOutputSerializer out = new DataOutputSerializer(64);
            new SeriesViewSerializer().serialize(view, out);
            assertThat(
                            new SeriesViewSerializer()
                                    .deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                    .usingRecursiveComparison()
                    // NaN is in a forecast's value.
                    .withEqualsForType(Double::equals, Double.class)
                    .isEqualTo(view);
        }
    }

    private Edge edge(int rule) {
        RuleFacts facts =
                new RuleFacts(
                        "rule-" + rule,
                        "v" + rule % 7,
                        "c",
                        rule % 5 == 0 ? null : "sustained",
                        "price",
                        rule,
                        rule % 3,
                        "notify",
                        rule % 2 == 0 ? null : 60_000L,
                        "workload.labels.tier == 'β'",
                        "is at or over 120 EUR/MWh",
                        rule % 5 == 0 ? null : "is back under 100 EUR/MWh");
        Edge.Kind[] kinds = Edge.Kind.values();
        Part[] parts = Part.values();
        return new Edge(
                facts,
                "site-" + random.nextInt(9),
                random.nextBoolean() ? Edge.Origin.SITE : Edge.Origin.ZONE,
                kinds[random.nextInt(kinds.length)],
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean() ? null : random.nextGaussian(),
                random.nextInt(4) == 0 ? null : parts[random.nextInt(parts.length)],
                random.nextInt(4) == 0 ? List.of("a", "b") : null,
                random.nextBoolean());
    }
}
