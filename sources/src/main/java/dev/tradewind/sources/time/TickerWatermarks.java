package dev.tradewind.sources.time;

import dev.tradewind.model.EnergyClock;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/** The watermark is what the energy clock shows, less a bound. */
final class TickerWatermarks<T> implements WatermarkGenerator<T> {
    private final EnergyClock clock;
    private final long boundMillis;

    TickerWatermarks(EnergyClock clock, long boundMillis) {
        this.clock = clock;
        this.boundMillis = boundMillis;
    }

    @Override
    public void onEvent(T event, long eventTimestamp, WatermarkOutput output) {}

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        output.emitWatermark(new Watermark(clock.now() - boundMillis));
    }
}
