package dev.tradewind.job.placement;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking the sites, beside the task's thread, and keeps what was heard. For the task's thread
 * alone. What it knows is lost with the job, so that a site is given its time anew.
 */
final class SiteVigil implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SiteVigil.class);

    private final ProbePort port;
    private final Reach reach = new Reach();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "tradewind-vigil");
                        thread.setDaemon(true);
                        return thread;
                    });
    private CompletableFuture<Map<String, Optional<String>>> asked;

    SiteVigil(ProbePort port) {
        this.port = port;
    }

    Reach reach() {
        return reach;
    }

    /**
     * Takes in what came of asking, and asks again unless that is under way.
     *
     * @return whether a site has become silent, or answers again
     */
    boolean turn(Map<String, String> connections, long wallMillis) {
        boolean changed = false;
        if (asked != null && asked.isDone()) {
            try {
                changed = heard(asked.getNow(Map.of()), wallMillis);
            } catch (CompletionException e) {
                LOGGER.warn("the sites could not be asked whether they answer: {}", e.toString());
            }
            asked = null;
        }
        if (asked == null) {
            asked = CompletableFuture.supplyAsync(() -> port.probe(connections), thread);
        }
        return changed;
    }

    private boolean heard(Map<String, Optional<String>> sites, long wallMillis) {
        reach.keepOnly(sites.keySet());
        boolean changed = false;
        for (Map.Entry<String, Optional<String>> site : sites.entrySet()) {
            String problem = site.getValue().orElse(null);
            if (reach.heard(site.getKey(), problem, wallMillis)) {
                changed = true;
                if (problem == null) {
                    LOGGER.info("site {} answers", site.getKey());
                } else {
                    LOGGER.warn("site {} does not answer: {}", site.getKey(), problem);
                }
            }
        }
        return changed;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        port.close();
    }
}
