package dev.tradewind.job.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class WallClockTest {
    private static final long HOUR = 3_600_000;

    private long wall = 1_000_000;
    private long passed = 77;

    private final Gauges told = new Gauges();
    private final WallClock clock = new WallClock(() -> wall, () -> passed * 1_000_000, told);

    private static final class Gauges extends UnregisteredMetricsGroup {
        private final Map<String, Gauge<?>> gauges = new HashMap<>();

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            gauges.put(name, gauge);
            return gauge;
        }
    }

    private void after(long millis, long jump) {
        wall += millis + jump;
        passed += millis;
        assertThat(clock.now()).as("jump or not, that is the time").isEqualTo(wall);
    }

    private void toldOf(long jumps, long lastMillis) {
        assertThat(clock.jumps()).isEqualTo(jumps);
        assertThat(told.gauges.get("clockJumpMillis").getValue()).isEqualTo(lastMillis);
    }

    @Test
    void timeThatPassesIsNoJump() {
        after(1, 0);
        after(100 * HOUR, 0);
        after(HOUR, -WallClock.TOLERATED_MILLIS);
        after(HOUR, WallClock.TOLERATED_MILLIS);
        toldOf(0, 0);
    }

    @Test
    void aJumpByHoursOrADayIsToldOnceEachWay() {
        after(HOUR, 2 * HOUR);
        toldOf(1, 2 * HOUR);
        after(HOUR, 0);
        after(1, 0);
        toldOf(1, 2 * HOUR);
        after(0, -24 * HOUR);
        toldOf(2, -24 * HOUR);
        after(5, 24 * HOUR);
        toldOf(3, 24 * HOUR);
    }
}
