package dev.tradewind.job.rules;

import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Gives each site that looks at another one's level an edge of its own. */
final class Subjects implements FlatMapFunction<Edge, SideEdge> {
    private static final long serialVersionUID = 1L;

    @Override
    public void flatMap(Edge edge, Collector<SideEdge> out) {
        if (!SideEdge.isOf(edge)) {
            return;
        }
        if (edge.subjects() == null) {
            out.collect(new SideEdge(edge.site(), edge));
        } else {
            edge.subjects().forEach(subject -> out.collect(new SideEdge(subject, edge)));
        }
    }
}
