package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
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
 * The watched catalog directory as a stream of catalogs: each element is the whole catalog, valid,
 * and replaces the one before it. The same one may come again after a restore.
 *
 * <p>The directory is read by the JobManager, and has to be there; TaskManagers don't need it. It
 * is looked at each {@code pollMillis}, by content, so a link that is swapped ({@code ..data} of a
 * mounted ConfigMap), an edit in place and a rename are all seen; a content is taken when two looks
 * in a row have found it, so an edit is in force after one to two polls. What is invalid is counted
 * ({@code catalog.rejected}), logged with file, line and what was expected, once for each content,
 * and changes nothing. The catalog in force is part of the checkpoint. A directory without a single
 * file never takes a catalog out of force.
 */
public final class CatalogSource
        implements Source<Catalog, NoSplit, Catalog>, ResultTypeQueryable<Catalog> {
    private static final long serialVersionUID = 1L;

    public static final long DEFAULT_POLL_MILLIS = 500;

    /** A parser that can be sent to the JobManager. */
    interface Parser extends Function<List<CatalogFile>, CatalogResult>, Serializable {}

    private final String directory;
    private final long pollMillis;
    private final Parser parser;

    /**
     * @param directory on the JobManager
     * @param pollMillis wall time, ms, above 0
     * @param eurPerCurrency EUR for one of each other currency, for prices in rules
     */
    public CatalogSource(String directory, long pollMillis, Map<String, Double> eurPerCurrency) {
        this(directory, pollMillis, parser(new HashMap<>(eurPerCurrency)));
    }

    CatalogSource(String directory, long pollMillis, Parser parser) {
        if (pollMillis <= 0) {
            throw new IllegalArgumentException(
                    "the catalog's poll interval must be above 0 ms, but is " + pollMillis);
        }
        this.directory = directory;
        this.pollMillis = pollMillis;
        this.parser = parser;
    }

    private static Parser parser(HashMap<String, Double> eurPerCurrency) {
        return files -> CatalogParser.parse(files, eurPerCurrency);
    }

    /** This source as a stream of parallelism 1 that is always idle. */
    public DataStream<Catalog> stream(StreamExecutionEnvironment env, String uid) {
        return env.fromSource(this, WatermarkStrategy.noWatermarks(), "catalog")
                .uid(uid)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<NoSplit, Catalog> createEnumerator(
            SplitEnumeratorContext<NoSplit> context) {
        return restoreEnumerator(context, Catalog.EMPTY);
    }

    @Override
    public SplitEnumerator<NoSplit, Catalog> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, Catalog inForce) {
        return new CatalogEnumerator(context, Path.of(directory), pollMillis, parser, inForce);
    }

    @Override
    public SourceReader<Catalog, NoSplit> createReader(SourceReaderContext context) {
        return new CatalogReader();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<Catalog> getEnumeratorCheckpointSerializer() {
        return new CatalogJson();
    }

    @Override
    public TypeInformation<Catalog> getProducedType() {
        return TypeInformation.of(Catalog.class);
    }
}
