package dev.tradewind.cli.bench;

import dev.tradewind.model.wire.Detection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What operators of a job in this JVM count. They find it by its number, because what they are
 * given is copied.
 */
final class Tally {
    /** Rules of this name fire on the last reading of each series. */
    static final String END = "end";

    private static final Map<Long, Tally> ALL = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Rules are to be in force when the first reading passes, which is a matter of moments. */
    private static final long HEAD_START_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long id;
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong episodes = new AtomicLong();
    private final AtomicLong ends = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long lastNanos;
    private volatile long awaited = Long.MAX_VALUE;

    private Tally(long id) {
        this.id = id;
    }

    static Tally begin() {
        Tally tally = new Tally(NUMBERS.incrementAndGet());
        ALL.put(tally.id, tally);
        return tally;
    }

    static Tally of(long id) {
        return ALL.get(id);
    }

    long id() {
        return id;
    }

    /** Holds the first record of each reader until both may begin; then time runs. */
    void firstRecord() {
        firstNanos.compareAndSet(0, System.nanoTime() + HEAD_START_NANOS);
        for (long left; (left = firstNanos.get() - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
        }
    }

    void detected(Detection detection) {
        if (detection.kind() == Detection.Kind.fired) {
            fired(detection.ruleId());
        }
    }

    void fired(String rule) {
        if (rule.startsWith(END)) {
            if (ends.incrementAndGet() >= awaited) {
                lastNanos = System.nanoTime();
                done.countDown();
            }
        } else {
            episodes.incrementAndGet();
        }
    }

    boolean await(long series, long seconds) throws InterruptedException {
        awaited = series;
        if (ends.get() >= series) {
            lastNanos = lastNanos == 0 ? System.nanoTime() : lastNanos;
            done.countDown();
        }
        return done.await(seconds, TimeUnit.SECONDS);
    }

    long ends() {
        return ends.get();
    }

    long episodes() {
        return episodes.get();
    }

    double seconds() {
        return (lastNanos - firstNanos.get()) / 1e9;
    }

    void end() {
        ALL.remove(id);
    }
}
