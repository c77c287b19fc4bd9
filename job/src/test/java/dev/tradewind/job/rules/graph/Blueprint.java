package dev.tradewind.job.rules.graph;

import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.unsplit.NoSplit;
import dev.tradewind.sources.unsplit.StatelessSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.SourceOperatorFactory;

/** The graph that {@link Topology#rules} defines: its operators and how they are wired. */
final class Blueprint {
    static final String READINGS = "readings";
    static final String CATALOGS = "catalog";
    static final String FOUND = "found";
    static final int MAX_PARALLELISM = 128;

    /** Without the sources, whose part is played by who calls. */
    final List<StreamNode> operators = new ArrayList<>();

    /** By name. */
    final Map<String, StreamNode> sources = new HashMap<>();

    final Set<Integer> sourceIds = new HashSet<>();

    Blueprint(int parallelism, long staleAfterMillis) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(parallelism);
        env.setMaxParallelism(MAX_PARALLELISM);
        TradewindOptions options = options(staleAfterMillis);
        Topology.rules(
                        env,
                        options,
                        EnergyClock.WALL,
                        new None<Sample>(),
                        env.fromSource(
                                        new None<Catalog>(),
                                        WatermarkStrategy.noWatermarks(),
                                        CATALOGS,
                                        TypeInformation.of(Catalog.class))
                                .setParallelism(1))
                .detections()
                .map(detection -> detection)
                .name(FOUND)
                .setParallelism(1);
        List<StreamNode> nodes = new ArrayList<>(env.getStreamGraph().getStreamNodes());
        nodes.sort(Comparator.comparingInt(StreamNode::getId));
        for (StreamNode node : nodes) {
            if (node.getOperatorFactory() instanceof SourceOperatorFactory) {
                sources.put(node.getOperatorName().replace("Source: ", ""), node);
                sourceIds.add(node.getId());
            } else {
                operators.add(node);
            }
        }
    }

    private static TradewindOptions options(long staleAfterMillis) {
        try {
            return TradewindOptions.parse(
                            "--kafka.bootstrap.servers=none:1",
                            "--catalog.dir=none",
                            "--connections.dir=none")
                    .with(TradewindOptions.STALE_AFTER, staleAfterMillis);
        } catch (OptionsException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Catalogs are always idle, and the ticker waits for readings: neither holds time back. */
    boolean holdsTimeBack(StreamEdge edge) {
        return !sourceIds.contains(edge.getSourceId())
                || edge.getSourceId() == sources.get(READINGS).getId();
    }

    private static final class None<T> extends StatelessSource<T> {
        private static final long serialVersionUID = 1L;

        @Override
        public SourceReader<T, NoSplit> createReader(SourceReaderContext context) {
            throw new IllegalStateException("this graph is not run by Flink");
        }
    }
}
