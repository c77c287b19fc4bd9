package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Network.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** One run: everything in it follows from its seed. */
public final class Simulation {
    /** Virtual time after the last fault within which everything must have come to rest. */
    private static final long REST = 600_000;

    /** For so long what came to nothing is waited for: now it should come about. */
    private static final long PATIENCE = 90_000;

    /** A site that is lost is so for so long, at most. */
    private static final long LONG = 60_000;

    /** At rest for so long, it is over. */
    private static final long STILL = 5_000;

    /**
     * What came of a run.
     *
     * @param violations what must never be and was, each once, in order; empty: it passed
     * @param window the run met the window that remains for data planes, so what it violates is
     *     counted apart
     * @param counts how often something came about
     * @param back what it took to start sources again that had stopped
     * @param virtualMillis that passed
     */
    public record Result(
            long seed,
            List<String> violations,
            boolean window,
            java.util.Map<String, Long> counts,
            List<WaysBack.Taken> back,
            long virtualMillis) {
        public boolean passed() {
            return violations.isEmpty();
        }
    }

    private final long seed;
    private final Parts parts;
    private final Consumer<String> story;
    private final Random random;
    private World world;
    private Job job;

    /**
     * @param story hears what happens, line by line; null: nobody does, which is faster
     */
    public Simulation(long seed, Parts parts, Consumer<String> story) {
        this.seed = seed;
        this.parts = parts;
        this.story = story;
        // nearby seeds of Random begin alike
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** To be called once. */
    public Result run() {
        Plan plan = Plan.of(random, parts.lostSites(seed));
        world = new World(plan, random, story);
        world.lateRequests = parts.lateRequests();
        world.batch = Batch.of(world, seed, parts.jobsEvery());
        long began = world.clockwork.now();
        world.tell("%s", plan);
        job = new Job(world, parts);
        Script.play(world, job, random);
        if (parts.lateRequests()) {
            Script.playToAndFro(world, job, random);
        }
        if (world.batch.isJobs()) {
            world.tally.count("runs of jobs");
            world.batch.play(job);
        }
        if (plan.cutEvery() > 0) {
            next();
        }
        for (int i = 0; i < plan.losses(); i++) {
            isolate(Plan.between(random, 6_000, plan.quiet()));
        }
        try {
            boolean longer = plan.losses() > 0 || parts.lateRequests();
            world.clockwork.spend(plan.quiet() + (longer ? LONG : 0));
            world.tell("no more faults");
            world.faults = false;
            world.network.heal();
            rest();
        } catch (RuntimeException e) {
            world.violate("it ended in an error: %s", e);
        }
        List<String> violations = new ArrayList<>(world.violations);
        return new Result(
                seed,
                violations,
                world.window,
                world.tally.counts(),
                world.waysBack.taken(),
                world.clockwork.now() - began);
    }

    private void rest() {
        if (!comesToRest()) {
            return;
        }
        List<String> behind = new Checks(world, job).behindTheirNotes();
        for (String workload : behind) {
            world.tally.count("late offsets left to the next start, which is given");
            job.request(Script.resume(workload));
        }
        List<String> suspended = world.batch.toResume(job);
        suspended.forEach(workload -> job.request(Script.resume(workload)));
        if (!(behind.isEmpty() && suspended.isEmpty()) && !comesToRest()) {
            return;
        }
        world.feeding = false;
        for (int i = 0; i < 400; i++) {
            world.clockwork.spend(1_000);
            if (i > 10 && job.isIdle(false) && new Checks(world, job).allProcessed()) {
                break;
            }
        }
        new Checks(world, job).atRest();
    }

    private boolean comesToRest() {
        long end = world.clockwork.now() + REST;
        long since = world.clockwork.now();
        while (world.clockwork.now() < end && world.clockwork.now() - since < STILL) {
            world.clockwork.spend(500);
            // what can't be done for good is tried again for good
            if (world.onTheirWay > 0
                    || !job.isIdle(world.clockwork.now() < end - REST + PATIENCE)
                    || world.batch.isRunning(job)) {
                since = world.clockwork.now();
            }
        }
        boolean idle = job.isIdle(false);
        if (!idle) {
            world.violate("it does not come to rest: %s", Checks.states(job));
        }
        return idle;
    }

    // what goes wrong by itself

    private void next() {
        long every = world.plan.cutEvery();
        world.clockwork.in(
                Plan.between(random, every / 2, every * 3 / 2),
                () -> {
                    if (world.faults) {
                        fault();
                        next();
                    }
                });
    }

    /** A site is out of reach, for long; mostly one where something runs then. */
    private void isolate(long in) {
        String other = any();
        boolean busy = random.nextInt(4) > 0;
        long millis = Plan.between(random, LONG / 4, LONG);
        world.clockwork.in(
                in,
                () -> {
                    String at =
                            world.sites.values().stream()
                                    .filter(s -> busy && s.runsSomething(world.clockwork.now()))
                                    .map(s -> s.name)
                                    .findFirst()
                                    .orElse(other);
                    cut("sites isolated", Network.isolated(at), millis);
                });
    }

    private void fault() {
        String site = any();
        String other = any();
        String process = job.current().machine.name;
        long millis = Plan.between(random, 100, world.plan.cutLongest());
        switch (random.nextInt(11)) {
            case 0, 1 -> cut("API server down", Network.down(Plane.API, site), millis);
            case 2 -> {
                if (!world.plan.group()) {
                    cut("brokers down", Network.down(Plane.DATA, site), millis);
                }
            }
            case 3 -> {
                if (!world.plan.group()) {
                    cut("site lost", Network.down(Plane.DATA, site), millis);
                    cut("site lost", Network.down(Plane.API, site), millis);
                }
            }
            case 4 ->
                    cut("cut to an API server", Network.between(process, Plane.API, site), millis);
            case 5 -> cut("cut to brokers", Network.between(process, Plane.DATA, site), millis);
            case 6 -> {
                cut("cut to a site", Network.between(process, Plane.API, site), millis);
                cut("cut to a site", Network.between(process, Plane.DATA, site), millis);
            }
            case 7 -> {
                if (!site.equals(other)) {
                    cut("cut between sites", Network.between(site, other), millis);
                }
            }
            case 8 -> cut("cut to the control Kafka", Network.control(process), millis);
            case 9 -> process(millis);
            default -> {
                if (world.plan.podDeaths()) {
                    world.tally.count("pod deaths");
                    for (String workload : world.plan.workloads()) {
                        world.app(site, workload).kill();
                    }
                } else {
                    job.restart();
                }
            }
        }
    }

    private void process(long millis) {
        Machine machine = job.current().machine;
        if (random.nextBoolean()) {
            world.tell("%s dies", machine.name);
            world.tally.count("crashes");
            machine.die();
        } else {
            world.tell("%s stands still for %d ms", machine.name, millis);
            world.tally.count("pauses");
            machine.pause(world.clockwork.now() + millis);
        }
    }

    private void cut(String kind, String what, long millis) {
        world.tell("%s for %d ms", what, millis);
        world.tally.count(kind);
        world.network.cut(what, millis);
    }

    private String any() {
        return world.plan.sites().get(random.nextInt(world.plan.sites().size()));
    }
}
