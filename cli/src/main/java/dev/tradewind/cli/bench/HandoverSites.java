package dev.tradewind.cli.bench;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Two sites, streaming workloads that are fed without pause, and the actuator that moves them. */
final class HandoverSites implements AutoCloseable {
    static final String HOME = "frankfurt";
    static final String AWAY = "oslo";

    private static final ActuatorConfig CONFIG = ActuatorConfig.of("bench");
    private static final long CALL_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long LOOK_NANOS = 2_000_000;

    /** As the actuator's. */
    private static final long FIRST_LOOK_NANOS = 10_000_000;

    private static final long LATER_LOOK_NANOS = 100_000_000;

    private static final Runnable NOTHING = () -> {};

    /** What the actuator told of one epoch of one workload. */
    private final List<Outcome> outcomes = new ArrayList<>();

    private final WiredSites wired;
    private final Testbed testbed;
    private final int partitions;
    private Mortal mortal;
    private Refusing sites;
    private Actuator actuator;
    private final List<Feeder> feeders = new ArrayList<>();
    private final List<String> at = new ArrayList<>();
    private final List<Long> epochs = new ArrayList<>();

    /**
     * @param wired null: none of the sites can fall silent
     */
    private HandoverSites(WiredSites wired, Testbed testbed, int partitions) {
        this.wired = wired;
        this.testbed = testbed;
        this.partitions = partitions;
        beginAnew();
    }

    /** An actuator with clients of its own, as a process has that starts. */
    private void beginAnew() {
        mortal = new Mortal(new ConnectedSites(testbed.connectionsDir(), CALL_MILLIS));
        sites = new Refusing(mortal);
        actuator =
                new Actuator(
                        sites, OutcomePublisher.telling(this::hear), CONFIG, new ActuatorMetrics());
    }

    /**
     * Starts the sites, and at the first of them the workloads.
     *
     * @param partitions of each topic
     * @param perSecond records for each workload
     */
    static HandoverSites start(
            TestbedOptions options, int workloads, int partitions, double perSecond)
            throws InterruptedException, TimeoutException {
        Testbed testbed = Testbed.start(options);
        return start(new HandoverSites(null, testbed, partitions), workloads, perSecond);
    }

    /** The same, and the sites can fall silent. */
    static HandoverSites startWired(
            TestbedOptions options, int workloads, int partitions, double perSecond)
            throws InterruptedException, TimeoutException {
        WiredSites wired = WiredSites.start(options);
        return start(new HandoverSites(wired, wired.testbed(), partitions), workloads, perSecond);
    }

    private static HandoverSites start(HandoverSites sites, int workloads, double perSecond)
            throws InterruptedException, TimeoutException {
        int partitions = sites.partitions;
        try {
            for (int i = 0; i < workloads; i++) {
                sites.testbed.createTopic(HOME, input(i), partitions);
                sites.testbed.createTopic(HOME, output(i), partitions);
                sites.feeders.add(
                        Feeder.start(
                                sites.testbed.bootstrapServers(HOME),
                                input(i),
                                partitions,
                                perSecond));
                sites.at.add(null);
                sites.epochs.add(0L);
                sites.submit(i, HOME);
            }
            for (int i = 0; i < workloads; i++) {
                sites.awaitCompleted(i);
                sites.awaitFlow(i);
            }
            return sites;
        } catch (InterruptedException | TimeoutException | RuntimeException e) {
            sites.close();
            throw e;
        }
    }

    String at(int workload) {
        return at.get(workload);
    }

    static String other(String site) {
        return site.equals(HOME) ? AWAY : HOME;
    }

    /** Returns at once. */
    void submit(int workload, String to) {
        long epoch = epochs.get(workload) + 1;
        String from = at.set(workload, to);
        epochs.set(workload, epoch);
        actuator.submit(command(workload, epoch, from, to));
    }

