package dev.tradewind.sources.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.catalog.CatalogSource;
import dev.tradewind.sources.readings.ReadingWatermarks;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import dev.tradewind.sources.readings.Series;
import dev.tradewind.sources.unsplit.ListSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The graph of the job in small: readings united with the ticker, keyed, met by a catalog. An
 * energy hour passes in a second.
 */
class TickerTest {
    private static final long HOUR = 3_600_000;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    /** Of the jobs, which run in this JVM: the watermark at which each timer fired. */
    private static final Queue<Long> FIRED = new ConcurrentLinkedQueue<>();

    @TempDir Path catalogDirectory;

    @BeforeEach
    void clear() {
        FIRED.clear();
    }

    @Test
    void timeGoesOnWhenReadingsFallSilentAndTheCatalogNeverSpeaks() throws Exception {
        StreamExecutionEnvironment env = environment();
        EnergyClock clock = EnergyClock.startingAt(NOON, 3_600, System.currentTimeMillis());
        long start = NOON.toEpochMilli();
        DataStream<Sample> readings =
                env.fromSource(
                                new ListSource<>(
                                        3,
                                        i ->
                                                Sample.actual(
                                                        Series.ofZone("DE", "price"),
                                                        i,
                                                        start + i * 60_000,
                                                        start + HOUR)),
                                ReadingWatermarks.strategy(clock, 0, HOUR, Duration.ofMillis(300)),
                                "readings",
                                SampleTypeInfo.INSTANCE)
                        .setParallelism(1);

        JobClient job = run(env, readings, clock, 3 * HOUR, HOUR);
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> FIRED.size() == 3);
        } finally {
            job.cancel().get();
        }
        // The timers are three hours after the readings: that far the clock less its bound has
        // gone.
        assertThat(FIRED)
                .allSatisfy(
                        watermark ->
                                assertThat(watermark)
                                        .isGreaterThanOrEqualTo(start + 3 * HOUR)
                                        .isLessThanOrEqualTo(clock.now() - HOUR));
    }

    @Test
    void partitionsWithForecastsAloneDoNotHoldTimeBack() throws Exception {
        StreamExecutionEnvironment env = environment();
        EnergyClock clock = EnergyClock.startingAt(NOON, 3_600, System.currentTimeMillis());
        long start = NOON.toEpochMilli();
        DataStream<Sample> readings =
                env.fromSource(
                                new ListSource<>(
                                        1,
                                        i ->
                                                Sample.forecast(
                                                        Series.ofZone("DE", "price"),
                                                        start,
                                                        new long[] {start + 24 * HOUR},
                                                        new long[] {start + 25 * HOUR},
                                                        new double[] {1})),
                                ReadingWatermarks.strategy(clock, 0, HOUR, Duration.ofMillis(300)),
                                "readings",
                                SampleTypeInfo.INSTANCE)
                        .setParallelism(1);
        JobClient job = run(env, readings, clock, HOUR, 0);
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> FIRED.size() == 1);
        } finally {
            job.cancel().get();
        }
        assertThat(FIRED.peek()).isBetween(start + HOUR, clock.now());
    }

    private static StreamExecutionEnvironment environment() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        env.getConfig().setAutoWatermarkInterval(20);
        return env;
    }

    private JobClient run(
            StreamExecutionEnvironment env,
            DataStream<Sample> readings,
            EnergyClock clock,
            long timerAfter,
            long bound)
            throws Exception {
        DataStream<Catalog> catalog =
                new CatalogSource(catalogDirectory.toString(), 100, Map.of())
                        .stream(env, "catalog");
        MapStateDescriptor<String, Catalog> state =
                new MapStateDescriptor<>(
                        "catalog", Types.STRING, TypeInformation.of(Catalog.class));
        readings.union(Ticker.stream(env, clock, bound, "ticker", SampleTypeInfo.INSTANCE))
                .keyBy(sample -> sample.series().key())
                .connect(catalog.broadcast(state))
                .process(new Timers(timerAfter))
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    /** A timer for each reading, so long after its event time. */
    private static final class Timers
            extends KeyedBroadcastProcessFunction<String, Sample, Catalog, Long> {
        private static final long serialVersionUID = 1L;

        private final long after;

        Timers(long after) {
            this.after = after;
        }

        @Override
        public void processElement(Sample sample, ReadOnlyContext context, Collector<Long> out) {
            context.timerService().registerEventTimeTimer(sample.eventMillis() + after);
        }

        @Override
        public void processBroadcastElement(
                Catalog catalog, Context context, Collector<Long> out) {}

        @Override
        public void onTimer(long timestamp, OnTimerContext context, Collector<Long> out) {
            FIRED.add(context.timerService().currentWatermark());
        }
    }
}
