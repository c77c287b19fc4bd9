package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.HandoverReport.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Until a source is up again from which a workload was to move, milliseconds.
 *
 * @param ours the longest of those that are judged
 * @param rival what each may be
 * @param times of each kind
 * @param met whether none of them is longer
 * @param cases by what the target, or the actuator, does meanwhile
 */
public record BackReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        int times,
        boolean met,
        List<Spread> cases) {

    static BackReport of(List<Long> seen, List<Long> silent, List<Long> takenUp) {
        List<Spread> cases =
                List.of(
                        Spread.of("silent right before the decision", seen),
                        Spread.of("silent before the look that led to it", silent),
                        Spread.of("the same as the first, taken up by another", takenUp));
        long longest = cases.stream().mapToLong(Spread::maxMillis).max().orElseThrow();
        return new BackReport(
                "back",
                (double) longest / HandoverReport.GOAL_BACK_MILLIS,
                longest,
                HandoverReport.GOAL_BACK_MILLIS,
                "ms",
                seen.size(),
                longest <= HandoverReport.GOAL_BACK_MILLIS,
                cases);
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                times
                        + " ways back of each kind from a target that answers nothing; until the source is up again");
        lines.add(String.format(Locale.ROOT, "  %-44s %8s %8s %8s", "ms", "p50", "p95", "max"));
        cases.forEach(one -> lines.add(one.line(44)));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  goal: at most %.0f ms after the decision: %.0f ms, %s",
                        rival,
                        ours,
                        Goal.word(met)));
        return lines;
    }
}
