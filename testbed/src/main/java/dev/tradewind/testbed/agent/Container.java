package dev.tradewind.testbed.agent;

import dev.tradewind.testbed.app.App;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container of a pod over its runs. Its methods are called by the pod's worker alone; only the
 * run itself has a thread of its own.
 */
final class Container {
    private static final Logger LOG = LoggerFactory.getLogger(Container.class);

    /** A run that has ended. */
    record End(int code, String message, Instant started, Instant finished) {
        Duration length() {
            return Duration.between(started, finished);
        }
    }

    private final String pod;
    private final String name;
    private final Runnable onEnd;
    private App app;
    private Thread thread;
    private Instant started;
    private volatile End end;
    private int restarts;
    private int failuresInARow;
    private long restartAtNanos;

    Container(String pod, String name, Runnable onEnd) {
        this.pod = pod;
        this.name = name;
        this.onEnd = onEnd;
    }

    String name() {
        return name;
    }

    boolean isRunning() {
        return thread != null && end == null;
    }

    boolean wasStarted() {
        return thread != null;
    }

    Instant started() {
        return started;
    }

    /** The last run's end, or null while it runs or before it does. */
    End end() {
        return end;
    }

    int restarts() {
        return restarts;
    }

    /** Starts it, or starts it again. */
    void start(Map<String, String> environment) {
        if (thread != null) {
            restarts++;
        }
        Instant begin = Instant.now();
        started = begin;
        end = null;
        App next;
        try {
            next = App.of(environment);
        } catch (IllegalArgumentException e) {
            thread = Thread.currentThread();
            LOG.warn("pod {} container {}: {}", pod, name, e.getMessage());
            end = new End(2, e.getMessage(), begin, Instant.now());
            onEnd.run();
            return;
        }
        app = next;
        thread = new Thread(() -> run(next, begin), "app-" + pod + "/" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(App running, Instant begin) {
        int code = 1;
        String message = "";
        try {
            code = running.run();
        } catch (Exception e) {
            LOG.warn("pod {} container {} failed", pod, name, e);
            message = e.toString();
        } finally {
            end = new End(code, message, begin, Instant.now());
            LOG.info("pod {} container {} ended with code {}", pod, name, code);
            onEnd.run();
        }
    }

    /** Notes when the next start is due: later each time that it ends soon. */
    void backOff(Duration first, Duration longest) {
        failuresInARow = end.length().compareTo(longest) > 0 ? 0 : failuresInARow;
        long millis =
                Math.min(longest.toMillis(), first.toMillis() << Math.min(failuresInARow, 20));
        failuresInARow++;
        restartAtNanos = System.nanoTime() + millis * 1_000_000L;
    }

    boolean isBackingOff() {
        return restartAtNanos != 0;
    }

    /** Milliseconds until the next start is due, at most 0 when it is. */
    long untilRestart() {
        return (restartAtNanos - System.nanoTime()) / 1_000_000L;
    }

    void clearBackOff() {
        restartAtNanos = 0;
    }

    void stop() {
        if (isRunning()) {
            app.stop();
        }
    }

    /** Waits until what was killed has ended, so that nothing more comes of it. */
    void awaitEnd(Duration atMost) {
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void kill() {
        if (isRunning()) {
            app.kill();
        }
    }
}
