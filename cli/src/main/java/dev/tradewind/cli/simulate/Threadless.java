package dev.tradewind.cli.simulate;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor that has no threads, and so nothing to wait for when it ends. */
abstract class Threadless extends AbstractExecutorService {
    private boolean ended;

    @Override
    public final void shutdown() {
        ended = true;
    }

    @Override
    public final List<Runnable> shutdownNow() {
        ended = true;
        return List.of();
    }

    @Override
    public final boolean isShutdown() {
        return ended;
    }

    @Override
    public final boolean isTerminated() {
        return ended;
    }

    @Override
    public final boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
