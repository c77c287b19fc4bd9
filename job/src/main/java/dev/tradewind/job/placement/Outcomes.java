package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Errand;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.placement.WorkloadState.Meter;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Ledger;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes in what became of the command under way. Anything that isn't of that very command and epoch
 * changes nothing.
 */
final class Outcomes {
    /** An update that came to nothing so often isn't tried again by itself. */
    private static final int MOST_ROLLOUTS = 5;

    /** The steps by which an actuator says so; their site is where. */
    private static final String FOUND_ELSEWHERE = "foundElsewhere";

    private static final String FOUND_STOPPED = "foundStopped";

    private Outcomes() {}

    /** Whether it is of the command under way, or tells the end of a workload by itself. */
    static boolean concerns(Outcome outcome, WorkloadState state) {
        if (outcome.epoch() != state.epoch() || outcome.status() == null) {
            return false;
        }
        if (state.errand() != null) {
            return state.errand().command().commandId().equals(outcome.commandId());
        }
        return outcome.commandId() != null
                && outcome.commandId().equals(state.memory().lastCommandId())
                && (outcome.status() == Outcome.Status.finished
                        // that it failed is known where it is to be tried again, and may be told
                        // once more before it is
                        || outcome.status() == Outcome.Status.failed && state.unfinished() == null
                        || isDoneAfterAll(outcome, state));
    }

    /**
     * One actuator has refused the command, and another, that was given it again, has carried it
     * out: after a restart, say, before which the refusal was told.
     */
    private static boolean isDoneAfterAll(Outcome outcome, WorkloadState state) {
        return outcome.status() == Outcome.Status.completed
                && state.setbacks().failures() > 0
                && outcome.site() != null
                && !outcome.site().equals(state.site());
    }

    static void take(Turn turn, Outcome outcome, PlacementConfig settings) {
        Errand errand = turn.state.errand();
        switch (outcome.status()) {
            case accepted, step, retrying -> acknowledged(turn, errand);
            case completed -> {
                if (errand != null) {
                    completed(turn, errand, outcome, settings);
                } else {
                    found(turn, outcome);
                }
            }
            case finished -> {
                if (errand != null) {
                    completed(turn, errand, outcome, settings);
                }
                boolean waits = turn.state.phase() == Phase.waiting && turn.state.site() != null;
                // one that was to go on elsewhere may have ended where it was stopped
                if (!turn.isGone() && (turn.state.phase() == Phase.running || waits)) {
                    turn.state =
                            turn.state
                                    .in(Phase.finished, turn.now)
                                    .planned(null, 0)
                                    .with(turn.state.wishes().moving(null).withRollout(false));
                    turn.state =
                            turn.state.with(turn.state.work().ended(turn.facts.durationMillis()));
                    turn.decide(Verdict.finished, said("it has ended by itself", outcome));
                }
            }
            case rolledBack ->
                    nothing(
                            turn,
                            errand,
                            settings,
                            Verdict.rolledBack,
                            said("the command was rolled back", outcome));
            case refused -> {
                boolean stopped = FOUND_STOPPED.equals(outcome.step());
                boolean elsewhere =
                        (stopped || FOUND_ELSEWHERE.equals(outcome.step()))
                                && outcome.site() != null
                                // an old copy is put away, not taken over
                                && !turn.state.abandoned().containsKey(outcome.site());
                if (elsewhere) {
                    turn.state = done(turn.state, errand);
                    if (stopped) {
                        foundStopped(turn, outcome);
                    } else {
                        found(turn, outcome);
                    }
                } else if (turn.state.tidies(errand.kind(), errand.command().from())) {
                    tidied(turn, errand, false, outcome);
                } else {
                    nothing(
                            turn,
                            errand,
                            settings,
                            Verdict.refused,
                            said("the command was refused", outcome));
                }
            }
            case failed -> {
                if (errand != null) {
                    failed(turn, errand, outcome);
                } else {
                    endedBadly(turn, outcome);
                }
            }
        }
    }

    /** It runs where it wasn't known to: it is taken over there, and goes on from there. */
    private static void found(Turn turn, Outcome outcome) {
        takeOver(turn, outcome, Phase.running, "it is found to run at ");
    }

    /** Alike, but it is to be started, unless its owner has suspended it. */
    private static void foundStopped(Turn turn, Outcome outcome) {
        Phase phase = turn.state.wishes().suspend() ? Phase.suspended : Phase.waiting;
        takeOver(turn, outcome, phase, "it is found stopped at ");
    }

