package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.Memory;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What becomes of a workload when something happens: a function of its state, the event and the
 * world at that instant. It keeps nothing but what can be worked out again.
 *
 * <p>A workload has at most one command under way. What is asked for meanwhile is remembered, and
 * done when that one has ended.
 */
public final class PlacementCore {
    /** Energy time. */
    static final long GATHER_MILLIS = 60_000;

    /** Among fewer a look costs next to nothing. */
    static final int MANY_SITES = 16;

    private final PlacementConfig settings;
    private final Terms terms = new Terms();

    public PlacementCore(PlacementConfig settings) {
        this.settings = settings;
    }

    /**
     * @param state null: the workload isn't known
     * @param firstEpoch the epoch to begin with, where it isn't known; the first command has the
     *     next one
     * @param orphan objects of it that were found without a placement, or null
     * @param forgotten ids of requests for workloads that aren't known (any more)
     */
    public Step onRequest(
            World world,
            WorkloadState state,
            WorkloadRequest request,
            long firstEpoch,
            Recovered orphan,
            Set<String> forgotten) {
        if (state == null) {
            return unknown(world, request, firstEpoch, orphan, forgotten);
        }
        Turn turn = turn(world, Cause.of(request), state);
        String id = request.requestId();
        if (id != null && state.memory().requestIds().contains(id)) {
            turn.decide(Verdict.repeated, "this request was answered before");
            return end(turn, state);
        }
        String problem = Requests.unsound(request);
        if (problem != null) {
            turn.decide(Verdict.refused, problem);
        }
        turn.state = turn.state.with(remember(turn.state.memory(), id));
        if (problem == null) {
            Requests.take(turn, request, terms);
            Choice.next(turn);
        }
        if (!turn.isAnswered()) {
            turn.decide(
                    Verdict.accepted,
                    turn.state.errand() != null
                            ? "taken in; it is seen to when the command under way has ended"
                            : "taken in");
        }
        return end(turn, state);
    }

    private Step unknown(
            World world,
            WorkloadRequest request,
            long firstEpoch,
            Recovered orphan,
            Set<String> forgotten) {
        String id = request.requestId();
        if (id != null && forgotten.contains(id)) {
            return answer(world, request, Verdict.repeated, "this request was answered before");
        }
        String problem = Requests.unsound(request);
        if (problem == null && request.action() != Action.submit) {
            problem = "no such workload is known";
        }
        if (problem == null) {
            problem = Requests.unplaceable(request.workload(), request.spec(), world.catalog());
        }
        if (problem != null) {
            return answer(world, request, Verdict.refused, problem);
        }
        WorkloadState state =
                WorkloadState.submitted(
                                request.workload(), request.spec(), firstEpoch, world.nowMillis())
                        // what is there is taken over where it is, so that there are never two
                        .leaving(orphan == null ? null : orphan.seenAt());
        Turn turn = turn(world, Cause.of(request), state);
        turn.state = turn.state.with(remember(turn.state.memory(), id));
        Choice.next(turn);
        if (!turn.isAnswered()) {
            turn.decide(Verdict.accepted, "taken in");
        }
        return end(turn, null);
    }

    /** An answer for a workload of which nothing is kept. */
    Step answer(World world, WorkloadRequest request, Verdict verdict, String reason) {
        long now = world.nowMillis();
        Decision decision =
                new Decision(
                        Ids.of(
                                "answer",
                                request.workload(),
                                request.requestId(),
                                now,
                                world.wallMillis(),
                                reason),
                        request.workload(),
                        0,
                        verdict,
                        null,
                        null,
                        Instant.ofEpochMilli(now),
                        null,
                        request.requestId(),
                        null,
                        null,
                        world.catalog().version(),
                        reason,
                        List.of(),
                        null,
                        null,
                        null,
                        List.of(),
                        null);
        return new Step(null, List.of(decision), null, null, false, false);
    }

    public Step onOutcome(World world, WorkloadState state, Outcome outcome) {
        if (!Outcomes.concerns(outcome, state)) {
            return new Step(state, List.of(), null, null, false, false);
        }
        Turn turn = turn(world, Cause.NEWS, state);
        Outcomes.take(turn, outcome, settings);
        if (!turn.isGone() && turn.state.errand() == null) {
            // setbacks may have closed sites
            turn.adopt(turn.state, terms.of(state.workload(), turn.state.spec(), world.catalog()));
            Choice.next(turn);
            boolean starts = outcome.status() == Outcome.Status.completed && !isReclaim(state);
            if (outcome.status().isTerminal() && !starts) {
                // the actuator has let go of a Job that goes on where it was
                turn.watch();
            }
        }
        return end(turn, state);
    }

