package dev.tradewind.job.plan;

/**
 * What is free at a site; infinite where its capacity is unbounded, negative where it is
 * overcommitted.
 */
public record Room(double cpuCores, double memoryBytes, double powerWatts) {
    public static final Room UNBOUNDED =
            new Room(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** A millionth of a resource is rounding, not a lack of room. */
    private static final double ROUNDING = 1e-6;

    /** Whether what is needed of a resource is no more than what is free of it. */
    public static boolean fits(double needed, double free) {
        return needed <= 0 || needed <= mostThatFits(free);
    }

    /** The most that may be needed of a resource where so much is free of it. */
    public static double mostThatFits(double free) {
        return free + Math.abs(free) * ROUNDING;
    }
}
