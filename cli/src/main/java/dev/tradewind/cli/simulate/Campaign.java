package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Simulation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Many seeds, each a run of its own on one thread; as many at once as there are cores. */
public final class Campaign {
    /**
     * What came of it.
     *
     * @param failed in order of their seeds
     * @param window how many met the window that remains for data planes
     * @param harmed those of them that ended wrong, in order; they don't count as failed
     * @param counts over all runs
     * @param back over all runs
     */
    public record Summary(
            long passed,
            List<Result> failed,
            long window,
            List<Result> harmed,
            Map<String, Long> counts,
            List<WaysBack.Taken> back,
            long virtualMillis) {}

    private Campaign() {}

    /**
     * @param untilFailed stop when so many have failed
     * @param heard each failure, as soon as it is known
     */
    public static Summary run(
            long from, long count, Parts parts, int untilFailed, Consumer<Result> heard)
            throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        AtomicLong next = new AtomicLong(from);
        List<Result> failed = new ArrayList<>();
        List<Result> harmed = new ArrayList<>();
        AtomicLong window = new AtomicLong();
        Tally tally = new Tally();
        List<WaysBack.Taken> back = new ArrayList<>();
        AtomicLong passed = new AtomicLong();
        AtomicLong millis = new AtomicLong();
        Runnable work =
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        long seed = next.getAndIncrement();
                        if (seed >= from + count) {
                            return;
                        }
                        Result result = new Simulation(seed, parts, null).run();
                        synchronized (tally) {
                            if (failed.size() >= untilFailed) {
                                return;
                            }
                            tally.addAll(result.counts());
                            back.addAll(result.back());
                            millis.addAndGet(result.virtualMillis());
                            window.addAndGet(result.window() ? 1 : 0);
                            if (result.window() && !result.passed()) {
                                harmed.add(result);
                            } else if (result.passed()) {
                                passed.incrementAndGet();
                            } else {
                                failed.add(result);
                                heard.accept(result);
                            }
                        }
                    }
                };
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(work));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        failed.sort(java.util.Comparator.comparingLong(Result::seed));
        harmed.sort(java.util.Comparator.comparingLong(Result::seed));
        return new Summary(
                passed.get(),
                List.copyOf(failed),
                window.get(),
                List.copyOf(harmed),
                new TreeMap<>(tally.counts()),
                List.copyOf(back),
                millis.get());
    }
}
