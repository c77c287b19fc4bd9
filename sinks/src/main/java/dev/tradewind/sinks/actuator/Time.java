package dev.tradewind.sinks.actuator;

import java.time.Instant;

/** Wall time for what is told, a monotonic clock for what is decided. */
public interface Time {
    Time SYSTEM =
            new Time() {
                @Override
                public Instant now() {
                    return Instant.now();
                }

                @Override
                public long millis() {
                    return System.nanoTime() / 1_000_000;
                }
            };

    Instant now();

    /** Monotonic, from an arbitrary origin. */
    long millis();
}
