package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Bid.Mode;
import dev.tradewind.job.placement.WorkloadState.Wishes;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How a workload's {@link Bid} follows from its state. */
final class Bidding {
    private Bidding() {}

    /** Nothing that a bid follows from differs between two states, the catalog and rules apart. */
    static boolean same(WorkloadState one, WorkloadState other) {
        return one.epoch() == other.epoch()
                && one.phase() == other.phase()
                && one.errand() == other.errand()
                && Objects.equals(one.site(), other.site())
                && Objects.equals(one.unfinished(), other.unfinished())
                && Objects.equals(one.startSite(), other.startSite())
                && one.spec() == other.spec()
                && one.wishes().equals(other.wishes())
                && one.setbacks().equals(other.setbacks())
                && one.work().watts() == other.work().watts()
                && one.memory().leaveAtMillis() == other.memory().leaveAtMillis()
                && Objects.equals(one.meter().arrivedAtMillis(), other.meter().arrivedAtMillis())
                && Objects.equals(one.meter().movedAtMillis(), other.meter().movedAtMillis());
    }

    static Bid of(Turn turn) {
        Mode mode = mode(turn);
        WorkloadState state = turn.state;
        return new Bid(
                state.workload(),
                state.epoch(),
                Taken.of(state, turn.facts),
                mode,
                turn.policy == null ? null : turn.policy.name(),
                state.phase() == Phase.running ? state.site() : null,
                mode == Mode.BOUND ? List.of() : sites(turn, mode),
                mode == Mode.BOUND ? Map.of() : state.setbacks().avoidUntilWall(),
                turn.facts.fixedCostEur(),
                turn.facts.downtimeMillis(),
                turn.facts.stateGb(),
                state.meter().movedAtMillis(),
                mode == Mode.CHOOSES ? ByChoice.quietUntil(turn) : Long.MIN_VALUE,
                mode == Mode.CHOOSES ? state.setbacks().notBeforeWall() : 0,
                mode == Mode.LEAVES ? state.memory().leaveAtMillis() : 0);
    }

    private static Mode mode(Turn turn) {
        WorkloadState state = turn.state;
        boolean free =
                state.errand() == null
                        && turn.problem == null
                        && turn.policy != null
                        && !turn.policy.freeze()
                        && !turn.policy.dryRun()
                        && state.unfinished() == null
                        && state.setbacks().unasked().isEmpty()
                        && undisturbed(state.wishes());
        if (free && state.phase() == Phase.running) {
            return Choice.expelled(turn, turn.candidates().site(state.site())) != null
                    ? Mode.LEAVES
                    : mayMove(turn) ? Mode.CHOOSES : Mode.BOUND;
        }
        return free && state.phase() == Phase.waiting && state.startSite() == null
                ? Mode.STARTS
                : Mode.BOUND;
    }

    private static boolean undisturbed(Wishes wishes) {
        return !wishes.withdraw()
                && !wishes.suspend()
                && !wishes.rollout()
                && wishes.move() == null
                && wishes.pinnedTo() == null;
    }

    /** By choice, as far as that isn't a matter of time or of what is known. */
    private static boolean mayMove(Turn turn) {
        boolean woken =
                turn.policy.replanEveryMillis() != null
                        || turn.world
                                .detections()
                                .reconsider(
                                        turn.world.catalog(),
                                        turn.state.workload(),
                                        turn.state.spec())
                                .isPresent();
        return woken
                && turn.facts.deadlineMillis() == null
                && turn.kw() > 0
                && ByChoice.held(turn, turn.state.site()).isEmpty();
    }

    private static List<String> sites(Turn turn, Mode mode) {
        Map<String, Detection> evacuated =
                turn.world
                        .detections()
                        .evacuations(
                                turn.world.catalog(), turn.state.workload(), turn.state.spec());
        List<String> sites = new ArrayList<>();
        for (Candidate candidate : turn.candidates().all()) {
            boolean elsewhere = mode == Mode.STARTS || !candidate.name().equals(turn.state.site());
            if (elsewhere
                    && candidate.limits().isEmpty()
                    && !evacuated.containsKey(candidate.name())
                    && (mode != Mode.CHOOSES || ByChoice.held(turn, candidate.name()).isEmpty())) {
                sites.add(candidate.name());
            }
        }
        return sites;
    }
}
