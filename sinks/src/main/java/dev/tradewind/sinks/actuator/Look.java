package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.port.PortException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

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
        try {
            return task.get();
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
