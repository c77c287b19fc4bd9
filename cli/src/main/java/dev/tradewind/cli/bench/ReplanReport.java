package dev.tradewind.cli.bench;

import dev.tradewind.job.placement.FleetAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A fleet planned anew. Times are of one thread; money is EUR over a day.
 *
 * @param ours what the plan costs a fleet of 100,000 that all wants to one site, moves included
 * @param rival what staying costs it
 * @param coldSeconds the first plan of this process: 100,000 x 20, tight
 * @param cases moves count as much as in the job
 * @param asTheyAre the same fleets, moves counting once
 * @param overfull a fleet that doesn't fit: its bound knows nothing of the right to stay
 * @param threeResources cores, memory and power
 * @param whole the same fleets, with all that a plan is in the job
 * @param overTime 72 hours, each with a plan of its own
 * @param arrivalMicros one arrival, with the last prices: the choice of a site alone
 * @param decisions all of a decision, as placement makes it
 * @param goals what is asked of it, and whether that is met
 */
public record ReplanReport(
        String name,
        double ratio,
        double ours,
        double rival,
        String unit,
        double coldSeconds,
        List<Case> cases,
        List<Case> asTheyAre,
        List<Case> overfull,
        List<Case> threeResources,
        List<Whole> whole,
        List<OverTime> overTime,
        List<Newcomers> newcomers,
        double arrivalMicros,
        Decided decisions,
        List<Goal> goals) {

    /**
     * One workload, by placement's core, all of it: limits, costs, forecasts and the words.
     * Microseconds of CPU, the mean, and what 1 in 1,000 exceeds.
     */
    public record Decided(
            double arrivalMicros,
            double arrivalMost,
            double detectionMicros,
            double detectionMost) {}

    /**
     * All that a plan is in the job, from the bids that admission keeps to the words that go out.
     *
     * @param seconds by the clock, the least of some runs
     * @param cpuSeconds of the thread, median
     * @param moves and starts that are granted
     * @param keptBytes what admission keeps of a workload: its bid, and its part of the account
     * @param planBytes what a plan allocates for one
     * @param parts seconds of the last run
     */
    public record Whole(
            String regime,
            int workloads,
            int sites,
            double seconds,
            double cpuSeconds,
            double gapPercent,
            int moves,
            long keptBytes,
            long planBytes,
            FleetAccount.Parts parts) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-9s %9d x %d %8.3f %8.3f %8.4f %9d %8d %8d   %5.3f %5.3f %5.3f %5.3f %5.3f",
                    regime,
                    workloads,
                    sites,
                    seconds,
                    cpuSeconds,
                    gapPercent,
                    moves,
                    keptBytes,
                    planBytes,
                    parts.rows(),
                    parts.columns(),
                    parts.planner(),
                    parts.places(),
                    parts.words());
        }
    }

    /** Every goal is met. */
    public boolean met() {
        return goals.stream().allMatch(Goal::met);
    }

    /**
     * @param seconds by the clock, the least of some runs: what else the machine did is no part of
     *     it
     * @param cpuSeconds of the thread, median: what it would be if nothing else ran
     * @param gapPercent to the proven bound
     * @param moves of workloads that are somewhere
     * @param waiting without a place
     * @param stayGapPercent of staying, where those that have to go find what room there is
     * @param greedyGapPercent of each in turn going to the cheapest site with room
     * @param bytesPerWorkload rows, and what a plan allocates
     * @param parts seconds of the last run
     */
    public record Case(
            String regime,
            int workloads,
            int sites,
            double seconds,
            double cpuSeconds,
            double gapPercent,
            int moves,
            int waiting,
            double costEur,
            double boundEur,
            double stayEur,
            double stayGapPercent,
            double greedyGapPercent,
            double bidsPerWorkload,
            long bytesPerWorkload,
            Parts parts) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-9s %9d x %d %8.3f %8.3f %8.4f %9d %8d %8.2f %9.2f %6d   %5.3f %5.3f %5.3f %5.3f",
                    regime,
                    workloads,
                    sites,
                    seconds,
                    cpuSeconds,
                    gapPercent,
                    moves,
                    waiting,
                    stayGapPercent,
                    greedyGapPercent,
                    bytesPerWorkload,
                    parts.auction,
                    parts.fill,
                    parts.bound,
                    parts.gate);
        }
    }

    /** Where the time goes. */
    public record Parts(double auction, double fill, double bound, double gate) {}

    /**
     * @param savedPercent of what staying costs, moves as they are taken off
     * @param backPercent of the moves: back where they came from within 24 h
     */
    public record OverTime(
            String name, double noisePercent, double savedPercent, int moves, double backPercent) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-34s %6.0f %% %8.1f %% %9d %8.1f %%",
                    name,
                    noisePercent,
                    savedPercent,
                    moves,
                    backPercent);
        }
    }

    /**
     * Two days in which 2 % of the fleet come and as many leave in each hour.
     *
     * @param every hours from plan to plan
     * @param pricesPercent what it costs more than a plan whenever somebody comes, if they go by
     *     the last prices: in percent of what they pay in the hour in which they come
     * @param cheapestPercent the same if they go to the cheapest site with room
     */
    public record Newcomers(
            String regime,
            int every,
            double pricesPercent,
            int pricesMoves,
            double cheapestPercent,
            int cheapestMoves,
            int plannedMoves) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-9s a plan in %d h %20.1f %% %7d %11.1f %% %7d %9d",
                    regime,
                    every,
                    pricesPercent,
                    pricesMoves,
                    cheapestPercent,
                    cheapestMoves,
                    plannedMoves);
        }
    }

    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        "  %-9s %9s %4s %8s %8s %8s %9s %8s %8s %9s %6s   %s",
                        "",
                        "fleet",
                        "",
                        "seconds",
                        "CPU s",
                        "gap %",
                        "moves",
                        "waiting",
                        "staying",
                        "greedy %",
                        "bytes",
                        "auction, fill, bound, gate"));
        add(lines, "moves count as in the job", cases);
        add(lines, "moves count once", asTheyAre);
        add(lines, "a fleet that doesn't fit (its bound knows no right to stay)", overfull);
        add(lines, "three resources", threeResources);
        lines.add(
                String.format(
                        "  %-9s %9s %4s %8s %8s %8s %9s %8s %8s   %s",
                        "",
                        "",
                        "",
                        "seconds",
                        "CPU s",
                        "gap %",
                        "moves",
                        "B kept",
                        "B plan",
                        "rows, columns, planner, places, words"));
        lines.add("all of it, as in the job: from what admission keeps to what it tells");
        whole.forEach(one -> lines.add(one.line()));
        lines.add("");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "cold, 100,000 x 20 tight: %.3f s; an arrival with the last prices: %.2f us",
                        coldSeconds,
                        arrivalMicros));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "decided and explained without a plan, 20 sites, us of CPU: an arrival %.0f (1 in 1,000 over %.0f), a detection %.0f (%.0f)",
                        decisions.arrivalMicros(),
                        decisions.arrivalMost(),
                        decisions.detectionMicros(),
                        decisions.detectionMost()));
        lines.add("");
        lines.add(
                String.format(
                        "  %-34s %8s %10s %9s %10s", "72 h", "noise", "saved", "moves", "back"));
        overTime.forEach(one -> lines.add(one.line()));
        lines.add("");
        lines.add(
                "2 % come in an hour, and take their place at once; over a plan at each hour for them, % of what they pay in it");
        lines.add(
                String.format(
                        "  %-24s %18s %7s %13s %7s %9s",
                        "48 h", "by last prices", "moves", "cheapest room", "moves", "planned's"));
        newcomers.forEach(one -> lines.add(one.line()));
        lines.add("");
        lines.add("goals, seconds of CPU");
        goals.forEach(goal -> lines.add(goal.line()));
        return lines;
    }

    private static void add(List<String> lines, String title, List<Case> cases) {
        lines.add(title);
        cases.forEach(one -> lines.add(one.line()));
    }
}
