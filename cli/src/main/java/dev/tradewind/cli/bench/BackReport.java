package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.HandoverReport.Spread;
import dev.tradewind.cli.bench.HandoverSites.Up;
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
 * @param cases those that are judged
 * @param withLease of those that another took up, from the decision on: he waits until the lease of
 *     the one that died has run out
 */
public record BackReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        int times,
        boolean met,
        List<Spread> cases,
        Spread withLease) {

    static BackReport of(List<Up> seen, List<Up> silent, List<Up> takenUp) {
        List<Spread> cases =
                List.of(
                        spread("silent right before the decision", seen),
                        spread("silent before the look that led to it", silent),
                        Spread.of(
                                "taken up by another, since it has the lease",
                                takenUp.stream().map(Up::leased).toList()));
        long longest = cases.stream().mapToLong(Spread::maxMillis).max().orElseThrow();
        return new BackReport(
                "back",
                (double) longest / HandoverReport.GOAL_BACK_MILLIS,
                longest,
                HandoverReport.GOAL_BACK_MILLIS,
                "ms",
                seen.size(),
                longest <= HandoverReport.GOAL_BACK_MILLIS,
                cases,
                spread("the same, since the decision", takenUp));
    }

    private static Spread spread(String name, List<Up> ups) {
        return Spread.of(name, ups.stream().map(Up::decided).toList());
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                times
                        + " ways back of each kind from a target that answers nothing; until the source is up again");
        lines.add(String.format(Locale.ROOT, "  %-44s %8s %8s %8s", "ms", "p50", "p95", "max"));
        cases.forEach(one -> lines.add(one.line(44)));
        lines.add(withLease.line(44) + "  with the lease of who died");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  goal: at most %.0f ms after the decision, or the lease: %.0f ms, %s",
                        rival,
                        ours,
                        Goal.word(met)));
        return lines;
    }
}
