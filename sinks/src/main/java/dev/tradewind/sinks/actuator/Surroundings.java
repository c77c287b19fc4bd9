package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Step;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What an actuator runs on besides its sites and Kafka: all that makes one run differ from another.
 * With others than {@link #threads} the very same actuator runs in virtual time, on no thread of
 * its own, and so that it can be done again.
 *
 * @param time its clocks
 * @param pool on which commands are carried out
 * @param looks on which sites are looked at side by side
 * @param releases makes one on which leases are given back at the end; it is shut down after
 * @param nonce tells it in leases from every other, its predecessor too
 * @param random of back-off
 * @param core says the next step
 */
public record Surroundings(
        Time time,
        ScheduledExecutorService pool,
        ExecutorService looks,
        Supplier<ExecutorService> releases,
        String nonce,
        RandomGenerator random,
        Core core) {

    /** {@link Handover#next}, or something around it. */
    @FunctionalInterface
    public interface Core {
        Step next(Command command, Observation seen);
    }

    /** Threads of this process. */
    public static Surroundings threads(int count, Time time) {
        ScheduledThreadPoolExecutor pool =
                new ScheduledThreadPoolExecutor(count, daemons("actuator"));
        pool.setRemoveOnCancelPolicy(true);
        return new Surroundings(
                time,
                pool,
                Executors.newCachedThreadPool(daemons("actuator-look")),
                () -> Executors.newFixedThreadPool(8, daemons("actuator-release")),
                UUID.randomUUID().toString(),
                new Jitter(),
                Handover::next);
    }

    /** Another for each thread: a shared one would have to be waited for. */
    private static final class Jitter implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "tradewind-" + name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
