package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The closed set of shapes, each an ordinary flink-cep pattern that is built once, at submission:
 * what is special to a rule rides on the edges, so that an edit of rules rebuilds nothing.
 *
 * <p>A new shape takes its place in {@link EpisodePattern#ALL} where its edges follow each other as
 * those of the others do, or here, with a pattern, a uid and frozen step names of its own.
 */
public final class Shapes {
    private Shapes() {}

    /**
     * @param edges those that count, see {@link Arbiter}
     */
    public static DataStream<Detection> detect(
            DataStream<Edge> edges, DataStream<Catalog> catalogs) {
        DataStream<Edge> sequences =
                edges.filter(edge -> !edge.isWhole())
                        .name("sides of sequences")
                        .uid("sequence-sides")
                        .flatMap(new Subjects(), SideEdgeSerializer.TYPE)
                        .name("sites that look at them")
                        .uid("sequence-subjects")
                        .keyBy(SideEdge::key)
                        .connect(catalogs.broadcast())
                        .transform("conductor", TypeInformation.of(Edge.class), new Conductor())
                        .uid("conductor");
        DataStream<Edge> levels =
                edges.filter(Edge::isWhole).name("whole levels").uid("whole-levels");
        DataStream<Detection> all = null;
        for (EpisodePattern pattern : EpisodePattern.ALL) {
            Rule.Shape shape = pattern.shape();
            DataStream<Edge> of =
                    shape == Rule.Shape.SEQUENCE
                            ? sequences
                            : levels.filter(edge -> edge.rule().isOf(shape))
                                    .name("edges of " + shape)
                                    .uid("edges-of-" + shape);
            DataStream<Detection> found = pattern.detect(of);
            all = all == null ? found : all.union(found);
        }
        return all;
    }
}
