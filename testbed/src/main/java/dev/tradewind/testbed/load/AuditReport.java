package dev.tradewind.testbed.load;

import java.util.List;

/**
 * What became of the records of an input topic.
 *
 * @param produced records in the input topic
 * @param processed output records, doubled ones included
 * @param lost input records without an output record
 * @param duplicated output records beyond the first of their input record
 * @param disordered output records, not doubled ones, that come after one with a higher input
 *     offset of the same partition
 * @param unknown output records that no input record explains
 * @param doubles what the doubled records have in common, by partition and pair of sites
 * @param pauses one for each change of site, in the order of time
 * @param longestGapMillis the longest time between two outputs that follow each other, moves or not
 */
public record AuditReport(
        long produced,
        long processed,
        long lost,
        long duplicated,
        long disordered,
        long unknown,
        List<Doubled> doubles,
        List<Pause> pauses,
        long longestGapMillis) {
    /**
     * From an output at one site to the next one, at another. Two sites at work at once show as
     * many short pauses to and fro.
     *
     * @param atMillis when the last output before it was made, epoch milliseconds
     * @param millis its length
     */
    public record Pause(String fromSite, String toSite, long atMillis, long millis) {}

    /**
     * Input records of one partition that were put out at one site, and again at another or the
     * same: at two sites the second began before where the first had come to, at one site the
     * application repeated what it had not committed.
     *
     * @param firstOffset the lowest of their offsets
     * @param lastOffset the highest
     */
    public record Doubled(
            String firstSite,
            String againSite,
            int partition,
            long firstOffset,
            long lastOffset,
            long records) {}

    public AuditReport {
        doubles = List.copyOf(doubles);
        pauses = List.copyOf(pauses);
    }

    /** Whether each record is there once and in order. */
    public boolean clean() {
        return lost == 0 && duplicated == 0 && disordered == 0 && unknown == 0;
    }
}
