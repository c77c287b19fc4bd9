package dev.tradewind.job.placement;

import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.catalog.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Hands out the fleet's room: when the fleet is planned anew, and what holds until then. Between
 * two plans it says where each workload is to be; when that begins is a matter of the room that is
 * free at that instant and of the moves under way.
 */
final class Admission {
    /** Part of what the fleet takes up whose coming or going makes the plan an old one. */
    private static final double CHANGED = 0.04;

    /** While a fleet is loaded or withdrawn something comes or goes all the time. Energy time. */
    private static final long SOONEST_MILLIS = 60_000;

    private final FleetSettings settings;
    private final Consumer<Bids.Part> watch;
    private boolean expired = true;
    private boolean again;

    Admission(FleetSettings settings) {
        this(settings, part -> {});
    }

    /**
     * @param watch told of each part of a plan when it ends
     */
    Admission(FleetSettings settings, Consumer<Bids.Part> watch) {
        this.settings = settings;
        this.watch = watch;
    }

    /** What the plan was made for has changed: a site, a limit, a rule's word. */
    void expire() {
        expired = true;
    }

    /** What was kept holds on: the same plan after a restart. */
    void restored(Fleet fleet, FleetPlanning kept) {
        fleet.adopt(kept);
        expired = kept.planId() == 0;
        again = !expired;
    }

    /** Those whose turn had not come when the job stopped, once: nobody else remembers them. */
    Set<String> grantAgain(Fleet fleet) {
        if (!again) {
            return Set.of();
        }
        again = false;
        return granted(fleet.planning());
    }

    private static Set<String> granted(FleetPlanning planning) {
        return planning.contended() ? planning.places().keySet() : Set.of();
    }

    /** Whether the fleet is to be planned anew before anything else is decided. */
    boolean due(World world) {
        if (!Bids.scarce(world.catalog().sites())) {
            world.fleet().adopt(FleetPlanning.NONE);
            return false;
        }
        FleetPlanning last = world.fleet().planning();
        return expired
                || Math.abs(world.nowMillis() - last.atMillis()) >= SOONEST_MILLIS
                        && world.fleet().changed() > CHANGED * world.fleet().taken()
                || rhythm(world, last.atMillis());
    }

    /** The policies' rhythms: looks are at multiples of each, by a clock that may be put back. */
    private static boolean rhythm(World world, long lastMillis) {
        for (Policy policy : world.catalog().policies()) {
            Long every = policy.replanEveryMillis();
            if (every != null
                    && Math.floorDiv(world.nowMillis(), every)
                            != Math.floorDiv(lastMillis, every)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Plans the fleet.
     *
     * @param rows in any order
     * @return those that are to be looked at, for they have a place to go to
     */
    Set<String> plan(World world, Iterable<Bid> rows) {
        Bids bids = new Bids(world);
        rows.forEach(bids::add);
        watch.accept(Bids.Part.ROWS);
        FleetPlanning planned = bids.plan(world.fleet().planning().planId() + 1, settings, watch);
        world.fleet().adopt(planned);
        expired = false;
        again = false;
        return granted(planned);
    }

    /** The same for one who has all workloads at hand. */
    Set<String> plan(World world, Iterable<WorkloadState> states, PlacementCore core) {
        List<Bid> rows = new ArrayList<>();
        states.forEach(state -> rows.add(core.bid(world, state)));
        return plan(world, rows);
    }
}
