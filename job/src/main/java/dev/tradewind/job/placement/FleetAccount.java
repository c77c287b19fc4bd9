package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Bids.Part;
import dev.tradewind.job.placement.Up.Ready;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;

/**
 * Admission's account of a fleet without its operator, for one who wants to know what a plan takes
 * in the job: all of it, from the bids as they are kept to what is told and granted.
 */
public final class FleetAccount {
    private static final String RUN = "run";

    /**
     * Seconds of one plan.
     *
     * @param rows what each brings, read off its bid
     * @param columns in order, and as the planner takes them
     * @param planner the auction, and all that follows from it
     * @param places who is to go where, and what slots cost
     * @param words what is told to all, and to each who has a place
     */
    public record Parts(double rows, double columns, double planner, double places, double words) {}

    private final long[] ended = new long[Part.values().length];
    private final Clearing clearing;
    private final Catalog catalog;
    private final SiteViews views;
    private final EnergyClock clock = EnergyClock.WALL;
    private long seq;
    private long words;

    /** Of a fleet of which nothing has been told so far. */
    public FleetAccount(Catalog catalog, SiteViews views) {
        this.catalog = catalog;
        this.views = views;
        clearing =
                new Clearing(
                        new Admission(
                                FleetSettings.DEFAULT,
                                part -> ended[part.ordinal()] = System.nanoTime()),
                        word -> words++);
        ready(Ready.START);
    }

    /** What a workload brings, in place of what it brought before. */
    public void take(Bid bid) {
        clearing.take(new Up(RUN, ++seq, bid, null, 0, null, null, null));
    }

    /** Plans all that was taken. */
    public Parts plan(long nowMillis) {
        ready(Ready.CATALOG);
        long begun = System.nanoTime();
        clearing.clear(
                new World(
                        catalog,
                        views,
                        new ActiveDetections(),
                        clearing.fleet(),
                        clock,
                        clock.wallOf(nowMillis)));
        long all = System.nanoTime();
        return new Parts(
                seconds(begun, ended[Part.ROWS.ordinal()]),
                seconds(ended[Part.ROWS.ordinal()], ended[Part.COLUMNS.ordinal()]),
                seconds(ended[Part.COLUMNS.ordinal()], ended[Part.PLANNER.ordinal()]),
                seconds(ended[Part.PLANNER.ordinal()], ended[Part.PLACES.ordinal()]),
                seconds(ended[Part.PLACES.ordinal()], all));
    }

    /** The last one. */
    public FleetPlanning planning() {
        return clearing.fleet().planning();
    }

    /** What was told so far, and granted. */
    public long words() {
        return words;
    }

    private void ready(String because) {
        clearing.take(
                new Up(
                        RUN,
                        ++seq,
                        null,
                        null,
                        0,
                        null,
                        new Ready(0, 1, because, catalog.version()),
                        null));
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
