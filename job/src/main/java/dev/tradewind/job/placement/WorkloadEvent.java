package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadRequest;

/** What arrives for one workload: exactly one of the two is given. */
public record WorkloadEvent(WorkloadRequest request, Outcome outcome) {

    public static WorkloadEvent of(WorkloadRequest request) {
        return new WorkloadEvent(request, null);
    }

    public static WorkloadEvent of(Outcome outcome) {
        return new WorkloadEvent(null, outcome);
    }

    /** The key: {@code namespace/name}. */
    public String workload() {
        return request != null ? request.workload() : outcome.workload();
    }
}
