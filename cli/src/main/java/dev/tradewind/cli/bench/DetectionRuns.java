package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.DetectionBench.Rules;
import dev.tradewind.job.Main;
import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.FleetEvent;
import dev.tradewind.job.rules.RuleBinder;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.kafka.KafkaSources;
import dev.tradewind.sources.readings.ReadingFormat;
import dev.tradewind.sources.readings.ReadingSource;
import dev.tradewind.sources.readings.ReadingWatermarks;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import dev.tradewind.testbed.kafka.Broker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One run each of the three that are compared, over a topic or the beginning of it, from the first
 * record until event time has passed the last one everywhere. All take their environment from the
 * job: its checkpoints and all else are on.
 */
final class DetectionRuns {
    private static final long TIMEOUT_SECONDS = 600;

    private final Broker broker;

    DetectionRuns(Broker broker) {
        this.broker = broker;
    }

    /**
     * One run.
     *
     * @param readings that were read, those that can't be left out
     * @param detections firings, in all
     * @param checkpoints that were completed meanwhile
     * @param kept those that are compared, in order
     */
    record Run(
            long readings,
            double seconds,
            Costs costs,
            long detections,
            long checkpoints,
            List<Found> kept) {
        double perSecond() {
            return readings / seconds;
        }
    }

    /**
     * The job's own graph from readings to detections, with the views for placement sent to one
     * subtask as in the job, and the dead letters.
     *
     * @param compared the rules that plain flink-cep is run with, too, where all look at each site
     * @param allShapes whether there are others besides
     * @param keep what is found in so many of the first readings is kept
     */
    Run ours(DetectionLoad load, Rules compared, boolean allShapes, int parallelism, int keep)
            throws Exception {
        EnergyClock clock = load.clock();
        TradewindOptions options = options(parallelism);
        Catalog catalog = DetectionRules.catalog(load, compared, allShapes);
        int ends = DetectionRules.ends(allShapes).size() * DetectionLoad.ZONES + parallelism + 1;
        Tally tally = Tally.begin(load.lastMillis(keep), ends);
        Tally letters = Tally.begin(0, 0);
        long id = tally.id();
        long end = load.lastMillis();
        StreamExecutionEnvironment env = Main.environment(options, new Configuration());
        DataStream<Catalog> catalogs =
                env.fromData(TypeInformation.of(Catalog.class), catalog)
                        .name("catalog")
                        .uid("catalog")
                        .setParallelism(1)
                        .map(
                                sent -> {
                                    Tally.of(id).rulesAreThere();
                                    return sent;
                                },
                                TypeInformation.of(Catalog.class))
                        .name("catalog is there")
                        .uid("catalog-is-there")
                        .setParallelism(1);
        Topology.Rules rules =
                Topology.rules(
                        env,
                        options,
                        clock,
                        source(load, null, ReadingSource.schema(format(clock)), id),
                        catalogs);
        Gate.end(
                rules.detections(),
                "detections",
                parallelism,
                id,
                // Patterns have a time of their own, which doesn't come to an end.
                Long.MAX_VALUE,
                (detection, to) -> {
                    Found found = Found.of(detection);
                    if (found != null && found.rule().startsWith(DetectionRules.END)) {
                        to.ended();
                    } else if (found != null) {
                        to.found(found);
                    }
                });
        long lettersId = letters.id();
        Gate.end(
                rules.deadLetters(),
                "dead letters",
                parallelism,
                id,
                end,
                (letter, to) -> Tally.of(lettersId).beside());
        Gate.end(
                rules.edges()
                        .getSideOutput(RuleBinder.VIEWS)
                        .map(FleetEvent::of, TypeInformation.of(FleetEvent.class))
                        .name("views to placement")
                        .uid("views-to-placement")
                        .setParallelism(1),
                "views",
                1,
                id,
                end,
                (view, to) -> to.beside());
        try {
            Run run = run(env, "tradewind detection", tally, load.readings());
            if (letters.besides() != load.unreadable()) {
                throw new IllegalStateException(
                        letters.besides() + " dead letters, but there are " + load.unreadable());
            }
            return run;
        } finally {
            letters.end();
        }
    }

