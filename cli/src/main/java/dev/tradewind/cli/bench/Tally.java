package dev.tradewind.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What the operators of one run tell: when its time begins and ends, and what was found. They are
 * in this JVM, and find it by its number, because what they are given is copied.
 */
final class Tally {
    private static final Map<Long, Tally> ALL = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** From the catalog's sending until it is in force everywhere, which is a matter of moments. */
    private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    private final long id = NUMBERS.incrementAndGet();
    private final long keptUntilMillis;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch ends;
    private final AtomicLong firstNanos = new AtomicLong();
    private final LongAdder count = new LongAdder();
    private final LongAdder besides = new LongAdder();
    private final Set<Long> checkpoints = ConcurrentHashMap.newKeySet();
    private final Queue<Found> kept = new ConcurrentLinkedQueue<>();
    private volatile long lastNanos;

    private Tally(long keptUntilMillis, int ends) {
        this.keptUntilMillis = keptUntilMillis;
        this.ends = new CountDownLatch(ends);
    }

    /**
     * @param keptUntilMillis what is found later in event time is counted only
     * @param ends how many have to be told until the run is over
     */
    static Tally begin(long keptUntilMillis, int ends) {
        Tally tally = new Tally(keptUntilMillis, ends);
        ALL.put(tally.id, tally);
        return tally;
    }

    static Tally of(long id) {
        return ALL.get(id);
    }

    long id() {
        return id;
    }

    /** The rules were sent out. */
    void rulesAreThere() {
        ready.countDown();
    }

    /** Holds the first record of each reader until all may begin; then time runs. */
    void firstRecord() {
        try {
            ready.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        firstNanos.compareAndSet(0, System.nanoTime() + HEAD_START_NANOS);
        for (long left; (left = firstNanos.get() - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
        }
    }

    void found(Found found) {
        count.increment();
        if (found.atMillis() <= keptUntilMillis) {
            kept.add(found);
        }
    }

    /** Something that isn't a detection. */
    void beside() {
        besides.increment();
    }

    /** A checkpoint is complete, and time runs. */
    void checkpoint(long number) {
        long first = firstNanos.get();
        if (first != 0 && System.nanoTime() > first && ends.getCount() > 0) {
            checkpoints.add(number);
        }
    }

    /** Those that came to their end while time ran. */
    long checkpoints() {
        return checkpoints.size();
    }

    /** One of the ends is here. */
    void ended() {
        lastNanos = System.nanoTime();
        ends.countDown();
    }

    boolean await(long seconds) throws InterruptedException {
        return ends.await(seconds, TimeUnit.SECONDS);
    }

    long endsLeft() {
        return ends.getCount();
    }

    /** Detections in all. */
    long count() {
        return count.sum();
    }

    /** Dead letters, or views. */
    long besides() {
        return besides.sum();
    }

    /** In order; one that was found twice is there twice. */
    List<Found> kept() {
        List<Found> sorted = new ArrayList<>(kept);
        Collections.sort(sorted);
        return sorted;
    }

    double seconds() {
        return (lastNanos - firstNanos.get()) / 1e9;
    }

    void end() {
        ALL.remove(id);
    }
}