    /**
     * Waits for the end of the last command.
     *
     * @return what was told of it
     * @throws IllegalStateException where it did not end well
     */
    List<Outcome> awaitCompleted(int workload) throws InterruptedException, TimeoutException {
        return awaitEnd(workload, Outcome.Status.completed);
    }

    /**
     * Moves it, which comes to nothing when the source has stopped, and waits until it is where it
     * was.
     *
     * @return what was told of it
     */
    List<Outcome> givenUp(int workload) throws InterruptedException, TimeoutException {
        String source = at(workload);
        sites.refuseOnce(NOTHING);
        submit(workload, other(source));
        List<Outcome> told = awaitEnd(workload, Outcome.Status.rolledBack);
        at.set(workload, source);
        return told;
    }

    /**
     * The same, and the target falls silent. What is told waits for it: so it is the source itself
     * that is looked at.
     *
     * @param seen the target was, by the look that led to the decision; else it was silent already
     * @param killed whether the actuator is, right after the decision, and another takes it up,
     *     while the dead one's lease still holds
     * @return milliseconds from the decision until the source was up again
     */
    long givenUpInSilence(int workload, boolean seen, boolean killed)
            throws InterruptedException, TimeoutException, PortException {
        String source = at(workload);
        String target = other(source);
        Runnable silence = () -> wired.silence(target);
        CompletableFuture<Long> decision = mortal.back(seen ? silence : NOTHING, killed);
        sites.refuseOnce(seen ? NOTHING : silence);
        submit(workload, target);
        long up;
        try {
            long decided = get(decision);
            if (killed) {
                succeed(command(workload, epochs.get(workload), source, target));
            }
            Cluster cluster = sites.cluster(source);
            await(
                    name(workload) + " is up again",
                    () -> {
                        AppState app = observe(cluster, workload);
                        return app.desired() > 0 && app.ready();
                    },
                    LOOK_NANOS,
                    LOOK_NANOS);
            up = (System.nanoTime() - decided) / 1_000_000;
        } finally {
            wired.mend(target);
        }
        awaitEnd(workload, Outcome.Status.rolledBack);
        at.set(workload, source);
        return up;
    }

    /** Another takes up what the actuator had begun that is dead. */
    private void succeed(Command command) {
        Actuator dead = actuator;
        Refusing its = sites;
        beginAnew();
        actuator.submit(command);
        dead.close();
        its.close();
    }

    private static long get(CompletableFuture<Long> when)
            throws InterruptedException, TimeoutException {
        try {
            return when.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<Outcome> awaitEnd(int workload, Outcome.Status wanted)
            throws InterruptedException, TimeoutException {
        long epoch = epochs.get(workload);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (outcomes) {
            while (true) {
                List<Outcome> its =
                        outcomes.stream()
                                .filter(
                                        o ->
                                                o.epoch() == epoch
                                                        && o.workload().equals(name(workload)))
                                .toList();
                for (Outcome outcome : its) {
                    if (outcome.status() == wanted) {
                        return its;
                    }
                    if (outcome.status().isTerminal()) {
                        throw new IllegalStateException("a move ended otherwise: " + outcome);
                    }
                }
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new TimeoutException(name(workload) + " was not moved: " + its);
                }
                outcomes.wait(left);
            }
        }
    }

    /** Waits until the workload puts out more than it has. */
    void awaitFlow(int workload) throws InterruptedException, TimeoutException {
        long before = end(workload);
        await(
                name(workload) + " puts out records",
                () -> end(workload) > before,
                FIRST_LOOK_NANOS,
                FIRST_LOOK_NANOS);
    }

    /**
     * The floor of every move: the same writes and looks, and nothing in between. Stops the
     * application, waits until its pods are gone, and starts it again where it is.
     */
    void restartInPlace(int workload) throws PortException, InterruptedException, TimeoutException {
        restartInPlace(workload, LOOK_NANOS, LOOK_NANOS);
    }

    /** The same of the first so many at once, looked at as often as a move is. */
    void restartInPlaceTogether(int count) throws InterruptedException, TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int workload = i;
                all.add(
                        () -> {
                            restartInPlace(workload, FIRST_LOOK_NANOS, LATER_LOOK_NANOS);
                            return null;
                        });
            }
            for (Future<Void> one : threads.invokeAll(all)) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a start in place failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void restartInPlace(int workload, long firstNanos, long lastNanos)
            throws PortException, InterruptedException, TimeoutException {
        Cluster cluster = sites.cluster(at(workload));
        long epoch = epochs.get(workload);
        cluster.quiesce(name(workload), epoch);
        await(
                name(workload) + " has stopped",
                () -> observe(cluster, workload).stopped(),
                firstNanos,
                lastNanos);
        cluster.resume(name(workload), epoch);
        await(
                name(workload) + " is ready",
                () -> observe(cluster, workload).ready(),
                firstNanos,
                lastNanos);
    }

