package dev.tradewind.cli.simulate;

import java.util.Map;
import java.util.TreeMap;

/** How often something came about, so that it can be seen that it did. */
final class Tally {
    private final Map<String, Long> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void addAll(Map<String, Long> other) {
        other.forEach((what, n) -> counts.merge(what, n, Long::sum));
    }

    Map<String, Long> counts() {
        return counts;
    }
}
