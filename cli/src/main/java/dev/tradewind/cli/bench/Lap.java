package dev.tradewind.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What something took.
 *
 * @param millis of wall time
 * @param cpuMillis of processor time, of all that this process did meanwhile
 */
record Lap(long millis, long cpuMillis) {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** One that has begun. */
    record Watch(long nanos, long cpuNanos) {
        Lap end() {
            return new Lap(
                    (System.nanoTime() - nanos) / 1_000_000,
                    (PROCESS.getProcessCpuTime() - cpuNanos) / 1_000_000);
        }
    }

    static Watch begin() {
        return new Watch(System.nanoTime(), PROCESS.getProcessCpuTime());
    }
}
