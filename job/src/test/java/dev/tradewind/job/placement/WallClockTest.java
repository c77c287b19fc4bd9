package dev.tradewind.job.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WallClockTest {
    private static final long HOUR = 3_600_000;

    private long wall = 1_000_000;
    private long passed = 77;

    private final WallClock clock = new WallClock(() -> wall, () -> passed * 1_000_000);

    private void after(long millis, long jump) {
        wall += millis + jump;
        passed += millis;
        assertThat(clock.now()).as("jump or not, that is the time").isEqualTo(wall);
    }

    private void toldOf(long jumps, long lastMillis) {
        assertThat(clock.jumps()).isEqualTo(jumps);
        assertThat(clock.lastJumpMillis()).isEqualTo(lastMillis);
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
