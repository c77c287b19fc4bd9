package dev.tradewind.sources.outcomes;

import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Outcome;

/** An outcome that was read, or what could not be read: exactly one of the two is null. */
public record OutcomeRecord(Outcome outcome, DeadLetter reject) {
    public boolean isReject() {
        return reject != null;
    }
}