    private static void takeOver(Turn turn, Outcome outcome, Phase phase, String how) {
        WorkloadState state = turn.state;
        String at = outcome.site();
        String was = state.site();
        if (was != null && !was.equals(at) && turn.world.reach().isSilent(was)) {
            // somebody has failed it over: what is there may go on
            Map<String, Loss> sites = new HashMap<>(state.abandoned());
            sites.putIfAbsent(was, Loss.UNKNOWN);
            state = state.abandoning(sites);
        }
        turn.state =
                state.at(at, state.spec().topics() == null ? state.dataHome() : at)
                        .in(phase, turn.now)
                        .planned(null, 0)
                        .with(Setbacks.NONE);
        turn.decide(
                Verdict.stay,
                said(how + at + ", and is taken over there", outcome),
                new Saying().to(at));
    }

    private static void acknowledged(Turn turn, Errand errand) {
        if (!errand.acknowledged()) {
            turn.state =
                    turn.state.on(
                            new Errand(
                                    errand.kind(),
                                    errand.command(),
                                    errand.issuedWallMillis(),
                                    true,
                                    errand.moveEur()));
        }
    }

    private static void completed(
            Turn turn, Errand errand, Outcome outcome, PlacementConfig settings) {
        WorkloadState state = done(turn.state, errand).with(Setbacks.NONE);
        String left = errand.command().from();
        if (errand.kind() == Kind.RECLAIM) {
            if (state.tidies(errand.kind(), left)) {
                boolean all = outcome.left() == null || !outcome.left().contains(left);
                tidied(turn, errand, all, outcome);
                return;
            }
            turn.state = state.abandoning(without(state.abandoned(), left));
            turn.decide(Verdict.stay, said("site " + left + " is taken back", outcome));
            return;
        }
        if (errand.kind() == Kind.FAILOVER) {
            state = abandoned(state, left, outcome).leaving(null);
            turn.decide(Verdict.move, said("it was failed over", outcome));
        }
        switch (errand.kind()) {
            case WITHDRAW -> Remains.withdrawn(turn, state, outcome);
            case STOP -> turn.state = state.in(Phase.suspended, turn.now);
            default -> {
                String to = errand.command().to();
                boolean moved = errand.command().from() != null && !to.equals(state.site());
                boolean arrives = !to.equals(state.site()) || errand.kind() == Kind.START;
                Meter meter = state.meter();
                Ledger ledger = meter.ledger();
                if (moved) {
                    ledger =
                            new Ledger(
                                    ledger.costEur() + errand.moveEur(),
                                    ledger.stayCostEur(),
                                    ledger.grams(),
                                    ledger.stayGrams(),
                                    ledger.moves() + 1);
                }
                // where it runs is no old copy of it any more
                state = state.abandoning(without(state.abandoned(), to));
                turn.state =
                        Remains.after(state, to, outcome)
                                .at(
                                        to,
                                        // without topics there is no data that lives anywhere
                                        state.spec().topics() == null ? state.dataHome() : to)
                                .in(Phase.running, turn.now)
                                .with(
                                        new Meter(
                                                meter.firstSite() == null ? to : meter.firstSite(),
                                                meter.accruedAtMillis(),
                                                arrives
                                                        ? Long.valueOf(turn.now)
                                                        : meter.arrivedAtMillis(),
                                                moved
                                                        ? Long.valueOf(turn.now)
                                                        : meter.movedAtMillis(),
                                                arrives ? Map.of() : meter.regrets(),
                                                ledger,
                                                meter.publishedAtMillis()));
                if (errand.kind() == Kind.START) {
                    double took = (turn.now - state.sinceMillis()) / turn.world.clock().rate();
                    turn.state = turn.state.with(state.work().started((long) took));
                }
            }
        }
    }

    /** What only tidies changes nothing of what is waited for, whatever becomes of it. */
    private static void tidied(Turn turn, Errand errand, boolean well, Outcome outcome) {
        WorkloadState state = turn.state;
        turn.state = done(state, errand).with(state.setbacks().bygone());
        turn.decide(
                Verdict.stay,
                said(
                        "site "
                                + errand.command().from()
                                + (well ? " is put right" : " is not put right yet"),
                        outcome));
    }

    /** Where it was may go on, and is to be put away when it answers. */
    private static WorkloadState abandoned(WorkloadState state, String site, Outcome outcome) {
        Map<String, Loss> sites = new HashMap<>(state.abandoned());
        sites.put(site, outcome.loss() == null ? Loss.UNKNOWN : outcome.loss());
        return state.abandoning(Map.copyOf(sites));
    }

