package dev.tradewind.job.placement;

import dev.tradewind.rules.text.Durations;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wall's clock as an operator reads it. Everything goes by it, jumps included, and nothing is
 * undone by one; but that it has jumped is told. It is seen by a clock that only passes: the two
 * come apart when the machine's time is set, and when the machine stood still.
 */
final class WallClock {
    private static final Logger LOGGER = LoggerFactory.getLogger(WallClock.class);

    /** What clocks are corrected by in the ordinary course of things is less. */
    static final long TOLERATED_MILLIS = 60_000;

    private final LongSupplier wallMillis;
    private final LongSupplier passedNanos;
    private long lastWall;
    private long lastPassed;

    // for threads that measure
    private volatile long jumps;
    private volatile long lastJump;

    WallClock(LongSupplier wallMillis, LongSupplier passedNanos) {
        this.wallMillis = wallMillis;
        this.passedNanos = passedNanos;
        lastWall = wallMillis.getAsLong();
        lastPassed = passedNanos.getAsLong();
    }

    /** How often it has jumped. */
    long jumps() {
        return jumps;
    }

    /** By how much the last time, ms, below 0 where it was put back; 0: it never has. */
    long lastJumpMillis() {
        return lastJump;
    }

    /** Wall time, ms since the epoch. */
    long now() {
        long wall = wallMillis.getAsLong();
        long passed = passedNanos.getAsLong();
        long jump = wall - lastWall - (passed - lastPassed) / 1_000_000;
        lastWall = wall;
        lastPassed = passed;
        if (Math.abs(jump) > TOLERATED_MILLIS) {
            jumps = jumps + 1;
            lastJump = jump;
            LOGGER.warn(
                    "the clock of this machine was put {} by {}{}: deadlines, rests and looks go by it from now on",
                    jump > 0 ? "ahead" : "back",
                    Durations.format(Math.abs(jump) / 1_000 * 1_000),
                    jump > 0 ? ", or the machine stood still for so long" : "");
        }
        return wall;
    }
}
