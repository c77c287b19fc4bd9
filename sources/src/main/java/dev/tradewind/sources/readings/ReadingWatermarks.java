package dev.tradewind.sources.readings;

import dev.tradewind.model.EnergyClock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Event time of the readings, for each partition: the latest start of an actual reading, less the
 * out-of-orderness, and never beyond the energy clock plus {@code maxAheadMillis}, so that one feed
 * with a wrong clock can't carry time away.
 *
 * <p>Forecasts speak of the future, estimates are corrected, rejects say nothing: none of them
 * moves time, and none keeps a partition from being idle. (Flink's own {@code withIdleness} would
 * take a partition with forecasts alone for an active one, and stop time for all.)
 */
public final class ReadingWatermarks implements WatermarkGenerator<Sample> {
    private final WatermarkGenerator<Sample> ofActuals;

    ReadingWatermarks(
            EnergyClock clock,
            long outOfOrdernessMillis,
            long maxAheadMillis,
            Duration idleness,
            RelativeClock activity) {
        this.ofActuals =
                new WatermarksWithIdleness<>(
                        new OfActuals(clock, outOfOrdernessMillis, maxAheadMillis),
                        idleness,
                        activity);
    }

    /**
     * @param outOfOrdernessMillis event time, ms
     * @param maxAheadMillis event time, ms
     * @param idleness wall time without an actual reading after which a partition is idle
     */
    public static WatermarkStrategy<Sample> strategy(
            EnergyClock clock, long outOfOrdernessMillis, long maxAheadMillis, Duration idleness) {
        return WatermarkStrategy.<Sample>forGenerator(
                        context ->
                                new ReadingWatermarks(
                                        clock,
                                        outOfOrdernessMillis,
                                        maxAheadMillis,
                                        idleness,
                                        context.getInputActivityClock()))
                .withTimestampAssigner((sample, recordTimestamp) -> sample.eventMillis());
    }

    @Override
    public void onEvent(Sample sample, long eventTimestamp, WatermarkOutput output) {
        if (sample.kind() == Sample.Kind.ACTUAL) {
            ofActuals.onEvent(sample, eventTimestamp, output);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        ofActuals.onPeriodicEmit(output);
    }

    private static final class OfActuals implements WatermarkGenerator<Sample> {
        private static final long NONE = Long.MIN_VALUE;

        private final EnergyClock clock;
        private final long outOfOrdernessMillis;
        private final long maxAheadMillis;
        private long latest = NONE;

        OfActuals(EnergyClock clock, long outOfOrdernessMillis, long maxAheadMillis) {
            this.clock = clock;
            this.outOfOrdernessMillis = outOfOrdernessMillis;
            this.maxAheadMillis = maxAheadMillis;
        }

        @Override
        public void onEvent(Sample sample, long eventTimestamp, WatermarkOutput output) {
            latest = Math.max(latest, sample.startMillis());
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (latest != NONE) {
                long furthest = clock.now() + maxAheadMillis;
                output.emitWatermark(
                        new Watermark(Math.min(latest - outOfOrdernessMillis, furthest)));
            }
        }
    }
}
