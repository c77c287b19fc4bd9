package dev.tradewind.job.placement;

import java.util.Map;

/**
 * What admission tells placement: exactly one of the three is given. It may come again, and from an
 * admission that is no more: each carries the run of those it is for.
 */
public record Word(Told told, Answer answer, Grant grant) {

    /**
     * For all: what slots cost and what is taken.
     *
     * @param plan names the plan in force
     * @param planning that plan, without places
     * @param kept for those that have to leave where they are: as good as taken for others
     * @param heard what it knows of each run of placement: that number and all before
     * @param freed counts how often room was given back
     */
    public record Told(
            String plan,
            FleetPlanning planning,
            Fleet.Totals totals,
            Fleet.Totals kept,
            Map<String, Long> heard,
            long freed) {}

    /** To a claim. Granted: the room is kept until the workload is heard of again. */
    public record Answer(String run, String workload, long seq, boolean granted) {}

    /** The plan gives a workload a place. It ends with the next plan. */
    public record Grant(String run, String workload, long epoch, String plan, String site) {}

    static Word of(Told told) {
        return new Word(told, null, null);
    }

    static Word of(Answer answer) {
        return new Word(null, answer, null);
    }

    static Word of(Grant grant) {
        return new Word(null, null, grant);
    }
}
