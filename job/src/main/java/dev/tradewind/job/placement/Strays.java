package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a request to the linking service has done that was done late, when the workload had come
 * back, or had been moved on. Nobody would notice before the next command; so one is given that
 * does nothing else than to put it right.
 */
final class Strays {
    private Strays() {}

    /**
     * Owned topics that are mirrors where their workload runs, so that it can't write: as was asked
     * of its site since it runs there; empty where nothing is wrong.
     */
    static List<String> of(World world, WorkloadState state) {
        boolean owns = state.spec().topics() != null && state.spec().topics().owned() != null;
        if (!owns || state.phase() != Phase.running || state.site() == null) {
            return List.of();
        }
        long since = since(world, state);
        return state.spec().topics().owned().stream()
                .filter(topic -> world.reach().isMirror(state.site(), topic, since))
                .toList();
    }

    /**
     * The first, by name, of the sites where its groups are left out of links though it is settled
     * at another. One that it was failed over from is taken back in its own time.
     */
    static Optional<String> leftOutAt(World world, WorkloadState state) {
        boolean settled =
                state.phase() == Phase.running
                        || state.phase() == Phase.suspended
                        || state.phase() == Phase.finished;
        if (!settled
                || state.site() == null
                || state.unfinished() != null
                || state.spec().consumerGroups() == null) {
            return Optional.empty();
        }
        Set<String> sites =
                world.reach().leaveOut(state.spec().consumerGroups(), since(world, state));
        return sites.stream()
                .filter(site -> !site.equals(state.site()))
                .filter(site -> !state.abandoned().containsKey(site))
                .findFirst();
    }

    /** What was asked for during a move is of before its end. */
    private static long since(World world, WorkloadState state) {
        return world.clock().wallOf(state.sinceMillis());
    }

    /** Gives the command, unless the last one came to nothing a moment ago. */
    static boolean decides(Turn turn) {
        WorkloadState state = turn.state;
        String site = state.site();
        List<String> strays = of(turn.world, state);
        Optional<String> leftOut = leftOutAt(turn.world, state);
        if (strays.isEmpty() && leftOut.isEmpty()
                || Choice.backsOff(turn)
                || turn.world.reach().isSilent(site)) {
            return false;
        }
        if (!strays.isEmpty()) {
            turn.issue(
                    Kind.UPDATE,
                    site,
                    Verdict.stay,
                    String.join(", ", strays)
                            + " can't be written to at "
                            + site
                            + ", where it runs, as a request was done late: to be taken back",
                    new Saying().to(site));
        } else {
            readmit(turn, leftOut.get());
        }
        return turn.state.errand() != null;
    }

    /** As a site is taken back that it was failed over from: where it is nothing is changed. */
    private static void readmit(Turn turn, String at) {
        turn.issue(
                Kind.RECLAIM,
                at,
                turn.state.site(),
                Verdict.stay,
                "links into "
                        + at
                        + " leave its groups out, and it is at "
                        + turn.state.site()
                        + ": a request was done late, which is put right",
                new Saying());
    }
}
