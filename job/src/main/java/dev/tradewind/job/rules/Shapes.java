package dev.tradewind.job.rules;

import dev.tradewind.model.wire.Detection;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The closed set of shapes, each an ordinary flink-cep pattern that is built once, at submission:
 * what is special to a rule rides on the edges, so that an edit of rules rebuilds nothing.
 *
 * <p>There is one shape in this version. Shift, sequence and silence take their place here, each
 * with a pattern, a uid and frozen step names of its own; until then the catalog's parser says that
 * they are not available.
 */
public final class Shapes {
    private Shapes() {}

    /**
     * @param edges those that count, see {@link Arbiter}
     */
    public static DataStream<Detection> detect(DataStream<Edge> edges) {
        return SustainedPattern.detect(edges);
    }
}
