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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The whole job is submitted once more by mistake, and owners ask for something while there are
 * two: both decide, and may use the same epoch for different things. In virtual time, for many
 * worlds and requests.
 */
class TwoJobsTest {
    private static final int SEEDS = Integer.getInteger("twojobs.seeds", 20);
    private static final int STOPPED_SEEDS = Integer.getInteger("twojobs.stopped", 10);
    private static final long REST = 600_000;
    private static final long STEP = 500;

    /** By each that is refused its epoch is one higher, and the other's passed at last. */
    private static final int MOVES = 9;

    @Test
    void nothingRunsTwiceNothingIsLostAndWhoeverComesSecondIsTold() {
        List<String> wrong = new ArrayList<>();
        int told = 0;
        int right = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Two two = new Two(seed);
            two.play(two::anything);
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

    /** The first takes it to be stopped where its topics are not writable any more. */
    @Test
    void whatTheOtherHasMovedAndStoppedGoesOnFromWhereItIs() {
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (long seed = 1; seed <= STOPPED_SEEDS; seed++) {
            Two two = new Two(seed);
            two.play(two::movedAndStopped);
            wrong.addAll(two.wrong());
            found += two.isFoundStopped() ? 1 : 0;
        }
        System.out.printf(
                "%d seeds: in %d it was found stopped where the first did not know of%n",
                STOPPED_SEEDS, found);
        assertThat(wrong).isEmpty();
        assertThat(found).as("where it was found stopped elsewhere").isPositive();
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

        void play(Consumer<String> asks) {
            String workload = world.plan.workloads().get(0);
            ask(Action.submit, workload, Script.spec(world.plan, workload, any(), 1), null);
            rest(first);
            Job second = first.again("other");
            asks.accept(workload);
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
            goesOnAlone(workload);
            inOrder(workload);
            world.epochs.older().forEach(each -> world.violate("%s", each));
        }

        /**
         * The first, when the second is gone: also where it takes the workload to be elsewhere. It
         * may have to pass the other's epochs.
         */
        private void goesOnAlone(String workload) {
            world.clockwork.spend(30_000);
            ask(Action.resume, workload, null, null);
            rest(first);
            for (int i = 0; i < MOVES; i++) {
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

        boolean isFoundStopped() {
            return first.outcomes.stream().anyMatch(o -> "foundStopped".equals(o.step()));
        }

        boolean isTold() {
            return first.outcomes.stream()
                    .anyMatch(
                            o ->
                                    o.message() != null
                                            && (o.message().startsWith("superseded")
                                                    || o.message().contains("not writable")));
        }

        void anything(String workload) {
            int asks = 1 + random.nextInt(5);
            for (int i = 0; i < asks; i++) {
                world.clockwork.spend(random.nextInt(random.nextBoolean() ? 2_000 : 30_000));
                any(workload);
            }
        }

        /** The first reaches no site meanwhile, and hears of nothing. */
        void movedAndStopped(String workload) {
            String process = first.current().machine.name;
            for (String site : world.plan.sites()) {
                for (Network.Plane plane : Network.Plane.values()) {
                    world.network.cut(Network.between(process, plane, site), 60_000);
                }
            }
            List<String> others = new ArrayList<>(world.plan.sites());
            others.remove(first.current().states().get(workload).site());
            ask(Action.move, workload, null, others.get(random.nextInt(2)));
            world.clockwork.spend(30_000);
            ask(Action.suspend, workload, null, null);
        }

        private void any(String workload) {
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
