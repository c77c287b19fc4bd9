package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.port.Sites;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings about commands, one loop a workload, on a small pool of threads. It decides from what it
 * observes alone; so a command can be submitted again at any time, here or to another actuator, and
 * no effect is repeated.
 */
public final class Actuator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Actuator.class);
    private static final long STOP_MILLIS = 2_000;
    private static final long RELEASE_MILLIS = 1_500;

    /** One workload's loop, and the command that waits to take over. Guarded by itself. */
    private static final class Slot {
        private Convergence running;
        private Command next;
        private boolean busy;

        /** What is running has come to its end, and the next one only has to begin. */
        private boolean ended;
    }

    private final Sites sites;
    private final OutcomePublisher publisher;
    private final ActuatorConfig config;
    private final ActuatorMetrics metrics;
    private final Surroundings surroundings;
    private final String holder;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final ScheduledExecutorService pool;
    private volatile boolean closed;

    /**
     * The caller keeps sites and publisher, and closes them after the actuator.
     *
     * @param config how it works
     */
    public Actuator(
            Sites sites,
            OutcomePublisher publisher,
            ActuatorConfig config,
            ActuatorMetrics metrics) {
        this(
                sites,
                publisher,
                config,
                metrics,
                Surroundings.threads(config.threads(), Time.SYSTEM));
    }

    /**
     * As above.
     *
     * @param surroundings what it runs on; it ends them when it is closed
     */
    public Actuator(
            Sites sites,
            OutcomePublisher publisher,
            ActuatorConfig config,
            ActuatorMetrics metrics,
            Surroundings surroundings) {
        this.sites = sites;
        this.publisher = publisher;
        this.config = config;
        this.metrics = metrics;
        this.surroundings = surroundings;
        this.holder = config.holder() + "-" + surroundings.nonce();
        this.pool = surroundings.pool();
    }

    /**
     * Takes the command and returns at once. The same command again is acknowledged again; one of a
     * higher epoch ends the one that is carried out, one of a lower epoch is refused.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void submit(Command command) {
        if (closed) {
            throw new IllegalStateException("the actuator is closed");
        }
        slots.compute(
                command.workload(),
                (workload, slot) -> {
                    Slot its = slot == null ? new Slot() : slot;
                    synchronized (its) {
                        offer(its, command);
                    }
                    return its;
                });
    }

    private void offer(Slot slot, Command command) {
        if (slot.running == null) {
            metrics.command();
            slot.running = convergence(command, null);
            schedule(command.workload(), slot, 0);
            return;
        }
        Command current = slot.next != null ? slot.next : slot.running.command();
        if (command.epoch() > current.epoch()) {
            metrics.command();
            slot.next = command;
        } else if (command.commandId().equals(current.commandId())) {
            metrics.redelivered();
            if (slot.next == null) {
                slot.running.acceptAgain(command);
            } else if (command.action() == Command.Action.watch) {
                // its end was heard already
                slot.next = command;
            }
        } else {
            refuse(
                    command,
                    "epoch "
                            + current.epoch()
                            + " is carried out already by "
                            + current.commandId());
        }
    }

    private Convergence convergence(Command command, Leases inherited) {
        Sites named = sites.named(command.connections());
        return new Convergence(
                command,
                named,
                config,
                publisher,
                metrics,
                inherited != null
                        ? inherited
                        : new Leases(
                                named,
                                command.workload(),
                                holder,
                                config.leaseMillis(),
                                surroundings.time()),
                surroundings);
    }

    private void refuse(Command command, String reason) {
        Instant now = surroundings.time().now();
        Outcome outcome =
                new Outcome(
                        command.commandId(),
                        command.workload(),
                        command.epoch(),
                        Outcome.Status.refused,
                        null,
                        null,
                        now,
                        null,
                        null,
                        reason);
        metrics.outcome(Outcome.Status.refused);
        pool.execute(
                () ->
                        publisher
                                .publish(outcome)
                                .whenComplete(
                                        (done, error) -> {
                                            if (error != null) {
                                                metrics.unpublished();
                                            }
                                        }));
    }

    private void schedule(String workload, Slot slot, long millis) {
        try {
            pool.schedule(() -> turn(workload, slot), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile: whoever takes up the command goes on from what it observes
            LOG.debug("workload {}: not scheduled, the actuator is closed", workload);
        }
    }

    /** Whatever goes wrong in it, another turn comes: nobody else would ever wake this workload. */
    private void turn(String workload, Slot slot) {
        synchronized (slot) {
            if (closed) {
                return;
            }
            slot.busy = true;
        }
        long wait;
        try {
            wait = takeOver(slot).turn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wait = 0;
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            LOG.error("workload {}: a turn ended in an error, will be tried again", workload, e);
            metrics.error();
            wait = config.maxRetryMillis();
        }
        end(workload, slot, wait);
    }

    /** The command that waits has its place first: what is told of the other may fail. */
    private Convergence takeOver(Slot slot) {
        Convergence old = null;
        Convergence running;
        synchronized (slot) {
            if (slot.next != null) {
                running = convergence(slot.next, slot.running.leases());
                old = slot.ended ? null : slot.running;
                slot.running = running;
                slot.next = null;
                slot.ended = false;
            }
            running = slot.running;
        }
        if (old != null) {
            old.superseded(running.command().epoch());
        }
        return running;
    }

    private void end(String workload, Slot slot, long wait) {
        slots.compute(
                workload,
                (name, its) -> {
                    synchronized (slot) {
                        slot.busy = false;
                        boolean ended = wait == Convergence.ENDED && !slot.running.isAsked();
                        if (ended && slot.next == null) {
                            return closed && slot.running.leases().owes() ? its : null;
                        }
                        slot.ended |= ended;
                        schedule(workload, slot, Math.max(0, wait));
                        return its;
                    }
                });
    }

    /** Commands that are carried out now. */
    public List<UnderWay> underWay() {
        List<UnderWay> all = new ArrayList<>();
        for (Slot slot : slots.values()) {
            Convergence running;
            synchronized (slot) {
                running = slot.running;
            }
            UnderWay underWay = running == null ? null : running.underWay();
            if (underWay != null) {
                all.add(underWay);
            }
        }
        return all;
    }

    /** Workloads with a command that is carried out, or a job that is watched. */
    public int inFlight() {
        return slots.size();
    }

    /**
     * Ends the loops where they are, within five seconds, and gives back the leases of those that
     * are at rest. One that is in the midst of a call keeps its lease until that runs out, because
     * what it has sent may still take effect.
     */
    @Override
    public void close() {
        closed = true;
        pool.shutdownNow();
        surroundings.looks().shutdownNow();
        try {
            if (!pool.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("calls are still under way; their leases run out by themselves");
            }
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() throws InterruptedException {
        List<Leases> idle = new ArrayList<>();
        for (Slot slot : slots.values()) {
            synchronized (slot) {
                if (!slot.busy && slot.running != null) {
                    idle.add(slot.running.leases());
                }
            }
        }
        ExecutorService releases = surroundings.releases().get();
        idle.forEach(leases -> releases.execute(leases::releaseAll));
        releases.shutdown();
        if (!releases.awaitTermination(RELEASE_MILLIS, TimeUnit.MILLISECONDS)) {
            releases.shutdownNow();
        }
    }
}
