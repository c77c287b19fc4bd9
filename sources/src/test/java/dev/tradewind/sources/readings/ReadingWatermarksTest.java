package dev.tradewind.sources.readings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

/** The energy clock stands at noon; readings may be 5 minutes late and an hour ahead. */
class ReadingWatermarksTest {
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;
    private static final Series PRICE = Series.ofZone("DE", "price");

    private final ManualClock activity = new ManualClock();
    private final List<String> out = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    out.add(Instant.ofEpochMilli(watermark.getTimestamp()).toString());
                }

                @Override
                public void markIdle() {
                    out.add("idle");
                }

                @Override
                public void markActive() {
                    out.add("active");
                }
            };
    private final ReadingWatermarks watermarks =
            new ReadingWatermarks(
                    new EnergyClock(System.currentTimeMillis(), NOON, 1e-9),
                    5 * MINUTE,
                    60 * MINUTE,
                    Duration.ofSeconds(10),
                    activity);

    @Test
    void actualsMoveTimeAndNeverBack() {
        assertThat(emitted()).isEmpty();
        see(actual(NOON));
        assertThat(emitted()).containsExactly("2026-03-01T11:55:00Z");
        see(actual(NOON - 30 * MINUTE));
        assertThat(emitted()).containsExactly("2026-03-01T11:55:00Z");
        see(actual(NOON + 15 * MINUTE));
        assertThat(emitted()).containsExactly("2026-03-01T12:10:00Z");
    }

    @Test
    void forecastsEstimatesAndRejectsDoNot() {
        seeNoActual();
        assertThat(emitted()).isEmpty();
        see(actual(NOON));
        emitted();
        seeNoActual();
        assertThat(emitted()).containsExactly("2026-03-01T11:55:00Z");
    }

    @Test
    void aFeedWithAWrongClockDoesNotCarryTimeAway() {
        see(actual(NOON + 365L * 24 * 60 * MINUTE));
        assertThat(emitted()).containsExactly("2026-03-01T13:00:00Z");
    }

    @Test
    void aPartitionWithoutActualsIsIdleThoughOthersKeepComing() {
        see(actual(NOON));
        assertThat(emitted()).containsExactly("2026-03-01T11:55:00Z");
        for (int i = 0; i < 4; i++) {
            activity.advanceTime(Duration.ofSeconds(5));
            seeNoActual();
            emitted();
        }
        watermarks.onPeriodicEmit(output);
        assertThat(out.get(out.size() - 1)).isEqualTo("idle");
        out.clear();
        see(actual(NOON + 15 * MINUTE));
        assertThat(emitted()).containsExactly("2026-03-01T12:10:00Z");
    }

    @Test
    void eventTimeIsTheStartOrTheMakingOrTheRecords() {
        assertThat(actual(NOON).eventMillis()).isEqualTo(NOON);
        assertThat(forecast().eventMillis()).isEqualTo(NOON + 30 * MINUTE);
        assertThat(reject().eventMillis()).isEqualTo(NOON + 40 * MINUTE);
    }

    private void seeNoActual() {
        see(forecast());
        see(
                Sample.value(
                        Sample.Kind.ESTIMATED,
                        PRICE,
                        1,
                        NOON + 50 * MINUTE,
                        NOON + 55 * MINUTE,
                        NOON));
        see(reject());
    }

    private static Sample actual(long start) {
        return Sample.actual(PRICE, 1, start, start + 15 * MINUTE);
    }

    private static Sample forecast() {
        return Sample.forecast(
                PRICE,
                NOON + 30 * MINUTE,
                new long[] {NOON + 600 * MINUTE},
                new long[] {NOON + 660 * MINUTE},
                new double[] {1});
    }

    private static Sample reject() {
        return Sample.rejected(
                new DeadLetter(
                        "t",
                        0,
                        0,
                        Instant.ofEpochMilli(NOON + 40 * MINUTE),
                        null,
                        new byte[0],
                        "r"));
    }

    private void see(Sample sample) {
        watermarks.onEvent(sample, sample.eventMillis(), output);
    }

    private List<String> emitted() {
        out.clear();
        watermarks.onPeriodicEmit(output);
        return List.copyOf(out);
    }
}
