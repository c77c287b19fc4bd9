package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.actuator.Time;
import java.time.Instant;

/** A process of the job: it has clocks of its own, can stand still for a while, and can die. */
final class Machine implements Time {
    final String name;
    private final Clockwork clockwork;
    private final double rate;
    private final long monotonicOffset;
    private final long wallOffset;
    private boolean alive = true;
    private long pausedUntil;
    private long upsets;

    /**
     * @param rate of its clock, by true time
     * @param monotonicOffset of its monotonic clock
     * @param wallOffset by which its wall clock is wrong, ms
     */
    Machine(String name, Clockwork clockwork, double rate, long monotonicOffset, long wallOffset) {
        this.name = name;
        this.clockwork = clockwork;
        this.rate = rate;
        this.monotonicOffset = monotonicOffset;
        this.wallOffset = wallOffset;
    }

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(wallMillis());
    }

    long wallMillis() {
        return World.EPOCH + (long) (clockwork.now() * rate) + wallOffset;
    }

    @Override
    public long millis() {
        return (long) (clockwork.now() * rate) + monotonicOffset;
    }

    boolean alive() {
        return alive;
    }

    void die() {
        alive = false;
        upsets++;
    }

    /** How often it has died or stood still. */
    long upsets() {
        return upsets;
    }

    /** Nothing of it runs before then: its machine is overloaded, or cut off and thought dead. */
    void pause(long until) {
        pausedUntil = Math.max(pausedUntil, until);
        upsets++;
    }

    boolean paused() {
        return pausedUntil > clockwork.now();
    }

    long pausedFor() {
        return Math.max(0, pausedUntil - clockwork.now());
    }

    /** Here it may have died, or stands still. */
    void check() {
        while (alive && paused()) {
            clockwork.spend(pausedFor());
        }
        if (!alive) {
            throw new Crash(name);
        }
    }
}
