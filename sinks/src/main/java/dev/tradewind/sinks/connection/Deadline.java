package dev.tradewind.sinks.connection;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.time.Duration;

/**
 * When a call to a site must have ended, on the monotonic clock. A call that is made of several
 * requests asks before each, so that none is begun that could outlast it.
 */
public final class Deadline {
    private final String site;
    private final long endNanos;

    private Deadline(String site, long endNanos) {
        this.site = site;
        this.endNanos = endNanos;
    }

    public static Deadline in(String site, long millis) {
        return new Deadline(site, System.nanoTime() + millis * 1_000_000);
    }

    /**
     * @return at least a millisecond
     * @throws PortException UNREACHABLE when nothing is left
     */
    public Duration left() throws PortException {
        long millis = (endNanos - System.nanoTime()) / 1_000_000;
        if (millis < 1) {
            throw new PortException(
                    Kind.UNREACHABLE, site, site + " did not answer everything in time");
        }
        return Duration.ofMillis(millis);
    }
}
