package dev.tradewind.job.placement;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the sites on a thread of its own, which may take long, once at a time. */
final class Asking implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Asking.class);

    private final RecoveryPort recovery;
    private ExecutorService thread;
    private CompletableFuture<List<Recovered>> asked;

    Asking(RecoveryPort recovery) {
        this.recovery = recovery;
    }

    /**
     * Asks, unless it is being asked.
     *
     * @return the answer to what was asked before; empty where there is none yet
     */
    List<Recovered> ask(Map<String, String> connections) {
        if (asked == null) {
            asked = new CompletableFuture<>();
            CompletableFuture<List<Recovered>> answer = asked;
            if (thread == null) {
                thread =
                        Executors.newSingleThreadExecutor(
                                task -> {
                                    Thread daemon = new Thread(task, "tradewind-ask-again");
                                    daemon.setDaemon(true);
                                    return daemon;
                                });
            }
            thread.execute(
                    () -> {
                        try {
                            answer.complete(recovery.recover(connections));
                        } catch (Exception e) {
                            answer.completeExceptionally(e);
                        }
                    });
            return List.of();
        }
        if (!asked.isDone()) {
            return List.of();
        }
        try {
            return asked.getNow(List.of());
        } catch (CompletionException e) {
            LOGGER.warn("the sites could not be asked again: {}", e.toString());
            return List.of();
        } finally {
            asked = null;
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
