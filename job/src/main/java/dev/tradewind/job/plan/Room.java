package dev.tradewind.job.plan;

/**
 * What is free at a site; infinite where its capacity is unbounded, negative where it is
 * overcommitted.
 */
public record Room(double cpuCores, double memoryBytes, double powerWatts) {
    public static final Room UNBOUNDED =
            new Room(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
}
