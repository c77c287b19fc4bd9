package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Job.Checkpoint;
import dev.tradewind.cli.simulate.Network.Plane;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.actuator.Surroundings;
import dev.tradewind.sinks.handover.Deadlines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One process of the job, from its start to its end: placement, and the real actuator. */
final class Incarnation implements OutcomePublisher {
    /** Shorter than the defaults, as all times here are. */
    private static final Deadlines DEADLINES =
            new Deadlines(5_000, 5_000, 20_000, 10_000, 5_000, 10_000, 500);

    final Machine machine;
    private final Job job;
    private final World world;
    private final Loop loop;
    private final Actuator actuator;
    private final Desk desk;
    private final List<Command> uncommitted = new ArrayList<>();
    private final List<Command> recovered;
    private int requestsRead;
    private int outcomesRead;
    private boolean closed;

    Incarnation(Job job, Machine machine, Checkpoint from) {
        this.job = job;
        this.machine = machine;
        this.world = job.world;
        this.loop = new Loop(machine, world.clockwork);
        this.requestsRead = from.requestsRead();
        this.outcomesRead = from.outcomesRead();
        this.recovered = from.commands();
        this.desk = new Desk(this, world, job.said, from);
        this.actuator =
                new Actuator(
                        job.parts.sites().apply(new ModelledSites(new Caller(world, machine))),
                        this,
                        new ActuatorConfig(
                                machine.name, 4, 100, 500, 3_000, 50, 2_000, DEADLINES, false),
                        new ActuatorMetrics(),
                        new Surroundings(
                                machine,
                                new Loop(machine, world.clockwork),
                                new Loop.AtOnce(),
                                Loop.AtOnce::new,
                                "x",
                                new Random(world.random.nextLong()),
                                job.parts.core().get()));
    }

    void open() {
        loop.execute(
                () -> {
                    recovered.forEach(actuator::submit);
                    desk.takeUp();
                    hear();
                });
        loop.schedule(this::checkpoint, world.plan.checkpointEvery(), TimeUnit.MILLISECONDS);
        loop.schedule(this::probe, 1_000, TimeUnit.MILLISECONDS);
    }

    /** Asks each site whether anything of it answers. */
    private void probe() {
        loop.schedule(this::probe, 1_000, TimeUnit.MILLISECONDS);
        for (String site : world.plan.sites()) {
            boolean answers =
                    world.network.reaches(machine.name, Plane.API, site)
                            || world.network.reaches(machine.name, Plane.DATA, site);
            boolean lost = world.faults && world.random.nextInt(50) == 0;
            desk.heard(site, answers && !lost ? null : "no answer");
            if (world.network.reaches(machine.name, Plane.DATA, site)) {
                desk.heardOf(site, world.site(site).kafka.traces());
            }
        }
    }

    // what it reads

    /** There is something new in its topics. */
    void hear() {
        loop.schedule(this::read, Plan.between(world.random, 1, 20), TimeUnit.MILLISECONDS);
    }

    private void read() {
        while (requestsRead < job.requests.size()) {
            desk.request(job.requests.get(requestsRead++));
        }
        while (outcomesRead < job.outcomes.size()) {
            desk.outcome(job.outcomes.get(outcomesRead++));
        }
    }

    void wake(long wallMillis, Runnable what) {
        loop.schedule(what, Math.max(1, wallMillis - machine.wallMillis()), TimeUnit.MILLISECONDS);
    }

    // what it commands

    void issue(Command command) {
        world.tally.count("commands " + command.action());
        world.tell(
                "%s decides: %s %s @%d %s -> %s",
                machine.name,
                command.action(),
                command.workload(),
                command.epoch(),
                command.from(),
                command.to());
        if (job.parts.durable()) {
            uncommitted.add(command);
        } else {
            actuator.submit(command);
        }
    }

