package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Work;
import dev.tradewind.model.wire.Placement.Phase;

/** When work that has a deadline is due. */
final class Due {
    private Due() {}

    /**
     * The last start that keeps the deadline, energy time, with a margin for the start itself; null
     * without a deadline. The margin alone is no reason to start before the earliest start.
     */
    static Long latestStart(Turn turn) {
        Long deadline = turn.facts.deadlineMillis();
        if (deadline == null) {
            return null;
        }
        long latest = deadline - left(turn) - restart(turn) - margin(turn);
        Long earliest = turn.facts.earliestStartMillis();
        Long declared = turn.facts.durationMillis();
        boolean fits = earliest != null && earliest + (declared == null ? 0 : declared) <= deadline;
        return fits ? Math.max(latest, earliest) : latest;
    }

    /** Work that is left, ms of energy time. */
    static long left(Turn turn) {
        return work(turn)
                .left(
                        turn.facts.durationMillis(),
                        Jobs.interruptible(turn.state.spec()),
                        runningFor(turn));
    }

    /** It should be over by now: nobody knows how much is left. */
    static boolean overdue(Turn turn) {
        return work(turn).overdue(turn.facts.durationMillis(), runningFor(turn));
    }

    /** For how long it has been running now, ms of energy time; 0 where it isn't. */
    static long runningFor(Turn turn) {
        return turn.state.phase() == Phase.running
                ? Math.max(0, turn.now - turn.state.sinceMillis())
                : 0;
    }

    /** A start takes so long, ms of energy time. */
    static long margin(Turn turn) {
        double millis =
                work(turn).margin(turn.settings.startMarginMillis()) * turn.world.clock().rate();
        return (long) Math.ceil(Math.min(millis, Long.MAX_VALUE / 4.0));
    }

    /** Time without work when it goes on where it had been stopped. */
    static long restart(Turn turn) {
        boolean begun = work(turn).doneMillis() > 0 || runningFor(turn) > 0;
        return Jobs.interruptible(turn.state.spec()) && begun ? turn.facts.downtimeMillis() : 0;
    }

    private static Work work(Turn turn) {
        return turn.state.work();
    }
}
