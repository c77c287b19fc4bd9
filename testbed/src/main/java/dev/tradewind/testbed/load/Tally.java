package dev.tradewind.testbed.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The count itself, over inputs and outputs in any interleaving of partitions. Pure. */
final class Tally {
    private static final class Partition {
        long start = -1;
        long end;
        long produced;
        long highest = -1;
        final BitSet expected = new BitSet();

        /** By offset, the site that was the first. */
        final Map<Long, String> seen = new HashMap<>();
    }

    private record Again(int partition, String firstSite, String againSite) {}

    private record Output(String site, long processedAt) {}

    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final List<Output> outputs = new ArrayList<>();
    private final Map<Again, List<Long>> again = new LinkedHashMap<>();
    private long disordered;
    private long unknown;

    /** An input record; all are told before the first output, by rising offset. */
    void input(int partition, long offset) {
        Partition p = partitions.computeIfAbsent(partition, n -> new Partition());
        if (p.start < 0) {
            p.start = offset;
        }
        p.end = offset + 1;
        p.produced++;
        p.expected.set(index(p, offset));
    }

    /** An output record, in the order of its partition's log. */
    void output(int partition, long offset, String site, long processedAt) {
        outputs.add(new Output(site, processedAt));
        Partition p = partitions.get(partition);
        if (p == null || offset < p.start || offset >= p.end || !p.expected.get(index(p, offset))) {
            unknown++;
        } else if (p.seen.containsKey(offset)) {
            again.computeIfAbsent(
                            new Again(partition, p.seen.get(offset), site), k -> new ArrayList<>())
                    .add(offset);
        } else {
            p.seen.put(offset, site);
            if (offset < p.highest) {
                disordered++;
            }
            p.highest = Math.max(p.highest, offset);
        }
    }

    /** An output record that isn't the application's. */
    void strangeOutput() {
        unknown++;
    }

    long lost() {
        return partitions.values().stream()
                .mapToLong(p -> p.expected.cardinality() - p.seen.size())
                .sum();
    }

    AuditReport report() {
        return new AuditReport(
                partitions.values().stream().mapToLong(p -> p.produced).sum(),
                outputs.size(),
                lost(),
                again.values().stream().mapToLong(List::size).sum(),
                disordered,
                unknown,
                doubles(),
                pauses(),
                longestGap());
    }

    private List<AuditReport.Doubled> doubles() {
        return again.entrySet().stream()
                .map(
                        e ->
                                new AuditReport.Doubled(
                                        e.getKey().firstSite,
                                        e.getKey().againSite,
                                        e.getKey().partition,
                                        Collections.min(e.getValue()),
                                        Collections.max(e.getValue()),
                                        e.getValue().size()))
                .toList();
    }

    private List<AuditReport.Pause> pauses() {
        List<AuditReport.Pause> pauses = new ArrayList<>();
        Output last = null;
        for (Output output : byTime()) {
            if (last != null && !last.site.equals(output.site)) {
                pauses.add(
                        new AuditReport.Pause(
                                last.site,
                                output.site,
                                last.processedAt,
                                output.processedAt - last.processedAt));
            }
            last = output;
        }
        return pauses;
    }

    private long longestGap() {
        long longest = 0;
        Output last = null;
        for (Output output : byTime()) {
            if (last != null) {
                longest = Math.max(longest, output.processedAt - last.processedAt);
            }
            last = output;
        }
        return longest;
    }

    private List<Output> byTime() {
        // Stable: of the same millisecond, the log's order stays.
        return outputs.stream().sorted(Comparator.comparingLong(Output::processedAt)).toList();
    }

    private static int index(Partition p, long offset) {
        return Math.toIntExact(offset - p.start);
    }
}
