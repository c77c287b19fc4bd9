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
 * @param old sites where a copy of an older epoch runs, besides the one of the highest: it was
 *     failed over from there
 */
public record Recovered(
        String workload,
        long highestEpoch,
        Placement placement,
        String seenAt,
        long seenEpoch,
        List<String> unasked,
        List<String> old) {

    /** A savepoint of before there was {@code unasked}, or {@code old}, has null. */
    public Recovered {
        unasked = unasked == null ? List.of() : unasked;
        old = old == null ? List.of() : old;
    }

    /** One of which no older copy was seen. */
    public Recovered(
            String workload,
            long highestEpoch,
            Placement placement,
            String seenAt,
            long seenEpoch,
            List<String> unasked) {
        this(workload, highestEpoch, placement, seenAt, seenEpoch, unasked, List.of());
    }
}