    private void checkpoint() {
        loop.schedule(this::checkpoint, world.plan.checkpointEvery(), TimeUnit.MILLISECONDS);
        if (world.faults && world.random.nextInt(20) == 0) {
            // declined: what it would have held is in the next
            return;
        }
        Checkpoint taken = snapshot();
        world.clockwork.in(
                Plan.between(world.random, 10, 300),
                () -> {
                    if (machine.alive() && !machine.paused() && job.complete(this, taken)) {
                        loop.schedule(
                                () -> commit(taken),
                                Plan.between(world.random, 0, 100),
                                TimeUnit.MILLISECONDS);
                    } else {
                        uncommitted.addAll(0, taken.commands());
                    }
                });
    }

    private void commit(Checkpoint checkpoint) {
        if (!closed) {
            checkpoint.commands().forEach(actuator::submit);
        }
    }

    Checkpoint snapshot() {
        Checkpoint checkpoint = desk.snapshot(requestsRead, outcomesRead, List.copyOf(uncommitted));
        uncommitted.clear();
        return checkpoint;
    }

    /** With a savepoint what it holds is still handed over before the end. */
    void finish(Checkpoint savepoint) {
        if (world.random.nextBoolean()) {
            commit(savepoint);
        }
    }

    @Override
    public void close() {
        if (closed || !machine.alive()) {
            return;
        }
        closed = true;
        loop.shutdown();
        try {
            actuator.close();
        } catch (Crash crash) {
            // as far as it came
        }
    }

    // what it tells

    @Override
    public CompletableFuture<Void> publish(Outcome outcome) {
        machine.check();
        if (!world.network.reachesControl(machine.name)) {
            return CompletableFuture.failedFuture(new IllegalStateException("no control Kafka"));
        }
        world.tell(
                "%s tells: %s @%d %s %s %s",
                machine.name,
                outcome.workload(),
                outcome.epoch(),
                outcome.status(),
                outcome.step() == null ? "" : outcome.step(),
                outcome.message() == null ? "" : outcome.message());
        world.tally.count("outcomes " + outcome.status());
        if (outcome.status() == Outcome.Status.finished) {
            world.tally.count("ends of jobs seen");
        } else if (outcome.status().isTerminal()) {
            if (outcome.message() != null && outcome.message().contains("has ended by itself")) {
                world.tally.count("moves turned back by the end of a job");
            }
            job.ends.put(outcome.workload(), outcome);
            job.endedBy.put(outcome.workload(), machine.name);
            job.endedAt.put(outcome.workload(), world.clockwork.now());
        }
        Plan plan = world.plan;
        world.clockwork.in(
                Plan.between(world.random, 1, world.faults ? plan.late() : 20),
                () -> job.outcome(outcome));
        if (world.faults && world.random.nextDouble() < plan.twice()) {
            world.clockwork.in(
                    Plan.between(world.random, 1, plan.late()), () -> job.outcome(outcome));
        }
        return CompletableFuture.completedFuture(null);
    }

    boolean isIdle(boolean patient) {
        return machine.alive()
                && !machine.paused()
                && requestsRead == job.requests.size()
                && outcomesRead == job.outcomes.size()
                && uncommitted.isEmpty()
                && (actuator.inFlight() == 0 || onlyWatches(patient))
                && desk.isIdle(patient);
    }

    /**
     * Of a Job that waits and can't be started it is asked for good whether it has ended, also when
     * it is suspended meanwhile.
     */
    private boolean onlyWatches(boolean patient) {
        long watched =
                desk.states().values().stream()
                        .map(WorkloadState::phase)
                        .filter(p -> p == Phase.waiting || p == Phase.suspended && !patient)
                        .count();
        return world.batch.isJobs()
                && actuator.underWay().isEmpty()
                && actuator.inFlight() <= watched;
    }

    int timesTold(String workload) {
        return desk.timesTold(workload);
    }

    boolean isInOffice() {
        return job.current() == this;
    }

    boolean isClosed() {
        return closed;
    }

    Map<String, WorkloadState> states() {
        return new TreeMap<>(desk.states());
    }
}
