package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Deployed.Thing;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.port.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * In some runs workloads are Kubernetes Jobs: each ends by itself when it has processed so many
 * records of every partition or, where it has no topics, has run for so long. In some of these a
 * workload is two Jobs, of which the other one has no topics. What is drawn for that comes from a
 * Random of its own, so that the histories of all other runs are the same with it as without.
 */
final class Batch {
    /** No workload is a Job. */
    static final Batch NONE = new Batch(null, new Random(0), false, 0);

    private static final String BESIDE = "-load";

    private final World world;
    private final Random random;
    private final boolean jobs;
    private final int until;
    private final int more;

    /** Where the other Job ends, in ticks; 0: there is none. */
    private final int besideUntil;

    /** By workload: requests by which it runs once more. */
    private final Map<String, Set<String>> again = new HashMap<>();

    /** By Job of a workload: how often it was seen to be complete, wherever that was. */
    private final Map<String, Map<String, Integer>> completed = new HashMap<>();

    private Batch(World world, Random random, boolean jobs, int besideUntil) {
        this.world = world;
        this.random = random;
        this.jobs = jobs;
        this.besideUntil = besideUntil;
        this.until = jobs ? length() : 0;
        this.more = jobs ? random.nextInt(3) * world.plan.fed() * 30 : 0;
    }

    /**
     * @param every in each so many-th run; 0: in none
     */
    static Batch of(World world, long seed, int every) {
        // nearby seeds of Random begin alike, and it is to be another than the run's
        Random own = new Random(seed * 0xD1342543DE82EF95L + 0x5DEECE66DL);
        return every > 0 && own.nextInt(every) == 0
                ? new Batch(
                        world, own, true, besideUntil(new Random(seed * 0x9FB21C651E98DF25L + 7)))
                : NONE;
    }

    private static int besideUntil(Random random) {
        return random.nextBoolean() ? (int) Plan.between(random, 20, 400) : 0;
    }

    /** An application keeps up with what is fed, so this is when it ends where nothing stops it. */
    private int length() {
        Plan plan = world.plan;
        return plan.withTopics()
                ? plan.fed() * (int) Plan.between(random, 40, plan.quiet() / World.TICK)
                : (int) Plan.between(random, 20, 150);
    }

    boolean isJobs() {
        return jobs;
    }

    /** Each workload has another Job beside the one that has its topics. */
    boolean isTwo() {
        return besideUntil > 0;
    }

    /** The name of the one beside that of this name. */
    static String beside(String name) {
        return name + BESIDE;
    }

    /**
     * @param title kind/name
     */
    static boolean isBeside(String title) {
        return title.endsWith(BESIDE);
    }

    /** Where a Job ends that is made now: records of each partition, or ticks. */
    int until(String workload, String title) {
        return isBeside(title) ? besideUntil : until(workload);
    }

    /** The same of the one that has the topics. */
    int until(String workload) {
        return world.plan.withTopics() ? until + more * timesAgain(workload) : until;
    }

    private int timesAgain(String workload) {
        return again.getOrDefault(workload, Set.of()).size();
    }

    // what is asked for besides

    /** Moves and stops at about the time when it ends, and that it runs once more. */
    void play(Job job) {
        for (String workload : world.plan.workloads()) {
            long end =
                    world.plan.withTopics()
                            ? until / world.plan.fed() * World.TICK
                            : 5_000 + until * World.TICK;
            for (int i = 0; i < 2; i++) {
                long at = Math.max(3_000, end - random.nextInt(5_000) + 1_000);
                Script.ask(world, job, random, at, Script.move(world, random, workload));
            }
            if (random.nextInt(3) == 0) {
                long at = Math.max(3_000, end - random.nextInt(2_000) + 500);
                Script.ask(world, job, random, at, Script.suspend(workload));
                Script.ask(
                        world, job, random, at + random.nextInt(10_000), Script.resume(workload));
            }
            if (random.nextBoolean()) {
                long at = end + Plan.between(random, 2_000, 20_000);
                int revision = 1 + random.nextInt(2) * 10;
                world.clockwork.in(
                        at,
                        () -> {
                            // of one that is withdrawn nobody knows where its topics are; and
                            // where nothing is fed any more it would not end
                            if (world.feeding
                                    && job.requests.stream().noneMatch(Script::isWithdrawal)) {
                                Script.ask(
                                        world,
                                        job,
                                        random,
                                        1,
                                        Script.submit(world, random, workload, revision));
                            }
                        });
            }
        }
    }