    /** Ends the feeding and counts. */
    AuditReport audit(int workload) {
        feeders.get(workload).stop();
        return Audit.run(
                testbed.bootstrapServers(HOME),
                input(workload),
                testbed.bootstrapServers(at(workload)),
                output(workload),
                Duration.ofSeconds(30));
    }

    private static AppState observe(Cluster cluster, int workload) {
        try {
            return cluster.observe(name(workload), List.of());
        } catch (PortException e) {
            throw new IllegalStateException(e);
        }
    }

    private long end(int workload) {
        Map<TopicPartition, OffsetSpec> asked = new java.util.HashMap<>();
        for (int p = 0; p < partitions; p++) {
            asked.put(new TopicPartition(output(workload), p), OffsetSpec.latest());
        }
        try {
            return testbed
                    .site(at(workload))
                    .broker()
                    .admin()
                    .listOffsets(asked)
                    .all()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker does not answer", e);
        }
    }

    private static void await(
            String what, BooleanSupplier condition, long firstNanos, long lastNanos)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long look = firstNanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("not within " + PATIENCE + ": " + what);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(look);
            look = Math.min(lastNanos, 2 * look);
        }
    }

    private void hear(Outcome outcome) {
        synchronized (outcomes) {
            outcomes.add(outcome);
            outcomes.notifyAll();
        }
    }

    // the workload

    private static String name(int workload) {
        return "shop/w" + workload;
    }

    private static String input(int workload) {
        return "w" + workload + ".in";
    }

    private static String output(int workload) {
        return "w" + workload + ".out";
    }

    private static Command command(int workload, long epoch, String from, String to) {
        WorkloadSpec spec =
                new WorkloadSpec(
                        null,
                        List.of(manifest(workload)),
                        null,
                        null,
                        new WorkloadSpec.Topics(
                                HOME, List.of(input(workload)), List.of(output(workload))),
                        List.of("w" + workload),
                        null,
                        null,
                        null,
                        null,
                        null);
        return new Command(
                "c-" + workload + "-" + epoch,
                "d-" + workload + "-" + epoch,
                name(workload),
                epoch,
                Command.Action.run,
                from,
                to,
                from,
                spec,
                new Guard(
                        List.of("shop"),
                        List.of("Deployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                Instant.now(),
                Map.of(),
                null);
    }

    /** Each pod names itself in what it puts out, so a start in place is seen as well as a move. */
    private static String manifest(int workload) {
        String name = "w" + workload;
        return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"%1$s"}},
          "template":{"metadata":{"labels":{"app":"%1$s"}},
           "spec":{"terminationGracePeriodSeconds":10,"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
            {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},
            {"name":"SITE_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
            {"name":"INPUT","value":"%1$s.in"},{"name":"OUTPUT","value":"%1$s.out"},
            {"name":"GROUP","value":"%1$s"},{"name":"MODE","value":"group"}]}]}}}}"""
                .formatted(name);
    }

    @Override
    public void close() {
        feeders.forEach(Feeder::close);
        actuator.close();
        sites.close();
        if (wired == null) {
            testbed.close();
        } else {
            wired.close();
        }
    }
}
