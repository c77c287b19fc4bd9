package dev.tradewind.sinks.actuator;

import java.time.Instant;

/** Stands still until it is moved. */
final class TestingTime implements Time {
    private long millis = 1_000_000;

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public synchronized long millis() {
        return millis;
    }

    synchronized void set(long to) {
        millis = to;
    }
}
