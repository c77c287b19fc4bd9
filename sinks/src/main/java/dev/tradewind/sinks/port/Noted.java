package dev.tradewind.sinks.port;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to where groups had read when their workload was stopped at a site, as the site keeps it until
 * something of the workload is started there again.
 *
 * @param offsets by group; never empty
 * @param lowest the least that links might have brought over them when that was written down, by
 *     group; where it is less
 * @param brought what a link has written over them since, as far as that was seen; by group
 * @param passing it stands still for a move alone, which is seconds: nothing was written down at
 *     the site, and this is what whoever moves it saw first when it had stopped
 */
public record Noted(
        Map<String, Map<TopicPartition, Long>> offsets,
        Map<String, Map<TopicPartition, Long>> lowest,
        Map<String, Map<TopicPartition, Long>> brought,
        boolean passing) {
    /** In characters; a site has a mebibyte for it, with all else. What is longer is not kept. */
    public static final int MAX_TEXT = 40_000;

    private static final Pattern LINE =
            Pattern.compile("(?<topic>[^=>~]+)(?<sign>[=>~])(?<offsets>[^ ]*) (?<group>.*)");

    public Noted {
        offsets = copy(offsets);
        lowest = copy(lowest);
        brought = copy(brought);
    }

    public Noted(Map<String, Map<TopicPartition, Long>> offsets) {
        this(offsets, Map.of(), Map.of(), false);
    }

    private static Map<String, Map<TopicPartition, Long>> copy(
            Map<String, Map<TopicPartition, Long>> map) {
        return map.entrySet().stream()
                .collect(
                        Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, e -> Map.copyOf(e.getValue())));
    }

    /** The same of one that stands still for a move. */
    public Noted inPassing() {
        return new Noted(offsets, lowest, brought, true);
    }

    /**
     * The same, with what a link has written over it, by group; what it was before is forgotten.
     * Empty: that is more than is kept.
     */
    public Optional<Noted> bringing(Map<String, Map<TopicPartition, Long>> now) {
        return kept(new Noted(offsets, lowest, now, passing));
    }

    /** Empty: nothing was committed, or it is more than is kept. */
    public static Optional<Noted> of(Map<String, Map<TopicPartition, Long>> offsets) {
        Map<String, Map<TopicPartition, Long>> some = new HashMap<>(offsets);
        some.values().removeIf(Map::isEmpty);
        return kept(new Noted(some));
    }

    /** The same, with the least that links might bring; without it where that is too much. */
    public Noted over(Map<String, Map<TopicPartition, Long>> least) {
        return kept(new Noted(offsets, least, brought, passing)).orElse(this);
    }

    private static Optional<Noted> kept(Noted noted) {
        String text = noted.text();
        return text.isEmpty() || text.length() > MAX_TEXT ? Optional.empty() : Optional.of(noted);
    }

    public Map<TopicPartition, Long> of(String group) {
        return offsets.getOrDefault(group, Map.of());
    }

    /** It is less than what the group had read, and no less than what links might have brought. */
    public boolean mayBeBrought(String group, TopicPartition at, long offset) {
        Long least = lowest.getOrDefault(group, Map.of()).get(at);
        Long read = of(group).get(at);
        return least != null && read != null && least <= offset && offset < read;
    }

    /** A link has written this over what the group had read. */
    public boolean wasBrought(String group, TopicPartition at, Long offset) {
        return offset != null && offset.equals(brought.getOrDefault(group, Map.of()).get(at));
    }

    /**
     * A line for each topic of a group, with the offsets of its partitions from the first on:
     * {@code orders.in=41,-,43 orders}; {@code orders.in>38 orders}, the least that links might
     * bring; and {@code orders.in~38 orders} where one has. A group whose name doesn't fit in a
     * line is left out.
     */
    public String text() {
        return lines(offsets, '=') + lines(lowest, '>') + lines(brought, '~');
    }

    private static String lines(Map<String, Map<TopicPartition, Long>> offsets, char sign) {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(offsets)
                .forEach(
                        (group, committed) -> {
                            if (group.lines().limit(2).count() == 1) {
                                topics(committed)
                                        .forEach(
                                                (topic, ends) ->
                                                        out.append(topic)
                                                                .append(sign)
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
        Map<String, Map<TopicPartition, Long>> lowest = new HashMap<>();
        Map<String, Map<TopicPartition, Long>> brought = new HashMap<>();
        for (String line : text == null ? new String[0] : text.split("\n")) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                Map<String, Map<TopicPartition, Long>> its =
                        switch (matcher.group("sign")) {
                            case "=" -> offsets;
                            case ">" -> lowest;
                            default -> brought;
                        };
                String[] each = matcher.group("offsets").split(",");
                for (int p = 0; p < each.length; p++) {
                    if (each[p].matches("[0-9]{1,18}")) {
                        its.computeIfAbsent(matcher.group("group"), g -> new HashMap<>())
                                .put(
                                        new TopicPartition(matcher.group("topic"), p),
                                        Long.valueOf(each[p]));
                    }
                }
            }
        }
        return offsets.isEmpty() ? null : new Noted(offsets, lowest, brought, false);
    }
}
