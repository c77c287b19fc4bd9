package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Where outcomes go. Thread-safe. */
public interface OutcomePublisher extends AutoCloseable {
    /**
     * Sends without waiting.
     *
     * @return completes when the outcome is durable; exceptionally where it is not known to be
     */
    CompletableFuture<Void> publish(Outcome outcome);

    /** One that tells somebody in this process, who then has it for good. */
    static OutcomePublisher telling(Consumer<Outcome> somebody) {
        return new OutcomePublisher() {
            @Override
            public CompletableFuture<Void> publish(Outcome outcome) {
                somebody.accept(outcome);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    /** Gives up what is not durable within about a second. */
    @Override
    void close();
}
