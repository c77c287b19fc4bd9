package dev.tradewind.cli.chaos;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.load.AuditReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What came of it all. */
final class Story {
    private final String mode;
    private final long seed;
    private final double perSecond;
    private final Map<String, int[]> counts = new TreeMap<>();
    private final Map<String, Map<StepKind, Boolean>> steps = new TreeMap<>();
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

    /** What befell moves and was never felt. */
    List<String> neverStruck() {
        return counts.entrySet().stream()
                .filter(e -> e.getValue()[1] == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Moves that this befell. */
    int moves(String name) {
        return counts.getOrDefault(name, new int[1])[0];
    }

    /** Those after which it was felt. */
    Set<StepKind> stepsStruck(String name) {
        Map<StepKind, Boolean> at = steps.getOrDefault(name, new EnumMap<>(StepKind.class));
        Set<StepKind> struck = EnumSet.noneOf(StepKind.class);
        at.forEach(
                (step, felt) -> {
                    if (felt) {
                        struck.add(step);
                    }
                });
        return struck;
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
        if (trouble.after() != null) {
            steps.computeIfAbsent(trouble.name(), n -> new EnumMap<>(StepKind.class))
                    .merge(trouble.after(), struck, Boolean::logicalOr);
        }
        System.out.printf(
                "%s %3d %s -> %s %5d ms (%s)  %s%s%s%n",
                mode,
                moves,
                from,
                to,
                millis,
                longest(told),
                trouble,
                struck ? "" : " (struck nobody)",
                there ? "" : ": " + last(told));
    }

    /** At how many of the steps that it was meant for it struck. */
    private String steps(String name) {
        Map<StepKind, Boolean> at = steps.get(name);
        return at == null
                ? "any"
                : at.values().stream().filter(struck -> struck).count() + " of " + at.size();
    }

    /** What it was held up by. */
    private static String longest(List<Outcome> told) {
        return told.stream()
                .filter(o -> o.status() == Outcome.Status.step)
                .max(Comparator.comparing(Outcome::millis))
                .map(o -> o.step() + " " + o.millis())
                .orElse("no step");
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
        System.out.printf(
                "  %-44s %6s %6s %6s  %s%n", "fault", "moves", "struck", "back", "at steps");
        counts.forEach(
                (name, n) ->
                        System.out.printf(
                                "  %-44s %6d %6d %6d  %s%n", name, n[0], n[1], n[2], steps(name)));
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
