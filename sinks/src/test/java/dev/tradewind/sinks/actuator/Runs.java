package dev.tradewind.sinks.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.port.Sites;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DynamicTest;

/** Carries out commands in a {@link TestingWorld}, in virtual time, on the test's thread. */
final class Runs {
    static final Guard GUARD =
            new Guard(
                    List.of("shop"),
                    List.of("Deployment", "Job"),
                    "baseline",
                    List.of("default"),
                    List.of(),
                    false);

    static final Deadlines DEADLINES = new Deadlines(2_000, 2_000, 5_000, 3_000, 1_000, 3_000, 500);

    /**
     * A story that crashes before, or after, each of its effects, and comes to the same all the
     * same.
     *
     * @param effectsOf what is done in the story that crashes before the one and after the other
     *     effect; -1: nowhere
     */
    static List<DynamicTest> crashes(BiFunction<Integer, Integer, List<String>> effectsOf) {
        List<String> expected = effectsOf.apply(-1, -1);
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            int at = i;
            tests.add(
                    DynamicTest.dynamicTest(
                            "before " + expected.get(i),
                            () -> assertThat(effectsOf.apply(at, -1)).isEqualTo(expected)));
            tests.add(
                    DynamicTest.dynamicTest(
                            "after " + expected.get(i),
                            () -> assertThat(effectsOf.apply(-1, at)).isEqualTo(expected)));
        }
        return tests;
    }

    /** Outcomes as they are published. */
    static final class Outcomes implements OutcomePublisher {
        final List<Outcome> all = Collections.synchronizedList(new ArrayList<>());

        @Override
        public CompletableFuture<Void> publish(Outcome outcome) {
            all.add(outcome);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // nothing to close
        }

        Outcome last() {
            return all.get(all.size() - 1);
        }

        List<String> steps() {
            return List.copyOf(all).stream()
                    .filter(o -> o.status() == Outcome.Status.step)
                    .map(Outcome::step)
                    .toList();
        }

        List<Outcome.Status> terminal() {
            return List.copyOf(all).stream()
                    .map(Outcome::status)
                    .filter(Outcome.Status::isTerminal)
                    .toList();
        }
    }

    final TestingTime time = new TestingTime();
    final TestingWorld world = new TestingWorld(time, "a", "b", "c");
    final Outcomes outcomes = new Outcomes();
    private int actuators;

    /** Of the actuators that begin from now on. */
    Deadlines deadlines = DEADLINES;

    /** Of these too. */
    Sites sites = world;

    long leaseMillis = 3_000;

    ExecutorService looks = new Direct();

    /** How often it was looked and acted. */
    int turns;

    /** Does everything at once, on the caller's thread. */
    private static final class Direct extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {
            // nothing runs
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    static ActuatorConfig config(String holder) {
        return new ActuatorConfig(holder, 2, 50, 200, 3_000, 20, 200, DEADLINES, false);
    }

    Convergence begin(Command command) {
        String holder = "actuator-" + ++actuators;
        return new Convergence(
                command,
                sites,
                config(holder).within(deadlines),
                outcomes,
                new ActuatorMetrics(),
                new Leases(sites, command.workload(), holder, leaseMillis, time),
                new Surroundings(
                        time,
                        null,
                        looks,
                        Direct::new,
                        holder,
                        new Random(actuators),
                        Handover::next));
    }

    /** Until it ends; a crash is followed by another actuator with the same command. */
    Outcome run(Command command) {
        Convergence convergence = begin(command);
        int ended = outcomes.terminal().size();
        for (int i = 0; i < 5_000; i++) {
            turns++;
            try {
                long wait = convergence.turn();
                if (wait == Convergence.ENDED || outcomes.terminal().size() > ended) {
                    return outcomes.last();
                }
                world.advance(wait);
            } catch (TestingWorld.Crash crash) {
                convergence = begin(command);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("does not end: " + outcomes.all);
    }

    /** The owned topic at that site has every input record that was worked on, once, in order. */
    void assertEveryRecordOnce(String at) {
        assertThat(world.violations).isEmpty();
        List<Long> out = world.site(at).topics.get(TestingWorld.OWNED).log;
        assertThat(out).isNotEmpty();
        for (int i = 0; i < out.size(); i++) {
            assertThat(out.get(i)).as("output %d of %d", i, out.size()).isEqualTo(i);
        }
        long fed = world.site(world.inputHome).topics.get(TestingWorld.INPUT).log.size();
        assertThat(fed - out.size()).isBetween(0L, 10L);
    }

    // commands

    static final String DEPLOYMENT =
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"orders\"},"
                    + "\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"app\":\"o\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"o\"}},"
                    + "\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"tradewind/testbed-app\",\"env\":[{\"name\":\"BOOTSTRAP_SERVERS\",\"value\":\"${site.bootstrapServers}\"}]}]}}}}";

    static final String JOB =
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"orders\"},"
                    + "\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"app\",\"image\":\"tradewind/testbed-app\"}]}}}}";

    static WorkloadSpec spec(String manifest, boolean withTopics, String home) {
        return new WorkloadSpec(
                null,
                List.of(manifest),
                null,
                null,
                withTopics
                        ? new WorkloadSpec.Topics(
                                home, List.of(TestingWorld.INPUT), List.of(TestingWorld.OWNED))
                        : null,
                withTopics ? List.of(TestingWorld.GROUP) : null,
                null,
                null,
                null,
                null,
                null);
    }

    static Command command(
            Command.Action action,
            long epoch,
            String from,
            String to,
            String dataHome,
            WorkloadSpec spec) {
        return new Command(
                "c-" + epoch,
                "d-" + epoch,
                "shop/orders",
                epoch,
                action,
                from,
                to,
                dataHome,
                spec,
                GUARD,
                Instant.EPOCH,
                Map.of(),
                null);
    }

    static Command move(long epoch, String from, String to) {
        return command(Command.Action.run, epoch, from, to, from, spec(DEPLOYMENT, true, null));
    }

    static Command plainMove(long epoch, String from, String to) {
        return command(Command.Action.run, epoch, from, to, null, spec(DEPLOYMENT, false, null));
    }

    /** By a policy that lets stale mirrors be made anew. */
    static Command rebuilding(Command c) {
        return guarded(c, GUARD.kinds(), true);
    }

    static Command guarded(Command c, List<String> kinds, boolean rebuildMirrors) {
        return guarded(c, c.commandId(), kinds, rebuildMirrors);
    }

    /** The same, by another job. */
    static Command ofAnother(Command c) {
        return guarded(c, c.commandId() + "-of-another", GUARD.kinds(), false);
    }

    private static Command guarded(
            Command c, String id, List<String> kinds, boolean rebuildMirrors) {
        return new Command(
                id,
                c.decisionId(),
                c.workload(),
                c.epoch(),
                c.action(),
                c.from(),
                c.to(),
                c.dataHome(),
                c.spec(),
                new Guard(
                        GUARD.namespaces(),
                        kinds,
                        GUARD.podSecurity(),
                        GUARD.serviceAccounts(),
                        GUARD.secrets(),
                        rebuildMirrors),
                c.issuedAt(),
                c.siteValues(),
                c.connections());
    }
}
