package dev.tradewind.sources.catalog;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogLimits;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.sources.unsplit.NoSplit;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The watched catalog directory as a stream of what becomes of it: a catalog that comes into force
 * is the whole of it, valid, and replaces the one before it. The same one may come again after a
 * restore.
 *
 * <p>The directory is read by the JobManager, and has to be there; TaskManagers don't need it. It
 * is looked at each {@code pollMillis}, by content, so a link that is swapped ({@code ..data} of a
 * mounted ConfigMap), an edit in place and a rename are all seen; a content is taken when two looks
 * in a row have found it, so an edit is in force after one to two polls. What is invalid is counted
 * ({@code catalog.rejected}), logged with file, line and what was expected, and told, once for each
 * content, and changes nothing. The catalog in force is part of the checkpoint. A directory without
 * a single file never takes a catalog out of force.
 */
public final class CatalogSource
        implements Source<CatalogNews, NoSplit, CatalogState>, ResultTypeQueryable<CatalogNews> {
    private static final long serialVersionUID = 1L;

    public static final long DEFAULT_POLL_MILLIS = 250;

    /** A parser that can be sent to the JobManager. */
    interface Parser extends Function<List<CatalogFile>, CatalogResult>, Serializable {}

    private final String directory;
    private final long pollMillis;
    private final Parser parser;
    private final EnergyClock clock;

    /**
     * Within the default limits, on the wall's clock.
     *
     * @param directory on the JobManager
     * @param pollMillis wall time, ms, above 0
     * @param eurPerCurrency EUR for one of each other currency, for prices in rules
     */
    public CatalogSource(String directory, long pollMillis, Map<String, Double> eurPerCurrency) {
        this(directory, pollMillis, eurPerCurrency, CatalogLimits.DEFAULT, EnergyClock.WALL);
    }

    /**
     * @param limits of a catalog that is taken
     * @param clock says since when a catalog is in force
     */
    public CatalogSource(
            String directory,
            long pollMillis,
            Map<String, Double> eurPerCurrency,
            CatalogLimits limits,
            EnergyClock clock) {
        this(directory, pollMillis, parser(new HashMap<>(eurPerCurrency), limits), clock);
    }

    CatalogSource(String directory, long pollMillis, Parser parser, EnergyClock clock) {
        if (pollMillis <= 0) {
            throw new IllegalArgumentException(
                    "the catalog's poll interval must be above 0 ms, but is " + pollMillis);
        }
        this.directory = directory;
        this.pollMillis = pollMillis;
        this.parser = parser;
        this.clock = clock;
    }

    private static Parser parser(HashMap<String, Double> eurPerCurrency, CatalogLimits limits) {
        int mostRules = limits.mostRules();
        long longestMillis = limits.longestMillis();
        return files ->
                CatalogParser.parse(
                        files, eurPerCurrency, new CatalogLimits(mostRules, longestMillis));
    }

    /** The catalogs that come into force, as a stream of parallelism 1 that is always idle. */
    public DataStream<Catalog> stream(StreamExecutionEnvironment env, String uid) {
        return inForce(
                env.fromSource(this, WatermarkStrategy.noWatermarks(), "catalog")
                        .uid(uid)
                        .setParallelism(1)
                        .setMaxParallelism(1),
                uid + "-in-force");
    }

    /** Those that come into force out of all the news. */
    public static DataStream<Catalog> inForce(DataStream<CatalogNews> news, String uid) {
        return news.flatMap(
                        (one, out) -> {
                            if (one.catalog() != null) {
                                out.collect(one.catalog());
                            }
                        },
                        TypeInformation.of(Catalog.class))
                .name("catalogs that come into force")
                .uid(uid)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<NoSplit, CatalogState> createEnumerator(
            SplitEnumeratorContext<NoSplit> context) {
        return restoreEnumerator(context, CatalogState.NONE);
    }

    @Override
    public SplitEnumerator<NoSplit, CatalogState> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, CatalogState restored) {
        return new CatalogEnumerator(
                context, Path.of(directory), pollMillis, parser, clock, restored);
    }

    @Override
    public SourceReader<CatalogNews, NoSplit> createReader(SourceReaderContext context) {
        return new CatalogReader();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<CatalogState> getEnumeratorCheckpointSerializer() {
        return new CatalogJson();
    }

    @Override
    public TypeInformation<CatalogNews> getProducedType() {
        return TypeInformation.of(CatalogNews.class);
    }
}
