package dev.tradewind.cli.ruletest;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What is fed into a job of a rule test, line by line, from another thread of this process. The
 * source that takes it has only the number, for sources are copied on their way into a job.
 */
final class Script {
    private static final Map<Integer, Script> ALL = new ConcurrentHashMap<>();

    /** One of them is given, or none: that is the end. */
    record Line(Sample sample, Catalog catalog, Long time) {
        static final Line END = new Line(null, null, null);

        static Line of(Sample sample) {
            return new Line(sample, null, null);
        }

        static Line of(Catalog catalog) {
            return new Line(null, catalog, null);
        }

        /** Event time passes this instant, ms. */
        static Line time(long millis) {
            return new Line(null, null, millis);
        }
    }

    final int number;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<Detection> found = new ConcurrentLinkedQueue<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

    Script(int number) {
        this.number = number;
        ALL.put(number, this);
    }

    static Script of(int number) {
        return ALL.get(number);
    }

    void forget() {
        ALL.remove(number);
    }

    synchronized void say(Line line) {
        lines.add(line);
        if (taken.isDone()) {
            taken = new CompletableFuture<>();
        }
        available.complete(null);
    }

    /** Null where nothing is there yet. */
    synchronized Line take() {
        Line line = lines.poll();
        if (lines.isEmpty()) {
            available = new CompletableFuture<>();
        }
        return line;
    }

    /** The source has passed on all that it took. */
    synchronized void allTaken() {
        if (lines.isEmpty()) {
            taken.complete(null);
        }
    }

    synchronized CompletableFuture<Void> available() {
        return available;
    }

    /** Waits until the source has taken all. */
    void awaitTaken() throws InterruptedException, ExecutionException, TimeoutException {
        Future<Void> all;
        synchronized (this) {
            all = taken;
        }
        all.get(60, TimeUnit.SECONDS);
    }

    ConcurrentLinkedQueue<Detection> found() {
        return found;
    }
}
