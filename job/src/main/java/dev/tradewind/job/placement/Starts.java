package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.Pieces.Plan;
import dev.tradewind.job.plan.StartSlot;
import dev.tradewind.job.plan.StartSlot.Slot;
import dev.tradewind.model.wire.Decision.Verdict;
import java.util.List;
import java.util.Optional;

/** Where and when a workload that doesn't run is started. */
final class Starts {
    /** The longest wait for signals that have not come yet, energy time. */
    static final long MOST_GRACE = 600_000;

    /** And no longer than this part of the time that the deadline leaves. */
    static final int GRACE_PART = 10;

    private Starts() {}

    static void start(Turn turn) {
        WorkloadState state = turn.state;
        if (state.unfinished() != null) {
            if (Choice.backsOff(turn)) {
                return;
            }
            issue(turn, state.unfinished(), "going on with what was under way", new Saying());
            return;
        }
        Long latest = Due.latestStart(turn);
        boolean last = latest != null && latest <= turn.now;
        List<Candidate> sites = among(turn, turn.candidates().open());
        boolean overfull = sites.isEmpty() && last;
        if (overfull) {
            // the deadline outranks capacity, and no other limit
            sites = among(turn, turn.candidates().allowed());
        }
        if (sites.isEmpty()) {
            turn.state = state.planned(null, 0);
            turn.waits();
            String why =
                    state.wishes().pinnedTo() == null
                            ? turn.candidates().nearestMiss()
                            : "it is pinned to "
                                    + state.wishes().pinnedTo()
                                    + ": "
                                    + turn.candidates()
                                            .site(state.wishes().pinnedTo())
                                            .map(Candidate::excluded)
                                            .orElse("the catalog has no such site");
            // that its deadline won't be kept is told when it comes to that, and not only before
            turn.announce(
                    (last ? "too late " : "nowhere ") + why,
                    Verdict.delayed,
                    (last ? "it waits, though its deadline allows no more waiting: " : "it waits: ")
                            + why,
                    new Saying());
            return;
        }
        List<Candidate> choice = latest == null ? Slots.affordable(turn, sites) : sites;
        Long earliest = turn.facts.earliestStartMillis();
        long duration = duration(turn);
        Optional<Plan> pieces = last ? Optional.empty() : pieces(turn, choice);
        Slot slot = pieces.map(Starts::first).orElseGet(() -> slot(turn, choice, latest));
        boolean cost = !Double.isNaN(slot.eurPerKw());
        if (slot.startMillis() <= turn.now) {
            List<String> silent = cost ? silent(turn, choice, duration) : List.of();
            long grace = graceEnds(state, latest);
            if (!silent.isEmpty() && turn.now < grace) {
                turn.state = state.planned(slot.site(), grace);
                turn.announce(
                        "grace " + silent,
                        Verdict.delayed,
                        "it is planned to start at "
                                + slot.site()
                                + ", but until "
                                + Choice.instant(grace)
                                + " it waits for the cost of "
                                + String.join(", ", silent)
                                + ", which isn't known yet",
                        new Saying().to(slot.site()).notBefore(grace));
                return;
            }
            issue(
                    turn,
                    slot.site(),
                    why(turn, slot, choice, last, overfull, parts(pieces)),
                    new Saying());
            return;
        }
        turn.state = state.planned(slot.site(), slot.startMillis());
        String when = Choice.instant(slot.startMillis());
        turn.announce(
                "delayed " + slot.site() + " " + slot.startMillis(),
                Verdict.delayed,
                "it is planned to start at "
                        + slot.site()
                        + " at "
                        + when
                        + (cost
                                ? pieces.isPresent() && pieces.get().pieces().size() > 1
                                        ? parts(pieces)
                                        : earliest != null && slot.startMillis() == earliest
                                                ? ", its earliest start"
                                                : ", where the time that it takes costs least"
                                : ", the latest start that keeps its deadline, for no site's cost is known so far"),
                new Saying().to(slot.site()).notBefore(slot.startMillis()));
    }

    /** What is left of work that ends, else the time that sites are compared over. */
    private static long duration(Turn turn) {
        return turn.facts.deadlineMillis() != null
                ? Due.left(turn)
                : turn.facts.durationMillis() != null
                        ? turn.facts.durationMillis()
                        : turn.policy.horizonMillis();
    }

