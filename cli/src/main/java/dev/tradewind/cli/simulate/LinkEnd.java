package dev.tradewind.cli.simulate;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The end of a link that writes committed offsets at its site. A round reads when it begins, and
 * writes what it has read when it ends, whatever was committed or configured meanwhile.
 */
final class LinkEnd {
    final String from;

    /** Groups with an EXCLUDE entry in its filters. Replaced as a whole, as the real one is. */
    Set<String> excluded = new TreeSet<>();

    /** Of these, those that came by a request that was done late. */
    final Set<String> late = new TreeSet<>();

    /** Groups without an entry, as a request that was done late has taken it out. */
    final Set<String> lost = new TreeSet<>();

    /** Those of them that the round under way has read. */
    Set<String> readLost = Set.of();

    final long everyMillis;
    final long takesMillis;
    long nextAt;
    long writesAt = -1;

    /** By group, then topic: offsets of its partitions. */
    Map<String, Map<String, long[]>> read = new HashMap<>();

    /** They are written whole: whatever came since they were read is undone. */
    void exclude(Set<String> after, boolean byLateRequest) {
        Set<String> added = new TreeSet<>(after);
        added.removeAll(excluded);
        Set<String> removed = new TreeSet<>(excluded);
        removed.removeAll(after);
        late.retainAll(after);
        lost.removeAll(added);
        lost.removeAll(removed);
        if (byLateRequest) {
            late.addAll(added);
            lost.addAll(removed);
        }
        excluded = after;
    }

    LinkEnd(String from, long everyMillis, long takesMillis, long nextAt) {
        this.from = from;
        this.everyMillis = everyMillis;
        this.takesMillis = takesMillis;
        this.nextAt = nextAt;
    }
}
