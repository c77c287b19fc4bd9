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

    final long everyMillis;
    final long takesMillis;
    long nextAt;
    long writesAt = -1;

    /** By group, then topic: offsets of its partitions. */
    Map<String, Map<String, long[]>> read = new HashMap<>();

    LinkEnd(String from, long everyMillis, long takesMillis, long nextAt) {
        this.from = from;
        this.everyMillis = everyMillis;
        this.takesMillis = takesMillis;
        this.nextAt = nextAt;
    }
}
