package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * What an owner asks.
 *
 * @param requestId identity: the same one twice changes nothing. Where it is missing the
 *     CloudEvents id stands in, else topic-partition-offset
 * @param workload {@code namespace/name}
 * @param spec with submit whole; with update the top-level fields to be replaced
 * @param site with pin and move
 * @param until with pin; null is until unpinned
 * @param reason with move, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkloadRequest(
        Action action,
        String requestId,
        String workload,
        WorkloadSpec spec,
        String site,
        Instant until,
        String reason) {

    public enum Action {
        submit,
        update,
        withdraw,
        pin,
        unpin,
        move,
        suspend,
        resume
    }

    public WorkloadRequest withRequestId(String id) {
        return new WorkloadRequest(action, id, workload, spec, site, until, reason);
    }
}
