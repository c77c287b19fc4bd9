package dev.tradewind.sinks.port;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to where groups had read when their workload was stopped at a site, as the site keeps it until
 * something of the workload is started there again.
 *
 * @param offsets by group; never empty
 * @param passing it stands still for a move alone, which is seconds: nothing was written down at
 *     the site, and this is what whoever moves it saw first when it had stopped
 */
public record Noted(Map<String, Map<TopicPartition, Long>> offsets, boolean passing) {
    /** In characters; a site has a mebibyte for it, with all else. What is longer is not kept. */
    public static final int MAX_TEXT = 40_000;

    public Noted {
        offsets =
                offsets.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, e -> Map.copyOf(e.getValue())));
    }

    public Noted(Map<String, Map<TopicPartition, Long>> offsets) {
        this(offsets, false);
    }

    /** The same of one that stands still for a move. */
    public Noted inPassing() {
        return new Noted(offsets, true);
    }

    /** Empty: nothing was committed, or it is more than is kept. */
    public static Optional<Noted> of(Map<String, Map<TopicPartition, Long>> offsets) {
        Map<String, Map<TopicPartition, Long>> some = new HashMap<>(offsets);
        some.values().removeIf(Map::isEmpty);
        Noted noted = new Noted(some);
        String text = noted.text();
        return text.isEmpty() || text.length() > MAX_TEXT ? Optional.empty() : Optional.of(noted);
    }

    public Map<TopicPartition, Long> of(String group) {
        return offsets.getOrDefault(group, Map.of());
    }

    /**
     * A line for each topic of a group, with the offsets of its partitions from the first on:
     * {@code orders.in=41,-,43 orders}. A group whose name doesn't fit in a line is left out.
     */
    public String text() {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(offsets)
                .forEach(
                        (group, committed) -> {
                            if (group.lines().limit(2).count() == 1) {
                                topics(committed)
                                        .forEach(
                                                (topic, ends) ->
                                                        out.append(topic)
                                                                .append('=')
                                                                .append(told(ends))
                                                                .append(' ')
                                                                .append(group)
                                                                .append('\n'));
                            }
                        });
        return out.toString();
    }

    private static Map<String, TreeMap<Integer, Long>> topics(Map<TopicPartition, Long> committed) {
        Map<String, TreeMap<Integer, Long>> topics = new TreeMap<>();
        committed.forEach(
                (at, offset) ->
                        topics.computeIfAbsent(at.topic(), t -> new TreeMap<>())
                                .put(at.partition(), offset));
        return topics;
    }

    private static String told(TreeMap<Integer, Long> offsets) {
        StringBuilder out = new StringBuilder();
        for (int p = 0; p <= offsets.lastKey(); p++) {
            out.append(p == 0 ? "" : ",");
            out.append(offsets.containsKey(p) ? offsets.get(p).toString() : "-");
        }
        return out.toString();
    }

    /** What can't be read is left out: nothing is written back by it. Null: nothing can. */
    public static Noted parse(String text) {
        Map<String, Map<TopicPartition, Long>> offsets = new HashMap<>();
        for (String line : text == null ? new String[0] : text.split("\n")) {
            int equals = line.indexOf('=');
            int space = line.indexOf(' ', equals);
            if (equals > 0 && space > 0) {
                String[] each = line.substring(equals + 1, space).split(",");
                for (int p = 0; p < each.length; p++) {
                    if (each[p].matches("[0-9]{1,18}")) {
                        offsets.computeIfAbsent(line.substring(space + 1), g -> new HashMap<>())
                                .put(
                                        new TopicPartition(line.substring(0, equals), p),
                                        Long.valueOf(each[p]));
                    }
                }
            }
        }
        return offsets.isEmpty() ? null : new Noted(offsets);
    }
}
