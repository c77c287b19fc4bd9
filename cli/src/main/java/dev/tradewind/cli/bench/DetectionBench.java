package dev.tradewind.cli.bench;

import dev.tradewind.job.Main;
import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.readings.ReadingFormat;
import dev.tradewind.sources.readings.ReadingSource;
import dev.tradewind.sources.readings.ReadingWatermarks;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import dev.tradewind.testbed.kafka.Broker;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Readings a second from a real broker through decoding, folding and flink-cep to detections: the
 * job's own graph, against plain flink-cep, one pattern a rule, on every sample. Both decode the
 * same JSON by the same code from the same broker in this JVM, and must find the same episodes.
 *
 * <p>The first runs warm the JVM and are not counted. Time runs from the first record to the
 * detection that the last one causes.
 */
public final class DetectionBench {
    private static final int PARALLELISM = 2;
    private static final long TIMEOUT_SECONDS = 600;

    private DetectionBench() {}

    /**
     * @param readings that each of the two read; plain flink-cep gets fewer, for it is slow
     * @param detections that were found and expected
     * @param perSecond readings a second
     */
    public record Side(String name, long readings, long detections, double perSecond) {}

    /**
     * @param rules in all
     * @param exceeded share of readings that are over the thresholds of the rules on their signal
     * @param ratio ours to rival
     */
    public record Result(
            int rules, double exceeded, int parallelism, Side ours, Side rival, double ratio) {}

    /**
     * @param readings for the job's graph; plain flink-cep gets a tenth
     * @throws IllegalStateException where a side doesn't find what is there
     */
    public static Result run(int readings) throws Exception {
        DetectionLoad load = new DetectionLoad(readings);
        DetectionLoad small = new DetectionLoad(readings / 10);
        try (Broker broker = Broker.start("bench")) {
            load.produce(broker, "bench.readings");
            small.produce(broker, "bench.readings.small");
            ours(broker, "bench.readings.small", small);
            Side ours = ours(broker, "bench.readings", load);
            plain(broker, "bench.readings.small", small);
            Side rival = plain(broker, "bench.readings.small", small);
            return new Result(
                    DetectionLoad.RULES,
                    DetectionLoad.EXCEEDED,
                    PARALLELISM,
                    ours,
                    rival,
                    ours.perSecond() / rival.perSecond());
        }
    }

    private static Side ours(Broker broker, String topic, DetectionLoad load) throws Exception {
        EnergyClock clock = load.clock();
        TradewindOptions options = options(broker);
        Tally tally = Tally.begin();
        StreamExecutionEnvironment env = Main.environment(options, new Configuration());
        DataStream<Catalog> catalogs =
                env.fromData(TypeInformation.of(Catalog.class), load.catalog())
                        .name("catalog")
                        .uid("catalog")
                        .setParallelism(1);
        long id = tally.id();
        Topology.Rules rules =
                Topology.rules(env, options, clock, source(broker, topic, clock, tally), catalogs);
        rules.detections()
                .map(
                        detection -> {
                            Tally.of(id).detected(detection);
                            return detection;
                        },
                        TypeInformation.of(Detection.class))
                .name("tally")
                .uid("tally")
                .sinkTo(new DiscardingSink<>())
                .name("discard")
                .uid("discard");
        JobClient job = env.executeAsync("tradewind detection");
        try {
            await(job, tally, load);
        } finally {
            job.cancel().get(30, TimeUnit.SECONDS);
            tally.end();
        }
        return side("tradewind", load, tally);
    }

    private static Side plain(Broker broker, String topic, DetectionLoad load) throws Exception {
        EnergyClock clock = load.clock();
        TradewindOptions options = options(broker);
        Tally tally = Tally.begin();
        StreamExecutionEnvironment env = Main.environment(options, new Configuration());
        DataStream<Sample> samples =
                env.fromSource(
                        source(broker, topic, clock, tally),
                        ReadingWatermarks.strategy(
                                clock,
                                options.get(TradewindOptions.OUT_OF_ORDERNESS),
                                options.get(TradewindOptions.MAX_AHEAD),
                                Duration.ofMillis(options.get(TradewindOptions.IDLE))),
                        "readings",
                        SampleTypeInfo.INSTANCE);
        PlainCep.detect(samples, load.catalog(), tally.id());
        JobClient job = env.executeAsync("plain flink-cep");
        try {
            await(job, tally, load);
        } finally {
            job.cancel().get(30, TimeUnit.SECONDS);
            tally.end();
        }
        return side("flink-cep", load, tally);
    }

    private static void await(JobClient job, Tally tally, DetectionLoad load) throws Exception {
        if (!tally.await(load.series(), TIMEOUT_SECONDS)) {
            throw new TimeoutException(
                    "after "
                            + TIMEOUT_SECONDS
                            + " s only "
                            + tally.ends()
                            + " of "
                            + load.series()
                            + " series are at their end; the job is "
                            + job.getJobStatus().get());
        }
    }

    private static Side side(String name, DetectionLoad load, Tally tally) {
        if (tally.episodes() != load.episodes()) {
            throw new IllegalStateException(
                    name
                            + " found "
                            + tally.episodes()
                            + " episodes, but there are "
                            + load.episodes());
        }
        return new Side(name, load.readings(), tally.episodes(), load.readings() / tally.seconds());
    }

    private static TradewindOptions options(Broker broker) throws OptionsException {
        return TradewindOptions.parse(
                "--kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "--catalog.dir=.",
                "--connections.dir=.",
                "--parallelism=" + PARALLELISM,
                "--watermark.idle=1h",
                "--watermark.maxAhead=0s",
                "--watermark.ticker.bound=0s");
    }

    private static KafkaSource<Sample> source(
            Broker broker, String topic, EnergyClock clock, Tally tally) {
        return KafkaSource.<Sample>builder()
                .setBootstrapServers(broker.bootstrapServers())
                .setTopics(topic)
                .setGroupId("bench-" + tally.id())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(
                        new Timed(
                                ReadingSource.schema(ReadingFormat.of(Map.of(), clock, 0)),
                                tally.id()))
                .build();
    }

    /** The job's decoder, whose first record opens the time. */
    private static final class Timed implements KafkaRecordDeserializationSchema<Sample> {
        private static final long serialVersionUID = 1L;

        private final DecodingSchema<Sample> schema;
        private final long tally;
        private transient boolean begun;

        Timed(DecodingSchema<Sample> schema, long tally) {
            this.schema = schema;
            this.tally = tally;
        }

        @Override
        public void open(
                org.apache.flink.api.common.serialization.DeserializationSchema
                                .InitializationContext
                        context)
                throws Exception {
            schema.open(context);
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Sample> out)
                throws java.io.IOException {
            if (!begun) {
                begun = true;
                Tally.of(tally).firstRecord();
            }
            schema.deserialize(record, out);
        }

        @Override
        public TypeInformation<Sample> getProducedType() {
            return schema.getProducedType();
        }
    }

    /** For trying it by hand: {@code DetectionBench [readings]}. */
    public static void main(String[] args) throws Exception {
        System.out.println(run(args.length == 0 ? 3_000_000 : Integer.parseInt(args[0])));
        System.out.println(Instant.now());
    }
}
