package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Job.Checkpoint;
import dev.tradewind.job.placement.ActiveDetections;
import dev.tradewind.job.placement.Fleet;
import dev.tradewind.job.placement.PlacementConfig;
import dev.tradewind.job.placement.PlacementCore;
import dev.tradewind.job.placement.Reach;
import dev.tradewind.job.placement.Step;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.sinks.recovery.Traces;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The real placement core, with its state and timers kept here instead of by Flink. */
final class Desk {
    private static final PlacementConfig SETTINGS =
            new PlacementConfig(3_000, 20_000, 3_000, 20_000, 3_600_000, 2_000, 64, 100);

    private final Incarnation process;
    private final World world;
    private final Map<String, String> said;
    private final PlacementCore core = new PlacementCore(SETTINGS);
    private final Catalog catalog;
    private final SiteViews views = new SiteViews();
    private final ActiveDetections detections = new ActiveDetections();
    private final Fleet fleet = new Fleet();
    private final Reach reach = new Reach();
    private final Map<String, WorkloadState> states;
    private final Set<String> forgotten;
    private final Map<String, Integer> told;
    private final Set<String> impatient = new TreeSet<>();
    private final Set<String> toRestore = new TreeSet<>();
    private long epochBase;

    Desk(Incarnation process, World world, Map<String, String> said, Checkpoint from) {
        this.process = process;
        this.world = world;
        this.said = said;
        this.catalog = Script.catalog(world.plan);
        this.states = new TreeMap<>(from.states());
        this.forgotten = new LinkedHashSet<>(from.forgotten());
        this.told = new TreeMap<>(from.told());
        this.epochBase = from.epochBase();
    }

    Map<String, WorkloadState> states() {
        return states;
    }

    Checkpoint snapshot(int requestsRead, int outcomesRead, List<Command> commands) {
        return new Checkpoint(
                new TreeMap<>(states),
                epochBase,
                new LinkedHashSet<>(forgotten),
                requestsRead,
                outcomesRead,
                commands,
                new TreeMap<>(told));
    }

    /** How often it was decided that it has ended; what no checkpoint holds is never published. */
    int timesTold(String workload) {
        return told.getOrDefault(workload, 0);
    }

    /** After a restart: what is under way is issued again at once, by timers. */
    void takeUp() {
        toRestore.addAll(states.keySet());
        dev.tradewind.job.placement.World at = world();
        states.values().forEach(state -> fleet.put(state, core.facts(at, state)));
        for (String workload : List.copyOf(states.keySet())) {
            // timers are kept with the state
            long kept = states.get(workload).memory().wakeWallMillis();
            if (kept != 0) {
                process.wake(kept, () -> wake(workload, kept));
            }
            wake(workload, -1);
        }
    }

    /** What came of asking a site; those that it concerns are asked what is to be done now. */
    void heard(String site, String problem) {
        if (reach.heard(site, problem, process.machine.wallMillis())) {
            for (String workload : List.copyOf(states.keySet())) {
                WorkloadState state = states.get(workload);
                apply(workload, state, core.onNews(world(), state, false));
            }
        }
    }

    /** What came of asking a site what hand-overs have left there. */
    void heardOf(String site, Traces traces) {
        reach.traces(site, traces, process.machine.wallMillis());
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            if (core.isStrayed(world(), state)) {
                apply(workload, state, core.onNews(world(), state, false));
            }
        }
        reach.forgetTraces();
    }

    void request(WorkloadRequest request) {
        WorkloadState before = states.get(request.workload());
        Step step = core.onRequest(world(), before, request, epochBase, null, forgotten);
        if (before == null && step.state() == null && request.requestId() != null) {
            forgotten.add(request.requestId());
        }
        boolean over = before != null && before.phase() == Phase.finished;
        // what one that was replaced decides is never published
        if (over
                && process.isInOffice()
                && step.state() != null
                && step.state().phase() != Phase.finished) {
            world.batch.submittedAgain(request.workload(), request.requestId());
        }
        apply(request.workload(), before, step);
    }

    void outcome(Outcome outcome) {
        WorkloadState before = states.get(outcome.workload());
        if (before != null) {
            apply(outcome.workload(), before, core.onOutcome(world(), before, outcome));
        }
    }

    private void wake(String workload, long stamp) {
        WorkloadState state = states.get(workload);
        if (state == null || stamp >= 0 && state.memory().wakeWallMillis() != stamp) {
            return;
        }
        if (stamp > process.machine.wallMillis()) {
            // by a clock that is slow it is not yet time
            process.wake(stamp, () -> wake(workload, stamp));
            return;
        }
        apply(
                workload,
                state,
                toRestore.remove(workload)
                        ? core.onRestore(world(), state)
                        : core.onWake(world(), state));
    }

    private void apply(String workload, WorkloadState before, Step step) {
        keep(workload, before, step);
        boolean freed =
                before != null
                        && (step.state() == null
                                || before.errand() != null && step.state().errand() == null);
        if (freed) {
            for (String waiting : List.copyOf(impatient)) {
                WorkloadState state = states.get(waiting);
                keep(waiting, state, core.onNews(world(), state, true));
            }
        }
    }

    private void keep(String workload, WorkloadState before, Step step) {
        WorkloadState after = step.state();
        if (after == null) {
            if (before != null) {
                epochBase = Math.max(epochBase, before.epoch());
                forgotten.addAll(before.memory().requestIds());
            }
            states.remove(workload);
            fleet.remove(workload);
            impatient.remove(workload);
        } else {
            states.put(workload, after);
            fleet.put(after, core.facts(world(), after));
            long wake = after.memory().wakeWallMillis();
            if (wake != 0 && (before == null || before.memory().wakeWallMillis() != wake)) {
                process.wake(wake, () -> wake(workload, wake));
            }
            if (step.impatient()) {
                impatient.add(workload);
            } else if (step.considered()) {
                impatient.remove(workload);
            }
        }
        for (Decision decision : step.decisions()) {
            if (decision.verdict() == Decision.Verdict.finished) {
                told.merge(workload, 1, Integer::sum);
            }
            said.put(workload, decision.verdict() + ": " + decision.reason());
            world.tell("decision for %s: %s", workload, said.get(workload));
        }
        if (step.command() != null) {
            process.issue(step.command());
        }
    }

    /**
     * @param patient what is tried again and again counts as under way
     */
    boolean isIdle(boolean patient) {
        return states.values().stream().noneMatch(s -> s.errand() != null || patient && waits(s));
    }

    /** It will try again by itself. */
    private boolean waits(WorkloadState state) {
        return !state.abandoned().isEmpty()
                || !state.remains().isEmpty()
                || state.setbacks().notBeforeWall() > process.machine.wallMillis()
                || state.setbacks().avoidUntilWall().values().stream()
                        .anyMatch(until -> until > process.machine.wallMillis());
    }

    private dev.tradewind.job.placement.World world() {
        return new dev.tradewind.job.placement.World(
                catalog,
                views,
                detections,
                fleet,
                reach,
                EnergyClock.WALL,
                process.machine.wallMillis());
    }
}
