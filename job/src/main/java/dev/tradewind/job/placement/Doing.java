package dev.tradewind.job.placement;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Does what a workload's state says is to be done when something has happened. Room is not its own
 * to give: what would send a workload somewhere is undone, and done again when admission has
 * granted the room ({@link Standing}); what comes for the workload meanwhile waits ({@link
 * Parked}).
 */
final class Doing {
    /** What is done at an instant. */
    @FunctionalInterface
    interface Then {
        void at(long wallMillis) throws Exception;
    }

    /** Calls back on the task's thread. */
    @FunctionalInterface
    interface Timer {
        void at(long wallMillis, Then then);
    }

    /** Wall time after which admission, which has not answered, is asked again. */
    static final long CLAIM_AGAIN_MILLIS = 5_000;

    private static final Standing.Outcome NOT_ASKED = new Standing.Outcome(null, false);

    private final PlacementCore core;
    private final Keyed keyed;
    private final Roster roster;
    private final Standing standing;
    private final Absent absent;
    private final Announcer announcer;
    private final Supplier<World> world;
    private final LongSupplier wall;
    private final Timer timer;
    private boolean claiming;

    /**
     * @param world as it is now
     * @param wall wall time
     */
    Doing(
            PlacementCore core,
            Keyed keyed,
            Roster roster,
            Standing standing,
            Absent absent,
            Announcer announcer,
            Supplier<World> world,
            LongSupplier wall,
            Timer timer) {
        this.core = core;
        this.keyed = keyed;
        this.roster = roster;
        this.standing = standing;
        this.absent = absent;
        this.announcer = announcer;
        this.world = world;
        this.wall = wall;
        this.timer = timer;
    }

    /** Asks a workload's state what is to be done, now or when its claim is answered. */
    void happen(String key, Happening what) throws Exception {
        Parked waiting = keyed.at(key).parked();
        if (waiting != null) {
            if (what.kind() != Happening.Kind.VIEW) {
                keyed.park(waiting.and(what));
            }
        } else if (!done(key, what, NOT_ASKED)) {
            park(key, List.of(what));
        }
    }

    void happenToAll(Happening what) throws Exception {
        for (String key : roster.copy()) {
            happen(key, what);
        }
    }

    /** Those that wait for room look once more, in their order, as long as there is some. */
    void retry() throws Exception {
        World now = world.get();
        Waiting.Round round = roster.impatient().round();
        for (String key; (key = round.next(now)) != null; ) {
            if (!roster.parked().contains(key)) {
                happen(key, Happening.of(Happening.Kind.TICK));
            }
        }
    }

    /** All claims are given up, and what waits for them is asked about anew. */
    void resumeAll() throws Exception {
        resume(List.copyOf(roster.parked()));
    }

    private void resume(List<String> claims) throws Exception {
        for (String key : claims) {
            standing.withdraw(key);
            resume(key, NOT_ASKED);
        }
    }

    /** A claim is answered: what waits is done. */
    void resume(String key, Standing.Outcome granted) throws Exception {
        Deque<Happening> waiting = new ArrayDeque<>(keyed.at(key).parked().waiting());
        keyed.unpark();
        roster.parked().remove(key);
        Standing.Outcome outcome = granted;
        while (!waiting.isEmpty()) {
            if (!done(key, waiting.peek(), outcome)) {
                park(key, List.copyOf(waiting));
                return;
            }
            waiting.poll();
            outcome = NOT_ASKED;
        }
        standing.settle(key);
    }

    private void park(String key, List<Happening> waiting) throws Exception {
        keyed.park(new Parked(waiting));
        roster.parked().add(key);
    }

    /**
     * Does what comes of it, unless that needs room that wasn't granted.
     *
     * @return false: admission is asked, and nothing is done
     */
    private boolean done(String key, Happening what, Standing.Outcome granted) throws Exception {
        WorkloadState state = keyed.state();
        World now = world.get();
        standing.fleet().assure(key, granted.room() ? granted.to() : null);
        Step step =
                what.step(
                        core,
                        now,
                        state,
                        absent.epoch(),
                        absent.orphans.get(key),
                        absent.forgotten);
        standing.fleet().assure(null, null);
        if (step == null) {
            return true;
        }
        String to = core.destination(state, step);
        if (to != null && !to.equals(granted.to())) {
            standing.claim(core.claim(now, step, standing.plan()), wall.getAsLong());
            claimAgainLater();
            return false;
        }
        if (what.request() != null && state == null) {
            if (step.state() != null) {
                absent.orphans.remove(key);
            } else if (what.request().requestId() != null) {
                absent.forget(List.of(what.request().requestId()));
            }
        }
        keep(key, state, step, now);
        return true;
    }

    private void claimAgainLater() {
        if (!claiming) {
            claiming = true;
            timer.at(
                    wall.getAsLong() + CLAIM_AGAIN_MILLIS,
                    timestamp -> {
                        claiming = false;
                        resume(standing.unanswered(timestamp - CLAIM_AGAIN_MILLIS));
                        if (!roster.parked().isEmpty()) {
                            claimAgainLater();
                        }
                    });
        }
    }

    private void keep(String key, WorkloadState before, Step step, World now) throws Exception {
        WorkloadState after = step.state();
        long wakeBefore = before == null ? 0 : before.memory().wakeWallMillis();
        if (after == null) {
            if (before != null) {
                absent.gone(before);
                keyed.wake(wakeBefore, 0);
                keyed.clear();
                standing.gone(key);
            }
            roster.gone(key);
        } else {
            keyed.wake(wakeBefore, after.memory().wakeWallMillis());
            if (after != before) {
                keyed.update(after);
                if (before == null || !Bidding.same(before, after)) {
                    bid(now, after);
                }
            }
            roster.stepped(key, step, standing.told(key), after != before);
        }
        announcer.announce(key, step, now.nowMillis());
    }

    /** Tells what a workload bids. */
    void bid(World now, WorkloadState state) {
        Bid bid = core.bid(now, state);
        standing.bid(bid);
        roster.impatient().renew(bid);
    }
}
