package dev.tradewind.sources.requests;

import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.WorkloadRequest;

/**
 * A request that was read, or what could not be read: exactly one of the two is null.
 *
 * @param request with its {@code requestId} always given
 */
public record RequestRecord(WorkloadRequest request, DeadLetter reject) {
    public boolean isReject() {
        return reject != null;
    }
}
