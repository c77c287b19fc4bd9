package dev.tradewind.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long a person waits for many rules, milliseconds of wall time.
 *
 * @param ours the slowest case, by its own measure
 * @param rival what each has to stay below
 * @param met whether each does
 */
public record CatalogReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        int rules,
        int sites,
        boolean met,
        List<Case> cases) {

    /**
     * @param millis of each time, in their order
     * @param judged what is held against the goal
     * @param by what that is: the slowest of all, or the median
     */
    public record Case(String name, List<Long> millis, long judged, String by, boolean met) {
        static Case slowest(String name, List<Long> millis, long goal) {
            long judged = millis.stream().mapToLong(Long::longValue).max().orElseThrow();
            return new Case(name, List.copyOf(millis), judged, "slowest", judged <= goal);
        }

        static Case median(String name, List<Long> millis, long goal) {
            long judged = millis.stream().sorted().toList().get(millis.size() / 2);
            return new Case(name, List.copyOf(millis), judged, "median", judged <= goal);
        }
    }

    static CatalogReport of(int rules, int sites, long goal, List<Case> cases) {
        long slowest = cases.stream().mapToLong(Case::judged).max().orElseThrow();
        return new CatalogReport(
                "catalog",
                (double) slowest / goal,
                slowest,
                goal,
                "ms",
                rules,
                sites,
                cases.stream().allMatch(Case::met),
                List.copyOf(cases));
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%,d rules over %,d sites; ms by the clock, each at most %,.0f",
                        rules,
                        sites,
                        rival));
        for (Case one : cases) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %-64s %7s %6d  %-6s  %s",
                            one.name(),
                            one.by(),
                            one.judged(),
                            Goal.word(one.met()),
                            one.millis()));
        }
        return lines;
    }
}