    private static Optional<Plan> pieces(Turn turn, List<Candidate> choice) {
        return turn.facts.deadlineMillis() != null && Jobs.interruptible(turn.state.spec())
                ? Deferred.plan(turn, choice)
                : Optional.empty();
    }

    private static Slot first(Plan plan) {
        return new Slot(plan.first().site(), plan.first().fromMillis(), plan.eurPerKw(), false);
    }

    private static Slot slot(Turn turn, List<Candidate> choice, Long latest) {
        Long earliest = turn.facts.earliestStartMillis();
        long duration = duration(turn);
        long end = StartSlot.horizon(turn.now, earliest, latest, duration);
        return StartSlot.choose(
                        Choice.names(choice),
                        name ->
                                Choice.curve(
                                        turn, turn.world.catalog().site(name).orElseThrow(), end),
                        turn.now,
                        earliest,
                        latest,
                        duration,
                        turn.state.startSite() == null
                                ? null
                                : StartSlot.planned(
                                        turn.state.startSite(), turn.state.startMillis()))
                .orElseThrow();
    }

    private static String parts(Optional<Plan> pieces) {
        int parts = pieces.map(plan -> plan.pieces().size()).orElse(1);
        return parts == 1 ? "" : ", the first of " + parts + " pieces that together cost least";
    }

    /**
     * Until when work that may wait does so for sites whose cost is not known yet: feeds may come a
     * little later than the request. It counts from the submission, so that a feed that is dead
     * holds it up once and no longer. Work without a deadline doesn't wait: it runs until it is
     * withdrawn, and moves when another place turns out to be cheaper.
     */
    private static long graceEnds(WorkloadState state, Long latest) {
        if (latest == null) {
            return Long.MIN_VALUE;
        }
        long slack = Math.max(0, latest - state.sinceMillis());
        return state.sinceMillis() + Math.min(MOST_GRACE, slack / GRACE_PART);
    }

    /** Sites of which it isn't known what running there now would cost. */
    private static List<String> silent(Turn turn, List<Candidate> choice, long duration) {
        long end = turn.now + duration;
        return choice.stream()
                .filter(c -> Double.isNaN(Choice.curve(turn, c.site(), end).sum(turn.now, end)))
                .map(Candidate::name)
                .toList();
    }

    /** A pin leaves one site, and objects that are somewhere are not left for a few cents. */
    private static List<Candidate> among(Turn turn, List<Candidate> sites) {
        String pin = turn.state.wishes().pinnedTo();
        if (pin != null) {
            return sites.stream().filter(c -> c.name().equals(pin)).toList();
        }
        if (turn.facts.deadlineMillis() != null && Jobs.interruptible(turn.state.spec())) {
            // what it costs to go on elsewhere is in the plan
            return sites;
        }
        List<Candidate> back =
                sites.stream().filter(c -> c.name().equals(turn.state.site())).toList();
        return back.isEmpty() ? sites : back;
    }

    private static String why(
            Turn turn,
            Slot slot,
            List<Candidate> choice,
            boolean last,
            boolean overfull,
            String parts) {
        if (overfull) {
            return "its deadline allows no more waiting, though no site has room";
        }
        if (last) {
            return "its deadline allows no more waiting";
        }
        if (choice.size() == 1) {
            String only =
                    turn.state.wishes().pinnedTo() != null
                            ? "pinned to " + slot.site()
                            : slot.site().equals(turn.state.site())
                                    ? "that is where it was"
                                    : Slots.govern(turn)
                                            ? "with what slots cost, no other site with room costs less"
                                            : "no other site will do";
            return only + parts;
        }
        if (Double.isNaN(slot.eurPerKw())) {
            return "no site's cost is known, and it is the first choice";
        }
        long duration = duration(turn);
        List<String> silent = silent(turn, choice, duration);
        return "running there costs least, "
                + Choice.eur(slot.eurPerKw() * turn.facts.powerWatts() / 1_000)
                + " for "
                + Choice.duration(duration)
                + parts
                + (silent.isEmpty()
                        ? ""
                        : "; the cost of " + String.join(", ", silent) + " isn't known");
    }

    private static void issue(Turn turn, String site, String why, Saying saying) {
        if (!Jobs.interruptible(turn.state.spec())) {
            turn.state = turn.state.with(turn.state.work().again());
        }
        turn.issue(Kind.START, site, Verdict.start, "starts at " + site + ": " + why, saying);
    }
}