    private static boolean isReclaim(WorkloadState state) {
        return state.errand() != null && state.errand().kind() == WorkloadState.Kind.RECLAIM;
    }

    /** A rule fired or cleared; {@code world} has it taken in. */
    public Step onDetection(World world, WorkloadState state, Detection detection) {
        if (!ActiveDetections.concerns(detection, state.workload(), state.spec())
                || ActiveDetections.is(detection, "notify")) {
            return new Step(state, List.of(), null, null, false, false);
        }
        boolean fired = detection.kind() == Detection.Kind.fired;
        Cause cause =
                fired
                        ? Cause.of(detection)
                        // what a hold kept from moving is looked at when it ends
                        : ActiveDetections.is(detection, "hold") ? Cause.TICK : Cause.NEWS;
        Turn turn = turn(world, cause, state);
        if (!ActiveDetections.is(detection, "release") || fired) {
            Choice.next(turn);
        }
        return end(turn, state);
    }

    /** Sums up until now; to be called for each workload before new values are taken in. */
    public WorkloadState accrue(World world, WorkloadState state) {
        return Meters.accrue(state, terms(world, state), world);
    }

    /**
     * The site where it may run was measured to draw so much: of a workload that declares no power
     * its part of that is noted.
     */
    WorkloadState onPower(World world, WorkloadState state, String site, double siteWatts) {
        if (state.spec().power() != null
                || state.phase() != Phase.running
                || !site.equals(state.site())) {
            return state;
        }
        double watts =
                CostModel.shareOfWatts(
                        siteWatts,
                        terms(world, state).facts().cpuCores(),
                        world.fleet().coresAt(site));
        return state.with(state.work().drew(watts));
    }

    /**
     * New values were taken in: what waits for an hour may find a better one. Values come for all
     * sites within moments, and a look goes through all of them: among many sites the first value
     * is looked at at once, and what comes in the {@value #GATHER_MILLIS} ms after it together.
     */
    public Step onView(World world, WorkloadState state) {
        boolean plans = state.phase() == Phase.waiting || state.memory().leaveAtMillis() != 0;
        boolean many = plans && world.catalog().sites().size() >= MANY_SITES;
        long again = state.memory().againAtMillis() - world.nowMillis();
        if (many && again > 0 && again <= GATHER_MILLIS && !ledgerDue(world, state)) {
            return new Step(state, List.of(), null, null, false, false);
        }
        Turn turn = turn(world, Cause.NEWS, state);
        if (plans) {
            Choice.next(turn);
        }
        if (many) {
            turn.state =
                    turn.state.with(
                            turn.state.memory().lookingAgain(world.nowMillis() + GATHER_MILLIS));
        }
        return end(turn, state);
    }

    private boolean ledgerDue(World world, WorkloadState state) {
        return world.nowMillis() - state.meter().publishedAtMillis() >= settings.ledgerMillis()
                && !state.meter().ledger().equals(Placement.Ledger.ZERO);
    }

    /** Another catalog is in force, or room has become free. */
    public Step onNews(World world, WorkloadState state, boolean byChoice) {
        Turn turn = turn(world, byChoice ? Cause.TICK : Cause.NEWS, state);
        Choice.next(turn);
        return end(turn, state);
    }

    /** The timer that the last step asked for has come. */
    public Step onWake(World world, WorkloadState state) {
        if (state.errand() != null) {
            Turn turn = turn(world, Cause.NEWS, state);
            Choice.next(turn);
            if (turn.state.errand() == state.errand()
                    && Wakes.reissueAt(turn.state, settings) <= world.wallMillis()) {
                turn.reissue();
            }
            return end(turn, state);
        }
        long now = world.nowMillis();
        Terms.Of of = terms.of(state.workload(), state.spec(), world.catalog());
        boolean tick =
                of.policy() != null && Wakes.tickDue(state, of.policy().replanEveryMillis(), now);
        boolean paying =
                state.memory().payingAtMillis() != 0
                        && state.memory().payingAtMillis() <= now
                        && world.detections()
                                .reconsider(world.catalog(), state.workload(), state.spec())
                                .isPresent();
        Turn turn = turn(world, tick || paying ? Cause.TICK : Cause.NEWS, state);
        if (tick) {
            turn.state = turn.state.with(turn.state.memory().ticked(now));
        }
        Choice.next(turn);
        return end(turn, state);
    }

    /**
     * The job was restored, or found its way back without state: the actuator has forgotten what it
     * was told.
     */
    public Step onRestore(World world, WorkloadState state) {
        Turn turn = turn(world, Cause.NEWS, state);
        if (state.errand() != null) {
            turn.reissue();
        } else {
            Choice.next(turn);
            turn.watch();
        }
        return end(turn, state);
    }

