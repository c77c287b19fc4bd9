package dev.tradewind.cli.bench;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.handover.StepKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which steps of a move the workload stood still in, from what the actuator told. Pure. */
final class HandoverShares {
    /** What no step covers: the application itself, before its first record. */
    static final String AFTER = "after the last step";

    private static final Set<String> UP =
            Set.of(StepKind.RESTORE_SOURCE.text(), StepKind.AWAIT_SOURCE_READY.text());

    private HandoverShares() {}

    /**
     * @param told of one move that was given up, in order
     * @return from the decision until the source was up again, ms
     */
    static long back(List<Outcome> told) {
        long decided = -1;
        long up = -1;
        for (Outcome outcome : told) {
            if (outcome.status() == Outcome.Status.step) {
                long at = outcome.at().toEpochMilli();
                if (outcome.step().equals(StepKind.GIVE_UP.text()) && decided < 0) {
                    decided = at;
                } else if (UP.contains(outcome.step())) {
                    up = at + outcome.millis();
                }
            }
        }
        if (decided < 0 || up < decided) {
            throw new IllegalStateException("it did not lead back to a source that stood: " + told);
        }
        return up - decided;
    }

    /**
     * @param told of one move, in order
     * @param fromMillis when the last record was processed at the source
     * @param toMillis when the first one was at the target
     * @return by step, in their order, how much of the time between it took; the sum is the whole
     */
    static Map<String, Long> of(List<Outcome> told, long fromMillis, long toMillis) {
        Map<String, Long> shares = new LinkedHashMap<>();
        long covered = 0;
        long reached = fromMillis;
        for (Outcome outcome : told) {
            if (outcome.status() != Outcome.Status.step || outcome.millis() == null) {
                continue;
            }
            long begin = Math.max(reached, outcome.at().toEpochMilli());
            long end = Math.min(toMillis, outcome.at().toEpochMilli() + outcome.millis());
            if (end > begin) {
                shares.merge(outcome.step(), end - begin, Long::sum);
                covered += end - begin;
                reached = end;
            }
        }
        if (toMillis - fromMillis > covered) {
            shares.merge(AFTER, toMillis - fromMillis - covered, Long::sum);
        }
        return shares;
    }
}
