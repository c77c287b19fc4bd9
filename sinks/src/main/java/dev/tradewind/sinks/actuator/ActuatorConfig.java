package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.handover.Deadlines;
import java.io.Serializable;

/**
 * How the actuator works. Times are milliseconds of wall time.
 *
 * @param holder names this actuator in leases; it adds something random, so that one that was
 *     thought dead is not taken for its successor
 * @param threads on which commands are carried out. They wait for sites most of the time; and where
 *     several ask a site at once, one request asks for all, so that fewer threads cost more
 * @param pollMillis at most this long between two looks while something is under way
 * @param jobPollMillis between two looks at a running job
 * @param leaseMillis how long a lease holds without being renewed, and so how long a successor
 *     waits after a crash; raised to twice the longest call where it is less
 * @param retryMillis before the first retry; doubled with each, with jitter
 * @param maxRetryMillis at most this long between two retries
 * @param deadlines of the steps
 * @param dryRun look and say what would be done, but do nothing
 */
public record ActuatorConfig(
        String holder,
        int threads,
        long pollMillis,
        long jobPollMillis,
        long leaseMillis,
        long retryMillis,
        long maxRetryMillis,
        Deadlines deadlines,
        boolean dryRun)
        implements Serializable {

    public static ActuatorConfig of(String holder) {
        return new ActuatorConfig(
                holder, 32, 100, 500, 15_000, 100, 5_000, Deadlines.DEFAULT, false);
    }

    /** The same, with other deadlines. */
    public ActuatorConfig within(Deadlines others) {
        return new ActuatorConfig(
                holder,
                threads,
                pollMillis,
                jobPollMillis,
                leaseMillis,
                retryMillis,
                maxRetryMillis,
                others,
                dryRun);
    }
}