    /**
     * The sites that could not be asked have answered. A later epoch there than is known here says
     * where a command went that no placement tells of.
     */
    Step onAnswered(World world, WorkloadState state, Recovered found) {
        boolean later = found.seenAt() != null && found.seenEpoch() >= state.epoch();
        Map<String, Loss> lost = new TreeMap<>(Recoveries.lost(found));
        lost.putAll(state.abandoned());
        WorkloadState known =
                state.withEpoch(Math.max(state.epoch(), found.highestEpoch() + 1))
                        .leaving(later ? found.seenAt() : state.unfinished())
                        .abandoning(lost)
                        .with(Setbacks.NONE)
                        .with(state.memory().announcing(null));
        Turn turn = turn(world, Cause.NEWS, known);
        Choice.next(turn);
        turn.watch();
        return end(turn, state);
    }

    /** A request that was done late has left something that is to be put right. */
    public boolean isStrayed(World world, WorkloadState state) {
        return Strays.any(world, state);
    }

    /** What it brings to the plan of its fleet. */
    Bid bid(World world, WorkloadState state) {
        return Bidding.of(new Turn(world, settings, Cause.TICK, state, terms(world, state)));
    }

    /** Where a step sends a workload that takes up room there; null: nowhere. */
    String destination(WorkloadState before, Step step) {
        WorkloadState after = step.state();
        if (after == null
                || after.errand() == null
                || step.command() == null
                || before != null && before.epoch() == after.epoch()) {
            return null;
        }
        WorkloadState.Kind kind = after.errand().kind();
        return kind == WorkloadState.Kind.START
                        || kind == WorkloadState.Kind.MOVE
                        || kind == WorkloadState.Kind.FAILOVER
                ? step.command().to()
                : null;
    }

    /**
     * What a step asks of the fleet that has a {@link #destination}.
     *
     * @param plan that it was decided by
     */
    Claim claim(World world, Step step, String plan) {
        WorkloadState after = step.state();
        Bid bid = bid(world, after);
        String to = step.command().to();
        Policy policy = terms(world, after).policy();
        boolean limited = after.errand().kind() == WorkloadState.Kind.MOVE && policy != null;
        int inFlight = limited ? policy.movesInFlight() : Integer.MAX_VALUE;
        int between = limited ? policy.movesPerSitePair() : Integer.MAX_VALUE;
        boolean first =
                after.errand().kind() == WorkloadState.Kind.FAILOVER
                        || world.fleet().isLeaving(bid.workload());
        String catalog = world.catalog().version();
        Claim claim = new Claim(bid, to, inFlight, between, false, first, catalog, plan);
        // what was decided though there is no room is not a matter of room
        return claim.isMet(world.catalog(), world.fleet()) ? claim : claim.anyway();
    }

    /** The numbers of a workload, for the fleet's account. */
    Terms.Of terms(World world, WorkloadState state) {
        return terms.of(state.workload(), state.spec(), world.catalog()).measured(state.work());
    }

    /** What a workload takes up, for {@link Fleet#put}. */
    public WorkloadFacts facts(World world, WorkloadState state) {
        return terms(world, state).facts();
    }

    private Turn turn(World world, Cause cause, WorkloadState state) {
        Terms.Of of = terms(world, state);
        return new Turn(world, settings, cause, Meters.accrue(state, of, world), of);
    }

    private Step end(Turn turn, WorkloadState before) {
        if (turn.isGone()) {
            terms.forget(turn.state.workload());
            return turn.step(
                    before == null
                            ? null
                            : Placements.tombstone(turn.state.workload(), turn.state.epoch()));
        }
        if (turn.looked() != null) {
            turn.state =
                    turn.state.with(
                            turn.state
                                    .memory()
                                    .looked(
                                            new Placement.Look(
                                                    Instant.ofEpochMilli(turn.now),
                                                    turn.looked())));
        }
        turn.state = turn.state.with(turn.state.memory().waking(Wakes.next(turn, settings)));
        boolean ledgerDue =
                turn.now - turn.state.meter().publishedAtMillis() >= settings.ledgerMillis()
                        && (before == null
                                || !turn.state.meter().ledger().equals(Placement.Ledger.ZERO));
        Placement publish = null;
        if (Placements.differ(before, turn.state) || ledgerDue) {
            turn.state = turn.state.with(turn.state.meter().published(turn.now));
            publish = Placements.of(turn.state);
        }
        return turn.step(publish);
    }

    private Memory remember(Memory memory, String requestId) {
        if (requestId == null) {
            return memory;
        }
        List<String> ids = new ArrayList<>(memory.requestIds());
        ids.add(requestId);
        while (ids.size() > settings.requestsRemembered()) {
            ids.remove(0);
        }
        return memory.requests(List.copyOf(ids), requestId);
    }
}
