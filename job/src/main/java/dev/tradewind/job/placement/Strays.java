package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.List;

/**
 * Owned topics that are mirrors where their workload runs, so that it can't write: a request to the
 * linking service was done when the workload had come back. Nobody would notice before the next
 * command; so one is given, which does nothing else than to take them back and to see to it that
 * all is as it was.
 */
final class Strays {
    private Strays() {}

    /** What was asked of its site since it runs there; empty where nothing is wrong. */
    static List<String> of(World world, WorkloadState state) {
        boolean owns = state.spec().topics() != null && state.spec().topics().owned() != null;
        if (!owns || state.phase() != Phase.running || state.site() == null) {
            return List.of();
        }
        // what was asked for during a move is of before its end
        long since = world.clock().wallOf(state.sinceMillis());
        return state.spec().topics().owned().stream()
                .filter(topic -> world.reach().isMirror(state.site(), topic, since))
                .toList();
    }

    /** Gives the command, unless the last one came to nothing a moment ago. */
    static boolean decides(Turn turn) {
        List<String> strays = of(turn.world, turn.state);
        if (strays.isEmpty() || Choice.backsOff(turn)) {
            return false;
        }
        String site = turn.state.site();
        turn.issue(
                Kind.UPDATE,
                site,
                Verdict.stay,
                String.join(", ", strays)
                        + " can't be written to at "
                        + site
                        + ", where it runs, as a request was done late: to be taken back",
                new Saying().to(site));
        return turn.state.errand() != null;
    }
}
