package dev.tradewind.job.placement.recovery;

import dev.tradewind.job.placement.Recovered;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.recovery.SiteScan;
import dev.tradewind.sinks.recovery.SiteScan.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What placements and sites say together. */
final class Findings {
    /**
     * A site that doesn't answer may have seen commands that no placement tells of: those of a few
     * checkpoints. Epochs only need to grow, so going on this far above leaves them behind.
     */
    static final long MARGIN = 1_000;

    private Findings() {}

    static List<Recovered> combine(Map<String, Placement> placements, SiteScan.Result scan) {
        TreeSet<String> workloads = new TreeSet<>(placements.keySet());
        workloads.addAll(scan.workloads().keySet());
        long margin = scan.unreachable().isEmpty() ? 0 : MARGIN;
        List<Recovered> recovered = new ArrayList<>();
        for (String workload : workloads) {
            Placement placement = placements.get(workload);
            // where it runs counts more than where objects have been left
            Optional<Found> seen =
                    scan.workloads().getOrDefault(workload, List.of()).stream()
                            .filter(Found::exists)
                            .max(
                                    Comparator.comparing(Found::running)
                                            .thenComparingLong(Found::epoch)
                                            .thenComparing(
                                                    Comparator.comparing(Found::site).reversed()));
            long highest =
                    Math.max(
                            placement == null ? 0 : placement.epoch(), scan.highestEpoch(workload));
            recovered.add(
                    new Recovered(
                            workload,
                            highest + margin,
                            placement,
                            seen.map(Found::site).orElse(null),
                            seen.map(Found::epoch).orElse(0L)));
        }
        return recovered;
    }
}