    /**
     * Plain flink-cep on every sample, over about so many of the first readings.
     *
     * @param rules that all look at each site: it has no way to say at which
     */
    Run plain(DetectionLoad load, Rules rules, int parallelism, int prefix) throws Exception {
        EnergyClock clock = load.clock();
        TradewindOptions options = options(parallelism);
        long end = load.lastMillis(prefix);
        Tally tally = Tally.begin(end, parallelism);
        tally.rulesAreThere();
        StreamExecutionEnvironment env = Main.environment(options, new Configuration());
        DataStream<Sample> samples =
                env.fromSource(
                                source(
                                        load,
                                        prefix,
                                        ReadingSource.schema(format(clock)),
                                        tally.id()),
                                ReadingWatermarks.strategy(
                                        clock,
                                        options.get(TradewindOptions.OUT_OF_ORDERNESS),
                                        options.get(TradewindOptions.MAX_AHEAD),
                                        Duration.ofMillis(options.get(TradewindOptions.IDLE))),
                                "readings",
                                SampleTypeInfo.INSTANCE)
                        .uid("readings");
        Gate.end(
                PlainCep.detect(samples, DetectionRules.compared(load, rules)),
                "detections",
                parallelism,
                tally.id(),
                end,
                (found, to) -> to.found(found));
        return run(env, "plain flink-cep", tally, load.readingsOf(prefix));
    }

    /** The same bytes from the same source, thrown away: no job can be faster. */
    Run discard(DetectionLoad load, int parallelism) throws Exception {
        TradewindOptions options = options(parallelism);
        Tally tally = Tally.begin(0, parallelism);
        tally.rulesAreThere();
        StreamExecutionEnvironment env = Main.environment(options, new Configuration());
        DataStream<byte[]> bytes =
                env.fromSource(
                                source(
                                        load,
                                        null,
                                        KafkaRecordDeserializationSchema.valueOnly(new Bytes()),
                                        tally.id()),
                                WatermarkStrategy.noWatermarks(),
                                "bytes",
                                TypeInformation.of(byte[].class))
                        .uid("bytes");
        Gate.end(bytes, "thrown away", parallelism, tally.id(), Long.MAX_VALUE, (record, to) -> {});
        return run(env, "bytes thrown away", tally, load.readings());
    }

    private static final class Bytes extends AbstractDeserializationSchema<byte[]> {
        private static final long serialVersionUID = 1L;

        @Override
        public byte[] deserialize(byte[] message) {
            return message;
        }
    }

    private static Run run(StreamExecutionEnvironment env, String name, Tally tally, long readings)
            throws Exception {
        Costs.Watch watch = new Costs.Watch();
        watch.start();
        JobClient job = env.executeAsync(name);
        try {
            if (!tally.await(TIMEOUT_SECONDS)) {
                throw new TimeoutException(
                        name
                                + ": after "
                                + TIMEOUT_SECONDS
                                + " s "
                                + tally.endsLeft()
                                + " ends are still to come; the job is "
                                + job.getJobStatus().get());
            }
            return new Run(
                    readings,
                    tally.seconds(),
                    watch.total(),
                    tally.count(),
                    tally.checkpoints(),
                    tally.kept());
        } finally {
            stop(job);
            tally.end();
        }
    }

    /** A job whose sources are all at their end may be over by itself. */
    private static void stop(JobClient job) throws Exception {
        if (!job.getJobStatus().get(30, TimeUnit.SECONDS).isGloballyTerminalState()) {
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    private TradewindOptions options(int parallelism) throws OptionsException {
        return TradewindOptions.parse(
                "--kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "--catalog.dir=.",
                "--connections.dir=.",
                "--parallelism=" + parallelism,
                // A run takes three seconds; at the job's own interval of five few would see one.
                "--checkpoint.interval=1s",
                "--watermark.idle=1h",
                "--watermark.maxAhead=0s",
                "--watermark.ticker.bound=0s");
    }

    private static ReadingFormat format(EnergyClock clock) {
        return ReadingFormat.of(Map.of(), clock, 0);
    }

    /**
     * @param prefix reads about so many of the first readings; null: all
     */
    private <T> KafkaSource<T> source(
            DetectionLoad load,
            Integer prefix,
            KafkaRecordDeserializationSchema<T> schema,
            long tally) {
        return KafkaSource.<T>builder()
                .setProperties(KafkaSources.reading())
                .setBootstrapServers(broker.bootstrapServers())
                .setTopics(load.topic())
                .setGroupId("bench-" + tally)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(
                        prefix == null
                                ? OffsetsInitializer.latest()
                                : OffsetsInitializer.offsets(load.endOf(prefix)))
                .setDeserializer(new Timed<>(schema, tally))
                .build();
    }
}
