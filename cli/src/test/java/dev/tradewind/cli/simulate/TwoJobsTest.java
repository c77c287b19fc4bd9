package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The whole job is submitted once more by mistake, and owners ask for something while there are
 * two: both decide, and may use the same epoch for different things. In virtual time, for many
 * worlds and requests.
 */
class TwoJobsTest {
    private static final int SEEDS = 20;
    private static final long REST = 600_000;
    private static final long STEP = 500;

    @Test
    void nothingRunsTwiceNothingIsLostAndWhoeverComesSecondIsTold() {
        List<String> wrong = new ArrayList<>();
        int told = 0;
        int right = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Two two = new Two(seed);
            two.play();
            wrong.addAll(two.wrong());
            told += two.isTold() ? 1 : 0;
            right += two.right ? 1 : 0;
        }
        System.out.printf(
                "%d seeds: in %d a command came after the other's, in %d the first saw all that is"
                        + " so when both had come to rest%n",
                SEEDS, told, right);
        assertThat(wrong).isEmpty();
        assertThat(told).as("where a command came after the other's").isGreaterThan(SEEDS / 4);
        assertThat(right).as("where the first saw what is so").isGreaterThan(SEEDS / 2);
    }

    private static final class Two {
        private final long seed;
        private final Random random;
        private final World world;
        private final Job first;
        private int requests;
        private boolean right = true;

        Two(long seed) {
            this.seed = seed;
            // nearby seeds of Random begin alike
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            this.world = new World(plan(random), random, null);
            world.faults = false;
            this.first = new Job(world, Parts.REAL);
        }

        /** Each move comes about, were there but one job. */
        private static Plan plan(Random random) {
            return new Plan(
                    List.of("ams", "fra", "osl"),
                    "fra",
                    List.of("shop/orders"),
                    1 + random.nextInt(2),
                    random.nextInt(6) > 0,
                    random.nextBoolean(),
                    true,
                    true,
                    1,
                    20,
                    Plan.between(random, 50, 1_500),
                    Plan.between(random, 50, 1_500),
                    Plan.between(random, 50, 1_500),
                    500,
                    Plan.between(random, 2, 50),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    false,
                    20,
                    0,
                    0,
                    0,
                    Plan.between(random, 500, 3_000),
                    false,
                    false,
                    false,
                    0,
                    false);
        }

        void play() {
            String workload = world.plan.workloads().get(0);
            ask(Action.submit, workload, Script.spec(world.plan, workload, any(), 1), null);
            rest(first);
            Job second = first.again("other");
            int asks = 1 + random.nextInt(5);
            for (int i = 0; i < asks; i++) {
                world.clockwork.spend(random.nextInt(random.nextBoolean() ? 2_000 : 30_000));
                anything(workload);
            }
            rest(first, second);
            inOrder(workload);
            second.end();
            for (Job each : List.of(first, second)) {
                if (!seesWhatIsSo(each, workload)) {
                    right &= each != first;
                    if (!isTold()) {
                        world.violate("%s is not told that it was second", each.said);
                    }
                }
            }
            if (right) {
                goesOnAlone(workload);
            }
            inOrder(workload);
            world.epochs.older().forEach(each -> world.violate("%s", each));
        }

        /** The first, when the second is gone. It may have to pass the other's epochs. */
        private void goesOnAlone(String workload) {
            world.clockwork.spend(30_000);
            ask(Action.resume, workload, null, null);
            rest(first);
            for (int i = 0; i < 6; i++) {
                ask(Action.move, workload, null, world.plan.sites().get(i % 3));
                rest(first);
            }
            WorkloadState state = first.current().states().get(workload);
            if (state.phase() != Phase.running || !state.site().equals("osl")) {
                world.violate("it did not go on: %s", first.said);
            }
            world.feeding = false;
            for (int i = 0; i < 60 && !new Checks(world, first).allProcessed(); i++) {
                world.clockwork.spend(1_000);
            }
            new Checks(world, first).atRest();
        }

        private boolean seesWhatIsSo(Job job, String workload) {
            WorkloadState state = job.current().states().get(workload);
            Set<String> at = new TreeSet<>();
            for (Place place : world.sites.values()) {
                if (place.apps.get(workload).runs(world.clockwork.now())) {
                    at.add(place.name);
                }
            }
            return at.equals(state.phase() == Phase.running ? Set.of(state.site()) : Set.of())
                    && (!world.plan.withTopics()
                            || world.site(state.site())
                                    .kafka
                                    .topics
                                    .get(World.output(workload))
                                    .writable());
        }

        /** Wherever the output is, it has each record once. */
        private void inOrder(String workload) {
            for (Place place : world.sites.values()) {
                Topic out = place.kafka.topics.get(World.output(workload));
                for (int p = 0; out != null && p < world.plan.partitions(); p++) {
                    Log log = out.partitions.get(p);
                    for (int i = 0; i < log.size(); i++) {
                        if (log.get(i) != i) {
                            world.violate(
                                    "%s-%d at %s: record %d is made of input %d",
                                    out.name, p, place.name, i, log.get(i));
                            break;
                        }
                    }
                }
            }
        }

        boolean isTold() {
            return first.outcomes.stream()
                    .anyMatch(
                            o ->
                                    o.message() != null
                                            && (o.message().startsWith("superseded")
                                                    || o.message().contains("not writable")));
        }

        private void anything(String workload) {
            switch (random.nextInt(6)) {
                case 0 -> ask(Action.suspend, workload, null, null);
                case 1 -> ask(Action.resume, workload, null, null);
                case 2 ->
                        ask(
                                Action.update,
                                workload,
                                Script.update(world.plan, workload, 2 + requests),
                                null);
                default -> ask(Action.move, workload, null, any());
            }
        }

        private void ask(Action action, String workload, WorkloadSpec spec, String site) {
            first.request(
                    new WorkloadRequest(
                            action, "r-" + ++requests, workload, spec, site, null, null));
        }

        private String any() {
            return world.plan.sites().get(random.nextInt(world.plan.sites().size()));
        }

        private void rest(Job... jobs) {
            long end = world.clockwork.now() + REST;
            int still = 0;
            while (still < 10) {
                world.clockwork.spend(STEP);
                if (world.clockwork.now() > end) {
                    world.violate("it does not come to rest: %s", Checks.states(jobs[0]));
                    return;
                }
                boolean patient = world.clockwork.now() < end - REST / 2;
                still = Stream.of(jobs).allMatch(j -> j.isIdle(patient)) ? still + 1 : 0;
            }
        }

        List<String> wrong() {
            return world.violations.stream().map(v -> "seed " + seed + ": " + v).toList();
        }
    }
}
