package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.LeaveTime;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import java.util.List;
import java.util.Optional;

/** A workload has to leave where it is: where to, and when if there is time. */
final class Evacuation {
    /** Wall time that a hand-over takes besides what its owner says; on the long side. */
    private static final long MOVE_TAKES_MILLIS = 30_000;

    private Evacuation() {}

    /**
     * @param why it has to
     */
    static void leave(Turn turn, String why) {
        WorkloadState state = turn.state;
        List<Candidate> open =
                turn.candidates().open().stream()
                        .filter(c -> !c.name().equals(state.site()))
                        .toList();
        Saying saying = new Saying().because(Choice.evacuation(turn, state.site()));
        if (open.isEmpty()) {
            turn.waits();
            turn.announce(
                    "captive " + why,
                    Verdict.stay,
                    "it should leave, for "
                            + why
                            + "; but "
                            + turn.candidates().nearestMissBut(state.site()),
                    saying.to(state.site()));
            return;
        }
        Candidate target = planned(turn, open).orElseGet(() -> cheapest(turn, open));
        Long leaveAt = better(turn, target);
        if (leaveAt != null) {
            turn.state =
                    state.with(state.memory().awaiting(state.memory().payingAtMillis(), leaveAt));
            turn.announce(
                    "leaves " + state.site() + " " + leaveAt,
                    Verdict.delayed,
                    "it leaves at "
                            + Choice.instant(leaveAt)
                            + ", when that costs least, for "
                            + why,
                    saying.to(target.name()).notBefore(leaveAt));
            return;
        }
        String blocked = Choice.blocked(turn, target.name());
        if (blocked != null) {
            Optional<Candidate> other =
                    open.stream().filter(c -> Choice.blocked(turn, c.name()) == null).findFirst();
            if (other.isEmpty()) {
                turn.waits();
                turn.announce(
                        "blocked " + blocked,
                        Verdict.stay,
                        "it should leave, for " + why + "; but " + blocked,
                        saying.to(state.site()));
                return;
            }
            target = other.get();
        }
        Choice.move(turn, target.site(), why, saying);
    }

    /**
     * How long before its deadline a site has to begin to be left, ms of energy time, so that it is
     * empty then: those that are there go so many at once and no more.
     */
    private static long takes(Turn turn) {
        int atOnce =
                Math.max(1, Math.min(turn.policy.movesInFlight(), turn.policy.movesPerSitePair()));
        int there = Math.max(1, turn.world.fleet().at(turn.state.site()));
        double one = turn.facts.downtimeMillis() + MOVE_TAKES_MILLIS * turn.world.clock().rate();
        return (long) Math.ceil((there + atOnce - 1) / atOnce * one);
    }

    /** Where slots are scarce, the place that others have bidden for and it has won. */
    private static Optional<Candidate> planned(Turn turn, List<Candidate> open) {
        return Slots.govern(turn)
                ? open.stream().filter(c -> c.name().equals(Slots.place(turn))).findFirst()
                : Optional.empty();
    }

    /** By the cost of the horizon and of getting there; what isn't known comes last. */
    static Candidate cheapest(Turn turn, List<Candidate> open) {
        Candidate best = open.get(0);
        double least = Double.NaN;
        long end = turn.now + turn.policy.horizonMillis();
        for (Candidate candidate : open) {
            double cost =
                    Choice.curve(turn, candidate.site(), end).sum(turn.now, end)
                                    * turn.facts.powerWatts()
                                    / 1_000
                            + turn.moveEur(candidate.site());
            if (!Double.isNaN(cost) && (Double.isNaN(least) || cost < least)) {
                best = candidate;
                least = cost;
            }
        }
        return best;
    }

    /** A later instant at which to leave, where the evacuation leaves time for it; or null. */
    private static Long better(Turn turn, Candidate target) {
        Detection evacuation = Choice.evacuation(turn, turn.state.site());
        Optional<Candidate> here = turn.candidates().site(turn.state.site());
        if (evacuation == null || here.isEmpty() || !here.get().limits().isEmpty()) {
            return null;
        }
        long limit = ActiveDetections.leaveBy(evacuation) - takes(turn);
        Site from = here.get().site();
        long at =
                LeaveTime.choose(
                        Choice.curve(turn, from, limit),
                        Choice.curve(turn, target.site(), limit),
                        turn.now,
                        limit);
        return at > turn.now ? Long.valueOf(at) : null;
    }
}
