package dev.tradewind.sinks.actuator;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Each task on a thread of its own; whoever gives one goes on when it has ended, or says that it
 * will take long. So what follows does not hang on which thread is faster.
 */
final class SideBySide extends AbstractExecutorService {
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "side-by-side");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final ThreadLocal<CountDownLatch> begun = new ThreadLocal<>();

    @Override
    public void execute(Runnable task) {
        CountDownLatch latch = new CountDownLatch(1);
        threads.execute(
                () -> {
                    begun.set(latch);
                    try {
                        task.run();
                    } finally {
                        latch.countDown();
                    }
                });
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it neither ends nor says that it takes long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By a task: nobody is to wait for it. */
    void underWay() {
        CountDownLatch latch = begun.get();
        if (latch != null) {
            latch.countDown();
        }
    }

    @Override
    public void shutdown() {
        threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(timeout, unit);
    }
}
