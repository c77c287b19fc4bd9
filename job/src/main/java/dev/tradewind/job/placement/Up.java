package dev.tradewind.job.placement;

import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.catalog.Catalog;
import java.util.List;

/**
 * What placement tells admission: exactly one of bid, gone, claim, ready and kept is given.
 *
 * @param run of the subtask that tells it, another after each start
 * @param seq counts what that one tells
 * @param gone a workload that is no more
 * @param settles with a bid: the workload's claim of this number needs no answer any more, used or
 *     not; 0: none
 */
public record Up(
        String run,
        long seq,
        Bid bid,
        String gone,
        long settles,
        Claim claim,
        Ready ready,
        Kept kept) {

    /** The same with another bid. */
    Up bidding(Bid other) {
        return new Up(run, seq, other, gone, settles, claim, ready, kept);
    }

    /**
     * All that a subtask has to tell of its workloads because of something that all of them heard.
     *
     * @param of so many subtasks
     * @param because what it was; {@link #START}: it has begun
     * @param catalog the version that holds
     */
    public record Ready(int subtask, int of, String because, String catalog) {
        static final String START = "start";
        static final String CATALOG = "catalog ";
        static final String RULE = "rule ";
    }

    /**
     * What a savepoint has from before there was admission, or what was learned of a file of
     * history.
     *
     * @param planning null: there is none to be taken over
     */
    public record Kept(
            Catalog catalog,
            List<SeriesView> views,
            List<LearnedSeries> learned,
            FleetPlanning planning) {}
}
