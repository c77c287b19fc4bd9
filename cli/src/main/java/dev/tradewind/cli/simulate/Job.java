package dev.tradewind.cli.simulate;

import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Flink job as a whole: its topics, its last checkpoint, and the incarnation that is at work. A
 * process that died is missed after a while, and another begins where the last checkpoint is; one
 * that stands still for long is taken for dead, and goes on when it wakes up.
 */
final class Job {
    private static final long HEARTBEAT = 5_000;

    /**
     * What a checkpoint holds.
     *
     * @param requestsRead how far the topic of requests was read
     * @param outcomesRead the same of outcomes
     * @param commands of since the checkpoint before: they are carried out once it is complete
     * @param told by workload: how often it was decided that it has ended
     */
    record Checkpoint(
            Map<String, WorkloadState> states,
            long epochBase,
            Set<String> forgotten,
            int requestsRead,
            int outcomesRead,
            List<Command> commands,
            Map<String, Integer> told) {
        static final Checkpoint NONE =
                new Checkpoint(Map.of(), 0, Set.of(), 0, 0, List.of(), Map.of());
    }

    final World world;
    final Parts parts;
    final List<WorkloadRequest> requests;
    final List<Outcome> outcomes;

    /** What was said of a workload last. */
    final Map<String, String> said = new TreeMap<>();

    /** How the last command of a workload ended, and by which process it was told. */
    final Map<String, Outcome> ends = new TreeMap<>();

    final Map<String, String> endedBy = new TreeMap<>();
    final Map<String, Long> endedAt = new TreeMap<>();

    private final Set<Incarnation> old = new java.util.LinkedHashSet<>();
    private final String name;

    /** Whoever reads the topics. */
    private final List<Job> readers;

    private Checkpoint last;
    private Incarnation current;
    private int count;
    private boolean missed;

    Job(World world, Parts parts) {
        this(
                world,
                parts,
                "job",
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                Checkpoint.NONE);
    }

    private Job(
            World world,
            Parts parts,
            String name,
            List<WorkloadRequest> requests,
            List<Outcome> outcomes,
            List<Job> readers,
            Checkpoint from) {
        this.world = world;
        this.parts = parts;
        this.name = name;
        this.requests = requests;
        this.outcomes = outcomes;
        this.readers = readers;
        this.last = from;
        readers.add(this);
        begin();
        watch();
    }

    /**
     * The same once more, by mistake, on the same topics: it has no state, and found what runs
     * where by the placements and at the sites.
     */
    Job again(String otherName) {
        Map<String, WorkloadState> found = new TreeMap<>();
        current.states().forEach((workload, state) -> found.put(workload, found(state)));
        return new Job(
                world,
                parts,
                otherName,
                requests,
                outcomes,
                readers,
                new Checkpoint(
                        found,
                        last.epochBase(),
                        last.forgotten(),
                        requests.size(),
                        outcomes.size(),
                        List.of(),
                        last.told()));
    }

    /** At the highest epoch seen + 1. */
    private static WorkloadState found(WorkloadState state) {
        return new WorkloadState(
                state.workload(),
                state.spec(),
                state.phase(),
                state.epoch() + 1,
                state.site(),
                state.dataHome(),
                state.sinceMillis(),
                null,
                state.unfinished(),
                state.startSite(),
                state.startMillis(),
                state.wishes(),
                state.meter(),
                state.setbacks(),
                state.memory(),
                state.work(),
                state.left(),
                state.been(),
                state.remains());
    }

    /** It is gone, and nobody starts it again. */
    void end() {
        world.tell("%s is gone", current.machine.name);
        readers.remove(this);
        missed = true;
        current.machine.die();
        old.forEach(each -> each.machine.die());
    }

    Incarnation current() {
        return current;
    }

    private void begin() {
        missed = false;
        if (current != null) {
            old.add(current);
        }
        Plan plan = world.plan;
        Machine machine =
                new Machine(
                        name + ++count,
                        world.clockwork,
                        1 + (world.random.nextDouble() * 2 - 1) * plan.drift(),
                        world.random.nextInt(1_000_000),
                        plan.skew() == 0
                                ? 0
                                : Plan.between(world.random, -plan.skew(), plan.skew()));
        world.tell("%s begins", machine.name);
        world.knowers.inOffice = machine;
        current = new Incarnation(this, machine, last);
        current.open();
    }

    /** Whoever is dead, or seems to be, is replaced after a while. */
    private void watch() {
        Machine machine = current.machine;
        if (!missed && (!machine.alive() || machine.pausedFor() > HEARTBEAT)) {
            missed = true;
            world.tally.count(machine.alive() ? "job restarts, the old one alive" : "job restarts");
            Incarnation lost = current;
            world.clockwork.in(
                    Plan.between(world.random, 200, 5_000),
                    () -> {
                        begin();
                        if (lost.machine.alive()) {
                            // once it is awake again it hears that it is no more wanted
                            world.clockwork.in(
                                    lost.machine.pausedFor()
                                            + Plan.between(world.random, 0, 10_000),
                                    lost::close);
                        }
                    });
        }
        world.clockwork.in(500, this::watch);
    }

    /** Stopped with a savepoint, and started from it. */
    void restart() {
        if (current.machine.alive() && !current.machine.paused() && !missed) {
            world.tell("%s is stopped with a savepoint", current.machine.name);
            world.tally.count("savepoints");
            last = current.snapshot();
            Incarnation before = current;
            before.finish(last);
            before.close();
            begin();
        }
    }

    /**
     * A checkpoint is complete.
     *
     * @return false: it is of an incarnation that is not in office any more
     */
    boolean complete(Incarnation of, Checkpoint checkpoint) {
        if (of != current || missed) {
            return false;
        }
        last = checkpoint;
        return true;
    }

    void request(WorkloadRequest request) {
        world.tell(
                "request %s of %s %s",
                request.action(), request.workload(), request.site() == null ? "" : request.site());
        requests.add(request);
        readers.forEach(each -> each.current.hear());
    }

    void outcome(Outcome outcome) {
        outcomes.add(outcome);
        readers.forEach(each -> each.current.hear());
    }

    /**
     * What was left at a site is put away by the next command, not by itself: the last one did not
     * end well, or who told of it is gone.
     */
    boolean mayLeave(String workload) {
        Outcome end = ends.get(workload);
        return end == null
                || end.status() != Outcome.Status.completed
                || !current.machine.name.equals(endedBy.get(workload));
    }

    /** Nothing is under way, anywhere. */
    boolean isIdle(boolean patient) {
        return current.isIdle(patient)
                && old.stream().noneMatch(i -> i.machine.alive() && i.machine.paused());
    }

    /** Processes that may still do something. */
    Set<String> alive() {
        Set<String> names = new TreeSet<>();
        names.add(current.machine.name);
        for (Incarnation each : old) {
            if (each.machine.alive() && !each.isClosed()) {
                names.add(each.machine.name);
            }
        }
        return names;
    }
}
