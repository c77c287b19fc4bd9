package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Outcome;
import java.util.concurrent.CompletableFuture;

/** Where outcomes go. Thread-safe. */
public interface OutcomePublisher extends AutoCloseable {
    /**
     * Sends without waiting.
     *
     * @return completes when the outcome is durable; exceptionally where it is not known to be
     */
    CompletableFuture<Void> publish(Outcome outcome);

    /** Gives up what is not durable within about a second. */
    @Override
    void close();
}
