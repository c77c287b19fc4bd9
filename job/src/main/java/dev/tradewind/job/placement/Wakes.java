package dev.tradewind.job.placement;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Placement.Phase;

/** When a workload is to be looked at next though nothing happens. */
final class Wakes {
    private Wakes() {}

    /** Wall time of the next look, after now; 0: none is needed. */
    static long next(Turn turn, PlacementConfig settings) {
        WorkloadState state = turn.state;
        long wall = turn.world.wallMillis();
        if (state.errand() != null) {
            return Math.max(wall + 1, Math.min(reissueAt(state, settings), Lost.wakeAt(turn)));
        }
        EnergyClock clock = turn.world.clock();
        long next = state.phase() == Phase.running ? Lost.wakeAt(turn) : Long.MAX_VALUE;
        for (long energy :
                new long[] {
                    orNever(state.wishes().pinnedUntilMillis()),
                    state.phase() == Phase.waiting
                            ? orNever(state.startSite() == null ? null : state.startMillis())
                            : Long.MAX_VALUE,
                    state.phase() == Phase.waiting
                            ? orNever(Due.latestStart(turn))
                            : Long.MAX_VALUE,
                    orNever(state.memory().payingAtMillis()),
                    orNever(state.memory().leaveAtMillis()),
                    orNever(state.memory().againAtMillis()),
                    tick(turn)
                }) {
            if (energy > turn.now && energy != Long.MAX_VALUE) {
                next = Math.min(next, Math.max(wall + 1, clock.wallOf(energy)));
            }
        }
        for (long until : state.setbacks().avoidUntilWall().values()) {
            if (until > wall) {
                next = Math.min(next, until);
            }
        }
        if (state.setbacks().notBeforeWall() > wall) {
            next = Math.min(next, state.setbacks().notBeforeWall());
        }
        return next == Long.MAX_VALUE ? 0 : next;
    }

    /** Wall time at which the command under way is to be issued again. */
    static long reissueAt(WorkloadState state, PlacementConfig settings) {
        return state.errand().issuedWallMillis()
                + (state.errand().acknowledged()
                        ? settings.reissueAcceptedMillis()
                        : settings.reissueMillis());
    }

    /**
     * Whether a regular look is due: looks are at multiples of the policy's interval. A clock that
     * was put back makes one due, or there would be none until it has come to where it was.
     */
    static boolean tickDue(WorkloadState state, Long everyMillis, long now) {
        return everyMillis != null
                && state.phase() == Phase.running
                && Math.floorDiv(now, everyMillis)
                        != Math.floorDiv(state.memory().tickMillis(), everyMillis);
    }

    private static long tick(Turn turn) {
        Long every = turn.policy == null ? null : turn.policy.replanEveryMillis();
        return every == null || turn.state.phase() != Phase.running
                ? Long.MAX_VALUE
                : (Math.floorDiv(turn.now, every) + 1) * every;
    }

    private static long orNever(Long millis) {
        return millis == null || millis == 0 ? Long.MAX_VALUE : millis;
    }
}
