package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;

/**
 * Readings that go to one subtask of the binder, in the order in which they came; at least one.
 * Nobody may write to the arrays.
 *
 * @param series of which they are, each once, in the order of their first readings
 * @param places of each reading, where its series is in {@code series}
 * @param samples the readings; none is a reject
 */
public record Readings(Series[] series, int[] places, Sample[] samples) {
    public Readings(Sample one) {
        this(new Series[] {one.series()}, new int[1], new Sample[] {one});
    }

    /**
     * By which Flink finds the subtask: all series of these readings have their state there.
     *
     * @see Together
     */
    public String key() {
        return series[0].key();
    }
}
