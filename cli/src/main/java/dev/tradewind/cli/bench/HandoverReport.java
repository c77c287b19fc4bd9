package dev.tradewind.cli.bench;

import dev.tradewind.cli.output.NearestRank;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The pause that records see while a workload moves, against a start in place, milliseconds.
 *
 * @param ratio pause to floor, both 95th percentiles
 * @param ours the 95th percentile of the pause
 * @param rival that of the floor
 * @param overFloorMillis how much longer the pause is
 * @param moves how many were measured, and as many floors
 * @param wholeMillis from command to the end of a move, most of which the workload doesn't see
 * @param atOnce many that move together
 * @param back of moves that were given up, from the decision until the source was up again
 * @param backGoalMillis what the longest of these may be
 * @param met whether all goals are
 * @param cases both distributions
 * @param steps where the pause goes
 */
public record HandoverReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        long overFloorMillis,
        long goalMillis,
        int moves,
        long wholeMillis,
        AtOnce atOnce,
        Spread back,
        long backGoalMillis,
        boolean met,
        List<Spread> cases,
        List<Share> steps) {
    /** What p95 of the pause may be over that of the floor. */
    static final long GOAL_MILLIS = 2_000;

    /** Until the source is up again, from the decision to go back to it. */
    static final long GOAL_BACK_MILLIS = 5_000;

    /** How many times as long as one they may take. */
    static final double GOAL_AT_ONCE = 5;

    public record Spread(String name, long p50Millis, long p95Millis, long maxMillis) {
        static Spread of(String name, List<Long> millis) {
            NearestRank ranks = NearestRank.of(millis);
            return new Spread(name, ranks.at(0.50), ranks.at(0.95), ranks.at(1));
        }

        /** Of a table that has such a column of names. */
        String line(int nameWidth) {
            return String.format(
                    Locale.ROOT,
                    "  %-" + nameWidth + "s %8d %8d %8d",
                    name,
                    p50Millis,
                    p95Millis,
                    maxMillis);
        }
    }

    /**
     * @param meanMillis over all moves
     * @param ofPause between 0 and 1
     */
    public record Share(String step, double meanMillis, double ofPause) {}

    /**
     * All are medians of some rounds.
     *
     * @param oneMillis from command to end of one that moves alone while the others run
     * @param allMillis from the first command to the last end
     * @param oneInPlaceMillis of one that is stopped and started where it is while the others run
     * @param allInPlaceMillis of all of them at once: what this machine needs for the applications
     *     alone
     * @param cpuMillis of processor time for each of those that move at once, of which all
     *     applications, brokers and their load have a part
     * @param inPlaceCpuMillis for each of those that start in place at once
     */
    public record AtOnce(
            int workloads,
            long oneMillis,
            long allMillis,
            double times,
            double goal,
            long oneInPlaceMillis,
            long allInPlaceMillis,
            double inPlaceTimes,
            long cpuMillis,
            long inPlaceCpuMillis,
            int processors) {
        static AtOnce of(
                int workloads,
                List<Lap> one,
                List<Lap> all,
                List<Lap> oneInPlace,
                List<Lap> allInPlace) {
            long ofOne = median(one, Lap::millis);
            long ofAll = median(all, Lap::millis);
            long inPlace = median(oneInPlace, Lap::millis);
            long allThere = median(allInPlace, Lap::millis);
            return new AtOnce(
                    workloads,
                    ofOne,
                    ofAll,
                    (double) ofAll / ofOne,
                    GOAL_AT_ONCE,
                    inPlace,
                    allThere,
                    (double) allThere / inPlace,
                    median(all, Lap::cpuMillis) / workloads,
                    median(allInPlace, Lap::cpuMillis) / workloads,
                    Runtime.getRuntime().availableProcessors());
        }

        private static long median(List<Lap> laps, ToLongFunction<Lap> of) {
            return NearestRank.of(laps.stream().mapToLong(of).boxed().toList()).at(0.5);
        }

        boolean met() {
            return times <= goal;
        }
    }

    /**
     * One move of the first part.
     *
     * @param pause from the last record at the source to the first at the target
     * @param whole from its command to its end
     * @param shares the pause by steps
     */
    record Move(long pause, long whole, Map<String, Long> shares) {}

    /**
     * @param floors starts in place, in the same run
     * @param backs of moves that were given up, from the decision until the source was up again
     */
    static HandoverReport of(List<Move> moves, List<Long> floors, List<Long> backs, AtOnce atOnce) {
        Spread pause = Spread.of("a move", moves.stream().map(Move::pause).toList());
        Spread floor = Spread.of("stop and start in place", floors);
        Spread back = Spread.of("back to the source", backs);
        long over = pause.p95Millis() - floor.p95Millis();
        return new HandoverReport(
                "handover",
                (double) pause.p95Millis() / floor.p95Millis(),
                pause.p95Millis(),
                floor.p95Millis(),
                "ms",
                over,
                GOAL_MILLIS,
                moves.size(),
                Spread.of("", moves.stream().map(Move::whole).toList()).p50Millis(),
                atOnce,
                back,
                GOAL_BACK_MILLIS,
                over <= GOAL_MILLIS && atOnce.met() && back.maxMillis() <= GOAL_BACK_MILLIS,
                List.of(pause, floor),
                shares(moves));
    }

    /** The longest first. */
    private static List<Share> shares(List<Move> moves) {
        Map<String, Long> sums = new TreeMap<>();
        moves.forEach(m -> m.shares().forEach((step, ms) -> sums.merge(step, ms, Long::sum)));
        double whole = sums.values().stream().mapToLong(Long::longValue).sum();
        return sums.entrySet().stream()
                .map(
                        e ->
                                new Share(
                                        e.getKey(),
                                        (double) e.getValue() / moves.size(),
                                        e.getValue() / whole))
                .sorted((a, b) -> Double.compare(b.meanMillis(), a.meanMillis()))
                .toList();
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                moves
                        + " moves to and fro between 2 sites, and as many starts in place; what the records see");
        lines.add(String.format(Locale.ROOT, "  %-24s %8s %8s %8s", "ms", "p50", "p95", "max"));
        cases.forEach(one -> lines.add(one.line(24)));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  goal: p95 at most %d ms over the floor: %d ms, %s",
                        goalMillis,
                        overFloorMillis,
                        Goal.word(overFloorMillis <= goalMillis)));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "given up when the source has stopped, until it is up again, ms: p50 %d, p95 %d, max %d",
                        back.p50Millis(),
                        back.p95Millis(),
                        back.maxMillis()));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  goal: at most %d ms after the decision: %s",
                        backGoalMillis,
                        Goal.word(back.maxMillis() <= backGoalMillis)));
        lines.add("where the pause of a move goes");
        lines.add(String.format(Locale.ROOT, "  %-24s %8s %8s", "step", "mean ms", "share"));
        for (Share share : steps) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %-24s %8.0f %7.0f%%",
                            share.step(),
                            share.meanMillis(),
                            100 * share.ofPause()));
        }
        lines.add(
                String.format(
                        Locale.ROOT, "from command to end, ms: p50 %d for one alone", wholeMillis));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%d at once: %d ms, one of them alone: %d ms, so %.1f times as long",
                        atOnce.workloads(),
                        atOnce.allMillis(),
                        atOnce.oneMillis(),
                        atOnce.times()));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  goal: at most %.0f times: %s",
                        atOnce.goal(),
                        Goal.word(atOnce.met())));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  the floor, %d stops and starts in place at once: %d ms, one of them alone: %d ms,"
                                + " so %.1f times as long",
                        atOnce.workloads(),
                        atOnce.allInPlaceMillis(),
                        atOnce.oneInPlaceMillis(),
                        atOnce.inPlaceTimes()));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "  processor time for each that moves at once: %d ms, that starts in place at"
                                + " once: %d ms; %d processors",
                        atOnce.cpuMillis(),
                        atOnce.inPlaceCpuMillis(),
                        atOnce.processors()));
        return lines;
    }
}