    private static Map<String, Loss> without(Map<String, Loss> sites, String site) {
        Map<String, Loss> rest = new HashMap<>(sites);
        rest.remove(site);
        return rest;
    }

    /** It came to nothing, and the workload is where it was: try later, not at once. */
    private static void nothing(
            Turn turn, Errand errand, PlacementConfig settings, Verdict verdict, String reason) {
        int failures = turn.state.setbacks().failures() + 1;
        long wait = settings.waitAfter(failures);
        long until = turn.world.wallMillis() + wait;
        Map<String, Long> avoid = new HashMap<>(turn.state.setbacks().avoidUntilWall());
        avoid.values().removeIf(t -> t <= turn.world.wallMillis());
        String to = errand.command().to();
        if (to != null && errand.kind() != Kind.UPDATE && errand.kind() != Kind.RECLAIM) {
            avoid.put(to, until);
        }
        WorkloadState state = done(turn.state, errand);
        boolean rollout =
                errand.kind() == Kind.UPDATE ? failures < MOST_ROLLOUTS : state.wishes().rollout();
        Meter meter = state.meter();
        boolean lost = state.site() != null && state.abandoned().containsKey(state.site());
        String goesOn = lost && to != null ? to : state.unfinished();
        turn.state =
                state.in(before(state, errand, verdict), turn.now)
                        // a failover that had failed is past, whatever comes of going on with it
                        .leaving(goesOn)
                        .with(new Setbacks(failures, avoid, until, List.of()))
                        .with(state.wishes().withRollout(rollout))
                        .with(
                                new Meter(
                                        meter.firstSite(),
                                        meter.accruedAtMillis(),
                                        meter.arrivedAtMillis(),
                                        errand.kind() == Kind.MOVE
                                                ? Long.valueOf(turn.now)
                                                : meter.movedAtMillis(),
                                        meter.regrets(),
                                        meter.ledger(),
                                        meter.publishedAtMillis()));
        turn.decide(
                verdict,
                reason
                        + (errand.kind() == Kind.UPDATE && !rollout
                                ? "; it isn't tried again before another update"
                                : "; not tried again before "
                                        + Choice.duration(wait)
                                        + " have passed"),
                new Saying().to(to));
    }

    private static void failed(Turn turn, Errand errand, Outcome outcome) {
        WorkloadState state = done(turn.state, errand);
        String to = errand.command().to();
        if (errand.kind() == Kind.FAILOVER) {
            state = abandoned(state, errand.command().from(), outcome);
        }
        boolean first = state.site() == null && to != null;
        boolean withTopics = state.spec().topics() != null;
        turn.state =
                state.in(Phase.failed, turn.now)
                        // where it was going is where a person will want it to go on to; one that
                        // did not stop in time may have stopped since
                        .leaving(to == null ? state.site() : to)
                        // a first start may have left something there; and it fails only when its
                        // topics have changed sides, or are to, whatever becomes of it
                        .at(first ? to : state.site(), first && withTopics ? to : state.dataHome())
                        .with(state.wishes().withdrawn(false));
        turn.decide(
                Verdict.refused,
                said("the command failed, and a person is needed", outcome),
                new Saying().to(to));
    }

    /** A Job that had been started well has failed since. */
    private static void endedBadly(Turn turn, Outcome outcome) {
        if (turn.state.phase() != Phase.running) {
            return;
        }
        turn.state =
                turn.state
                        .in(Phase.failed, turn.now)
                        // a person who resumes it wants it to run there anew
                        .leaving(turn.state.site())
                        .with(turn.state.work().again())
                        .with(turn.state.wishes().moving(null).withRollout(false));
        turn.decide(
                Verdict.refused,
                said("it has ended in failure, and a person is needed", outcome),
                new Saying());
    }

    private static WorkloadState done(WorkloadState state, Errand errand) {
        WorkloadState next = state.on(null);
        return next.with(next.memory().completed(errand.command().commandId()));
    }

    private static Phase before(WorkloadState state, Errand errand, Verdict verdict) {
        return switch (errand.kind()) {
            // the way back ends with a source that runs, also one that had been stopped
            case START ->
                    verdict == Verdict.rolledBack && errand.command().from() != null
                            ? Phase.running
                            : Phase.waiting;
            case WITHDRAW -> state.wishes().suspend() ? Phase.suspended : state.phaseOnward();
            case RECLAIM -> state.phase();
            default -> Phase.running;
        };
    }

    private static String said(String what, Outcome outcome) {
        // the step of an outcome that ends a command says what its status says
        return what + (outcome.message() == null ? "" : ": " + outcome.message());
    }
}
