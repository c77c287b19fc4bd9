package dev.tradewind.job.placement;

import dev.tradewind.sinks.recovery.Traces;
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

    /** So often in a row it is asked whether sites answer, and once for traces. */
    private static final int TRACES_EVERY = 12;

    /**
     * @param silence by site why nothing of it answers; empty where something does
     * @param traces by site what hand-overs have left there; null: that was not asked for
     */
    private record Answer(
            Map<String, Optional<String>> silence, Map<String, Traces> traces, long asked) {}

    private final ProbePort port;
    private final Reach reach = new Reach();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "tradewind-vigil");
                        thread.setDaemon(true);
                        return thread;
                    });
    private CompletableFuture<Answer> asked;
    private int times;
    private boolean heardOfTraces;

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
        heardOfTraces = false;
        if (asked != null && asked.isDone()) {
            try {
                Answer answer = asked.join();
                changed = heard(answer.silence(), wallMillis);
                if (answer.traces() != null) {
                    answer.traces().forEach((site, its) -> reach.traces(site, its, answer.asked()));
                    heardOfTraces = true;
                }
            } catch (CompletionException e) {
                LOGGER.warn("the sites could not be asked whether they answer: {}", e.toString());
            }
            asked = null;
        }
        if (asked == null) {
            boolean tracesToo = times++ % TRACES_EVERY == 0;
            asked =
                    CompletableFuture.supplyAsync(
                            () ->
                                    new Answer(
                                            port.probe(connections),
                                            tracesToo ? port.traces(connections) : null,
                                            wallMillis),
                            thread);
        }
        return changed;
    }

    /** The last turn has heard what hand-overs have left at sites. */
    boolean heardOfTraces() {
        return heardOfTraces;
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
