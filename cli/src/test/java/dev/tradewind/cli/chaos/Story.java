package dev.tradewind.cli.chaos;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.testbed.load.AuditReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of it all. */
final class Story {
    private final String mode;
    private final long seed;
    private final double perSecond;
    private final Map<String, int[]> counts = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int moves;
    private int arrived;
    private int offsetsLookedAt;

    Story(String mode, long seed, double perSecond) {
        this.mode = mode;
        this.seed = seed;
        this.perSecond = perSecond;
    }

    int moves() {
        return moves;
    }

    int arrived() {
        return arrived;
    }

    /** Moves at whose cut both sites were asked for the group's offsets. */
    int offsetsLookedAt() {
        return offsetsLookedAt;
    }

    List<String> differences() {
        return differences;
    }

    /** Moves in which somebody felt what befell them. */
    int struck() {
        return counts.values().stream().mapToInt(n -> n[1]).sum();
    }

    void tell(
            Trouble trouble,
            boolean struck,
            String from,
            String to,
            Placement after,
            long millis,
            List<Outcome> told) {
        moves++;
        boolean there = after.site().equals(to);
        arrived += after.site().equals(from) ? 0 : 1;
        int[] count = counts.computeIfAbsent(trouble.name(), n -> new int[3]);
        count[0]++;
        count[1] += struck ? 1 : 0;
        count[2] += there ? 0 : 1;
        System.out.printf(
                "%s %3d %s -> %s %5d ms  %s%s%s%n",
                mode,
                moves,
                from,
                to,
                millis,
                trouble,
                struck ? "" : " (struck nobody)",
                there ? "" : ": " + last(told));
    }

    private static String last(List<Outcome> told) {
        return told.stream()
                .filter(o -> o.status().isTerminal())
                .map(o -> o.status() + " " + o.message())
                .reduce("no end was told", (a, b) -> b);
    }

    void offsets(OffsetsAtCut offsets) {
        offsetsLookedAt += offsets.looked() ? 1 : 0;
        if (offsets.difference() != null) {
            differences.add(offsets.difference());
        }
    }

    void print(AuditReport audit, TwoCopies copies) {
        System.out.printf(
                "mode %s, seed %d: %d moves of a workload fed with %.0f records/s, %d arrived%n",
                mode, seed, moves, perSecond, arrived);
        System.out.printf("  %-44s %6s %6s %6s%n", "fault", "moves", "struck", "back");
        counts.forEach(
                (name, n) -> System.out.printf("  %-44s %6d %6d %6d%n", name, n[0], n[1], n[2]));
        System.out.printf(
                "  %d records: %d lost, %d doubled, %d out of order, %d unknown%n",
                audit.produced(),
                audit.lost(),
                audit.duplicated(),
                audit.disordered(),
                audit.unknown());
        System.out.printf(
                "  offsets of source and target compared in %d moves: %d differ;"
                        + " two copies seen %d times in %d looks%n",
                offsetsLookedAt, differences.size(), copies.found().size(), copies.looks());
    }
}
