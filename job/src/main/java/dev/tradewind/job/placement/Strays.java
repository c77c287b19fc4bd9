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
        if (!isSettled(state) || home(state) == null) {
            return Optional.empty();
        }
        Set<String> sites =
                world.reach().leaveOut(state.spec().consumerGroups(), since(world, state));
        return sites.stream()
                .filter(site -> !site.equals(home(state)))
                .filter(site -> !state.abandoned().containsKey(site))
                .findFirst();
    }

    /**
     * A link writes offsets of its groups where it is settled: wherever it stops, or dies, they
     * would be older ones.
     */
    static boolean isLetIn(World world, WorkloadState state) {
        return isSettled(state)
                && state.site() != null
                && !state.abandoned().containsKey(state.site())
                && world.reach()
                        .letsIn(state.site(), state.spec().consumerGroups(), since(world, state));
    }

    /** Nothing is under way, and nothing is to be gone on with. */
    private static boolean isSettled(WorkloadState state) {
        boolean settled =
                state.phase() == Phase.running
                        || state.phase() == Phase.suspended
                        || state.phase() == Phase.waiting
                        || state.phase() == Phase.finished;
        return settled
                && state.errand() == null
                && state.unfinished() == null
                && state.spec().consumerGroups() != null;
    }

    /**
     * Where links leave its groups out, though it may run nowhere: where its topics are it may have
     * begun to read, or has ended. Null: nothing is known of that.
     */
    private static String home(WorkloadState state) {
        return state.site() == null ? state.dataHome() : state.site();
    }

    /** Something of it is to be put right. */
    static boolean any(World world, WorkloadState state) {
        return !of(world, state).isEmpty()
                || isLetIn(world, state)
                || leftOutAt(world, state).isPresent();
    }

    /** What was asked for during a move is of before its end. */
    private static long since(World world, WorkloadState state) {
        return world.clock().wallOf(state.sinceMillis());
    }

    /**
     * Gives the command. What only tidies changes nothing where it is, so that it does not wait for
     * what came to nothing before; but what is needed again and again, as somebody else undoes it,
     * or can't be done, is done more and more rarely.
     */
    static boolean decides(Turn turn) {
        WorkloadState state = turn.state;
        World world = turn.world;
        String site = state.site();
        if (world.reach().isSilent(site)) {
            return false;
        }
        List<String> strays = of(world, state);
        if (!strays.isEmpty()) {
            return !Choice.backsOff(turn) && takesBack(turn, strays);
        }
        boolean letIn = isLetIn(world, state);
        String at = letIn ? site : leftOutAt(world, state).orElse(null);
        if (at == null
                || turn.isDryRun()
                || !world.reach().tidies(state.workload(), world.wallMillis())) {
            return false;
        }
        String why =
                letIn
                        ? "a link writes offsets of its groups at "
                                + at
                                + ", where it is: it is told to leave them out"
                        : "links into "
                                + at
                                + " leave its groups out, and it is "
                                + (site == null ? "nowhere" : "at " + site)
                                + ": a request was done late, which is put right";
        // as a site is taken back that it was failed over from: where it is nothing is changed
        turn.issue(Kind.RECLAIM, at, home(state), Verdict.stay, why, new Saying());
        return true;
    }

    private static boolean takesBack(Turn turn, List<String> strays) {
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
