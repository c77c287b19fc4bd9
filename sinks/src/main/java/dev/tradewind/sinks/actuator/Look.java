package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.port.PortException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A look that is under way beside others.
 *
 * @param <T> what is looked at
 */
final class Look<T> {
    private final FutureTask<T> task;

    private Look(Callable<T> callable) {
        this.task = new FutureTask<>(callable);
    }

    static <T> Look<T> begin(Executor executor, Callable<T> callable) {
        Look<T> look = new Look<>(callable);
        executor.execute(look.task);
        return look;
    }

    /** Waits for it; whatever goes wrong is a PortException, as one look must not end a loop. */
    T get(String site) throws PortException, InterruptedException {
        return get(site, Long.MAX_VALUE);
    }

    /**
     * The same, but for no longer than that: then it is as if it had not answered.
     *
     * @param millis 0: only what is there already
     */
    T get(String site, long millis) throws PortException, InterruptedException {
        try {
            return task.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new PortException(
                    PortException.Kind.UNREACHABLE,
                    site,
                    site + " did not answer soon, and is not waited for",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PortException port) {
                throw port;
            }
            throw unexpected(site, e.getCause());
        } catch (CancellationException e) {
            throw unexpected(site, e);
        }
    }

    static PortException unexpected(String site, Throwable cause) {
        return new PortException(
                PortException.Kind.FATAL,
                site,
                cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                cause);
    }
}