    /** Of those that are suspended when all has come to rest some are to go on to their end. */
    List<String> toResume(Job job) {
        return job.current().states().values().stream()
                .filter(state -> jobs && state.phase() == Phase.suspended && random.nextBoolean())
                .map(WorkloadState::workload)
                .toList();
    }

    /** It has what it needs, and ends in a while. */
    boolean isRunning(Job job) {
        return jobs
                && job.current().states().values().stream()
                        .anyMatch(state -> state.phase() == Phase.running);
    }

    // what comes of it

    /** Placement has taken it in that one that had ended is to run once more. */
    void submittedAgain(String workload, String requestId) {
        if (again.computeIfAbsent(workload, w -> new TreeSet<>()).add(requestId)) {
            world.tally.count("jobs submitted again");
        }
    }

    /** Its controller has counted the pod that has ended. */
    void complete(Deployed app, String title, Thing job) {
        completed.computeIfAbsent(app.workload, w -> new HashMap<>()).merge(title, 1, Integer::sum);
        world.tally.count("jobs that ended");
        world.tell("%s: %s of %s is complete", app.site, title, app.workload);
        if (!app.hasEnded()) {
            world.tally.count("jobs that ended before the other one");
        }
        if (isMoved(app)) {
            world.tally.count("jobs that ended while they were moved");
        }
        if (job.replicas == 0) {
            world.tally.count("jobs that ended just when they were suspended");
        }
    }

    private boolean isMoved(Deployed app) {
        return world.sites.values().stream()
                .map(site -> site.apps.get(app.workload))
                .filter(other -> other != app)
                .flatMap(other -> other.things.values().stream())
                .anyMatch(staged -> staged.mode == Mode.STAGED);
    }

    /**
     * A pod of it runs. It has run to its end as often as it was submitted: once more is once too
     * often, but for what a failover does of which the site that was lost did not hear, or that did
     * not hear of its end there.
     */
    void begins(String site, String workload, String title) {
        if (jobs
                && !world.announced.any(workload)
                && timesComplete(workload, title) > timesAgain(workload)) {
            world.violate(
                    "%s of %s was complete, and is run at %s once more", title, workload, site);
        }
    }

    /**
     * Of a start that is given up and that came from nowhere no site keeps which of its Jobs have
     * ended: these are run again by the next start (stated in handover.md).
     */
    void deleted(Deployed app, String title, long epoch) {
        if (!isTwo() || !app.things.get(title).hasEnded() || !app.mark.givesUp(epoch)) {
            return;
        }
        boolean elsewhere =
                world.sites.values().stream()
                        .map(site -> site.apps.get(app.workload))
                        .filter(other -> other != app)
                        .flatMap(other -> other.things.values().stream())
                        .anyMatch(thing -> thing.mode != Mode.STAGED);
        // and not of an earlier run, the end of which was told
        boolean now = timesComplete(app.workload, title) > timesAgain(app.workload);
        if (now && !elsewhere) {
            world.tally.count("jobs that ended in a start that was given up");
            completed.get(app.workload).merge(title, -1, Integer::sum);
        }
    }

    private int timesComplete(String workload, String title) {
        return completed.getOrDefault(workload, Map.of()).getOrDefault(title, 0);
    }

    /** How often all of it was seen to be complete. */
    int timesComplete(String workload) {
        String name = World.group(workload);
        int times = timesComplete(workload, "Job/" + name);
        return isTwo() ? Math.min(times, timesComplete(workload, "Job/" + beside(name))) : times;
    }
}
