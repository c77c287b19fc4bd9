package dev.tradewind.sources.time;

import dev.tradewind.model.EnergyClock;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Time that passes though every feed is silent. United with the readings, it holds them back by
 * nothing while they flow in time (the watermark of a union is the least of those that are not
 * idle), and moves event time on alone once all of them are idle: deadlines fire, gaps are seen.
 */
public final class Ticker {
    private Ticker() {}

    /**
     * A stream of no elements whose watermark is the energy clock less {@code boundMillis}, sent at
     * the job's {@code pipeline.auto-watermark-interval}; it is never idle. Parallelism 1.
     *
     * @param boundMillis energy time, ms: how far the feeds may be behind the clock and still be
     *     waited for; of at least the readings' out-of-orderness plus their interval, or readings
     *     that come late because they are published late would find time gone by
     * @param type of the elements that there are none of, so that it can join others
     */
    public static <T> DataStream<T> stream(
            StreamExecutionEnvironment env,
            EnergyClock clock,
            long boundMillis,
            String uid,
            TypeInformation<T> type) {
        return env.fromSource(
                        new TickerSource<T>(),
                        WatermarkStrategy.forGenerator(
                                context -> new TickerWatermarks<>(clock, boundMillis)),
                        "energy clock",
                        type)
                .uid(uid)
                .setParallelism(1)
                .setMaxParallelism(1);
    }
}
