package dev.tradewind.job.plan;

import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.manifest.Placeholders;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * The numbers in a spec, in canonical units. What was not given is 0, or null where 0 means
 * something.
 *
 * @param stateGb GB of 10^9 bytes that a move sends
 * @param downtimeMillis of a move
 * @param cooldownMillis no move sooner after the last
 * @param earliestStartMillis energy time, or null
 * @param deadlineMillis energy time by which it has to be done, or null
 * @param durationMillis that its work takes, or null
 * @param latencyTo a site, or null
 * @param siteValues what the manifests ask of a site's entry in the catalog: {@code zone}, {@code
 *     values.X}, {@code labels.X}
 */
public record WorkloadFacts(
        double cpuCores,
        double memoryBytes,
        double powerWatts,
        double stateGb,
        long downtimeMillis,
        double fixedCostEur,
        long cooldownMillis,
        Long earliestStartMillis,
        Long deadlineMillis,
        Long durationMillis,
        String latencyTo,
        double latencyWithinMillis,
        List<String> siteValues) {

    /** What the connection says of every site, and not the catalog. */
    private static final Set<String> OF_CONNECTION = Set.of("name", "bootstrapServers");

    /**
     * @throws IllegalArgumentException for a quantity or a manifest that can't be read
     */
    public static WorkloadFacts of(WorkloadSpec spec) {
        Map<String, String> demand = spec.demand() == null ? Map.of() : spec.demand();
        WorkloadSpec.Move move = spec.move();
        WorkloadSpec.Schedule schedule = spec.schedule();
        WorkloadSpec.Latency latency = spec.latency();
        return new WorkloadFacts(
                demand.containsKey("cpu") ? Quantities.kubernetes(demand.get("cpu")) : 0,
                demand.containsKey("memory") ? Quantities.kubernetes(demand.get("memory")) : 0,
                spec.power() == null ? 0 : Quantities.watts(spec.power()),
                move == null || move.state() == null ? 0 : Quantities.gigabytes(move.state()),
                move == null ? 0 : millis(move.downtime(), 0L),
                move == null || move.fixedCost() == null ? 0 : Quantities.eur(move.fixedCost()),
                move == null ? 0 : millis(move.cooldown(), 0L),
                schedule == null || schedule.earliestStart() == null
                        ? null
                        : schedule.earliestStart().toEpochMilli(),
                schedule == null || schedule.deadline() == null
                        ? null
                        : schedule.deadline().toEpochMilli(),
                schedule == null ? null : millis(schedule.expectedDuration(), null),
                latency == null ? null : latencyTo(spec),
                latency == null ? 0 : Quantities.millis(latency.within()),
                siteValues(spec));
    }

    /** What a workload takes up, as far as it can be read; nothing else of it is known. */
    public static WorkloadFacts readable(WorkloadSpec spec) {
        Map<String, String> demand = spec.demand() == null ? Map.of() : spec.demand();
        return new WorkloadFacts(
                orZero(demand.get("cpu"), Quantities::kubernetes),
                orZero(demand.get("memory"), Quantities::kubernetes),
                orZero(spec.power(), Quantities::watts),
                0,
                0,
                0,
                0,
                null,
                null,
                null,
                null,
                0,
                List.of());
    }

    /** The same, drawing so much, W. */
    public WorkloadFacts drawing(double watts) {
        return new WorkloadFacts(
                cpuCores,
                memoryBytes,
                watts,
                stateGb,
                downtimeMillis,
                fixedCostEur,
                cooldownMillis,
                earliestStartMillis,
                deadlineMillis,
                durationMillis,
                latencyTo,
                latencyWithinMillis,
                siteValues);
    }

    /** Where it says, else where its inputs are produced; null where it doesn't say that either. */
    private static String latencyTo(WorkloadSpec spec) {
        return spec.latency().to() != null
                ? spec.latency().to()
                : spec.topics() == null ? null : spec.topics().home();
    }

    private static double orZero(String text, ToDoubleFunction<String> read) {
        try {
            return text == null ? 0 : read.applyAsDouble(text);
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    private static List<String> siteValues(WorkloadSpec spec) {
        TreeSet<String> used = new TreeSet<>();
        if (spec.manifests() != null) {
            spec.manifests().forEach(manifest -> used.addAll(Placeholders.used(manifest)));
        }
        used.removeAll(OF_CONNECTION);
        return List.copyOf(used);
    }

    private static Long millis(String text, Long absent) {
        return text == null ? absent : Long.valueOf(Durations.parseMillis(text));
    }
}
