package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Placement;
import java.util.List;

/**
 * What was found of a workload after the job's state was lost.
 *
 * @param highestEpoch of its last placement, its objects and its fences, wherever they are
 * @param placement the last one published, or null
 * @param seenAt the site whose objects carry the highest epoch, or null
 * @param seenEpoch their epoch; 0 where none was seen
 * @param unasked sites that may have it and could not be asked
 */
public record Recovered(
        String workload,
        long highestEpoch,
        Placement placement,
        String seenAt,
        long seenEpoch,
        List<String> unasked) {

    /** A savepoint of before there was {@code unasked} has null. */
    public Recovered {
        unasked = unasked == null ? List.of() : unasked;
    }
}
