package dev.tradewind.cli.simulate;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What operators declare and what owners ask for. */
final class Script {
    private Script() {}

    static Catalog catalog(Plan plan) {
        List<Site> sites = new ArrayList<>();
        for (String name : plan.sites()) {
            sites.add(
                    new Site(
                            name, Map.of(), name, 1.0, null, null, null, name, 0, Map.of(),
                            Map.of(), false, Map.of()));
        }
        Policy policy =
                new Policy(
                        "default",
                        "true",
                        0,
                        1,
                        0,
                        24 * 3_600_000L,
                        null,
                        2 * 3_600_000L,
                        0,
                        20,
                        4,
                        Plan.LOST_AFTER,
                        plan.failover() ? Policy.LostSite.FAILOVER : Policy.LostSite.HOLD,
                        plan.failover(),
                        false,
                        List.of("shop"),
                        List.of("Deployment", "Job", "ConfigMap"),
                        Policy.PodSecurity.BASELINE,
                        List.of("default"),
                        List.of(),
                        plan.rebuild(),
                        false);
        return new Catalog("simulated", sites, List.of(policy), List.of());
    }

    static WorkloadSpec spec(Plan plan, String workload, String prefer, int revision) {
        return spec(plan, Batch.NONE, workload, prefer, revision);
    }

    private static WorkloadSpec spec(
            Plan plan, Batch batch, String workload, String prefer, int revision) {
        String name = World.group(workload);
        List<String> manifests = new ArrayList<>();
        // two objects: with a third an API that is slow does not get them done within a call
        manifests.add(
                batch.isTwo()
                        ? job(Batch.beside(name), 1)
                        : "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                                + name
                                + "\"},\"data\":{\"revision\":\""
                                + revision
                                + "\"}}");
        manifests.add(batch.isJobs() ? job(name, revision) : deployment(name, revision));
        return new WorkloadSpec(
                null,
                List.copyOf(manifests),
                Map.of("cpu", "1"),
                null,
                plan.withTopics()
                        ? new WorkloadSpec.Topics(
                                plan.home(), List.of(World.INPUT), List.of(World.output(workload)))
                        : null,
                plan.withTopics() ? List.of(World.group(workload)) : null,
                null,
                prefer == null ? null : List.of(prefer),
                null,
                null,
                null);
    }

    private static WorkloadSpec spec(World world, String workload, String prefer, int revision) {
        return spec(world.plan, world.batch, workload, prefer, revision);
    }

    private static String deployment(String name, int revision) {
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\""
                + name
                + "\"},\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"app\":\"o\"}},"
                + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"o\"}},\"spec\":{\"containers\":"
                + "[{\"name\":\"app\",\"image\":\"app:"
                + revision
                + "\"}]}}}}";
    }

    /**
     * One pod at a time, as a Deployment with the strategy Recreate, and it fails for good never.
     */
    private static String job(String name, int revision) {
        return "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\""
                + name
                + "\"},\"spec\":{\"podReplacementPolicy\":\"Failed\",\"backoffLimit\":1000,"
                + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"o\"}},\"spec\":"
                + "{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"app\",\"image\":\"app:"
                + revision
                + "\"}]}}}}";
    }

    /** Schedules the requests of a run. */
    static void play(World world, Job job, Random random) {
        for (String workload : world.plan.workloads()) {
            String first = any(world, random);
            ask(
                    world,
                    job,
                    random,
                    100,
                    request(Action.submit, workload, spec(world, workload, first, 1), null));
            int asks = 1 + random.nextInt(5);
            for (int i = 0; i < asks; i++) {
                long at = Plan.between(random, 3_000, world.plan.quiet());
                ask(world, job, random, at, anything(world, random, workload, i + 2));
            }
        }
    }

    /**
     * Between two sites, or round all of them, where a mirror is met that follows none of the two:
     * so that what was sent for one move finds one of the next.
     */
    static void playToAndFro(World world, Job job, Random random) {
        for (String workload : world.plan.workloads()) {
            List<String> stops = new ArrayList<>(world.plan.sites());
            if (random.nextBoolean()) {
                stops.remove(random.nextInt(stops.size()));
            }
            long at = 3_000;
            for (int i = 0; i < 3 * stops.size(); i++) {
                at += Plan.between(random, 2_000, 15_000);
                ask(
                        world,
                        job,
                        random,
                        at,
                        request(Action.move, workload, null, stops.get(i % stops.size())));
            }
        }
    }

    /** Of one that its owner has suspended. */
    static WorkloadRequest resume(String workload) {
        return request(Action.resume, workload, null, null).withRequestId("r-at-last");
    }

    static WorkloadRequest suspend(String workload) {
        return request(Action.suspend, workload, null, null);
    }

    static WorkloadRequest move(World world, Random random, String workload) {
        return request(Action.move, workload, null, any(world, random));
    }

    static WorkloadRequest submit(World world, Random random, String workload, int revision) {
        WorkloadSpec spec = spec(world, workload, any(world, random), revision);
        return request(Action.submit, workload, spec, null);
    }

    static boolean isWithdrawal(WorkloadRequest request) {
        return request.action() == Action.withdraw;
    }

    private static WorkloadRequest anything(World world, Random random, String workload, int n) {
        int what = random.nextInt(20);
        if (what < 10) {
            return request(Action.move, workload, null, any(world, random));
        } else if (what < 12) {
            return request(Action.pin, workload, null, any(world, random));
        } else if (what < 13) {
            return request(Action.unpin, workload, null, null);
        } else if (what < 15) {
            return request(Action.suspend, workload, null, null);
        } else if (what < 17) {
            return request(Action.resume, workload, null, null);
        } else if (what < 19) {
            return request(Action.update, workload, update(spec(world, workload, null, n)), null);
        }
        return request(Action.withdraw, workload, null, null);
    }

    /** Manifests of their own, and all else as it is. */
    static WorkloadSpec update(Plan plan, String workload, int n) {
        return update(spec(plan, workload, null, n));
    }

    private static WorkloadSpec update(WorkloadSpec whole) {
        return new WorkloadSpec(
                null, whole.manifests(), null, null, null, null, null, null, null, null, null);
    }

    private static String any(World world, Random random) {
        return world.plan.sites().get(random.nextInt(world.plan.sites().size()));
    }

    private static WorkloadRequest request(
            Action action, String workload, WorkloadSpec spec, String site) {
        return new WorkloadRequest(action, null, workload, spec, site, null, null);
    }

    static void ask(World world, Job job, Random random, long at, WorkloadRequest request) {
        WorkloadRequest named = request.withRequestId("r-" + random.nextInt(1_000_000_000));
        world.clockwork.in(at, () -> job.request(named));
        if (random.nextDouble() < world.plan.twice()) {
            world.clockwork.in(at + random.nextInt(5_000), () -> job.request(named));
        }
    }
}
