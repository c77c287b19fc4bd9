package dev.tradewind.job.placement;

import java.util.List;
import java.util.Map;

/**
 * What one workload brings to the plan of its fleet: its row. It follows from its state, the
 * catalog and the rules that count, and from neither prices nor the time: what ends by itself, such
 * as a cooldown, is told with its end. So it changes only when something was decided or declared.
 *
 * @param epoch of the last command
 * @param taken what it takes up now
 * @param policy its name; null: none
 * @param at where it runs; null: nowhere
 * @param sites where else it may be, room apart
 * @param avoidUntilWall by site: not to be tried before this wall time
 * @param fixedEur of a move, EUR
 * @param downtimeMillis of a move
 * @param stateGb that a move sends
 * @param movedAtMillis its last move, energy time; null: none
 * @param quietUntilMillis it doesn't move by choice before, energy time
 * @param notBeforeWall likewise, wall time
 * @param leavesAtMillis one that has to leave waits for this hour, energy time; 0: it doesn't
 */
public record Bid(
        String workload,
        long epoch,
        Taken taken,
        Mode mode,
        String policy,
        String at,
        List<String> sites,
        Map<String, Long> avoidUntilWall,
        double fixedEur,
        long downtimeMillis,
        double stateGb,
        Long movedAtMillis,
        long quietUntilMillis,
        long notBeforeWall,
        long leavesAtMillis) {

    /** What is to be done with it. */
    public enum Mode {
        /** It stays where it is, whatever comes. */
        BOUND,
        /** It may move if that pays. */
        CHOOSES,
        /** It has to leave where it is. */
        LEAVES,
        /** It is nowhere, and is to be where there is room. */
        STARTS
    }
}
