package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The picture of the states of a hand-over that the docs begin with, and the table of what follows
 * rarely.
 *
 * <p>A step that is so already is passed over. So a step is followed by another where an arrow
 * leads from the one to the other; or where arrows lead on to it down the list of its group, the
 * first of them from outside; or down the list of the group that they leave by the last. What
 * follows rarely follows at once, or not at all.
 */
final class Picture {
    /** From a state, or from each state of a group, to a state. */
    record Arrow(String from, String to) {
        @Override
        public String toString() {
            return from + " --> " + to;
        }
    }

    static final String BEGIN = "[*]";

    private static final Pattern STATE =
            Pattern.compile("^ +(\\w+): (\\w+) \\((acts|waits|puts away|ends)\\)$");
    private static final Pattern ARROW = Pattern.compile("^ +(\\w+|\\[\\*]) --> (\\w+)$");
    private static final Pattern GROUP = Pattern.compile("^ +state \".*\" as (\\w+) \\{$");
    private static final String RARELY = "| after | rarely | when |";

    /** In the order of the page, with what is said of them. */
    final Map<String, String> states = new LinkedHashMap<>();

    final Set<Arrow> arrows = new LinkedHashSet<>();
    final Set<Arrow> rare = new LinkedHashSet<>();
    private final Map<String, String> groups = new HashMap<>();
    private final Map<String, Integer> order = new HashMap<>();

    static Picture read() throws IOException {
        String page = Files.readString(Path.of("../src/site/markdown/handover.md"));
        int begin = page.indexOf("stateDiagram-v2");
        Picture picture = new Picture();
        picture.draw(page.substring(begin, page.indexOf("```", begin)));
        page.substring(page.indexOf(RARELY))
                .lines()
                .skip(2)
                .takeWhile(row -> row.startsWith("|"))
                .map(row -> row.split("\\|"))
                .forEach(row -> picture.rarely(names(row[1]), names(row[2])));
        return picture;
    }

    private void draw(String text) {
        String group = null;
        for (String line : text.split("\n")) {
            Matcher state = STATE.matcher(line);
            Matcher arrow = ARROW.matcher(line);
            Matcher opens = GROUP.matcher(line);
            if (state.matches()) {
                assertThat(state.group(2)).isEqualTo(state.group(1));
                assertThat(states.put(state.group(1), state.group(3))).isNull();
                order.put(state.group(1), order.size());
                groups.put(state.group(1), group);
            } else if (arrow.matches()) {
                Arrow each = new Arrow(arrow.group(1), arrow.group(2));
                assertThat(arrows.add(each)).as("%s is there once", each).isTrue();
            } else if (opens.matches()) {
                group = opens.group(1);
            } else if (line.strip().equals("}")) {
                group = null;
            }
        }
    }

    private static List<String> names(String cell) {
        return Stream.of(cell.replace("`", "").split(",")).map(String::strip).toList();
    }

    private void rarely(List<String> from, List<String> to) {
        from.forEach(f -> to.forEach(t -> rare.add(new Arrow(f, t))));
    }

    /** The states that an arrow leads from. */
    List<String> origins(Arrow arrow) {
        if (states.containsKey(arrow.from) || arrow.from.equals(BEGIN)) {
            return List.of(arrow.from);
        }
        return states.keySet().stream()
                .filter(state -> arrow.from.equals(groups.get(state)))
                .filter(state -> !states.get(state).equals("ends"))
                .toList();
    }

    /** One of the arrows leads so, or several in a row do. */
    boolean leads(Arrow turn, Set<Arrow> by) {
        Map<String, Set<String>> next = new HashMap<>();
        for (Arrow arrow : by) {
            origins(arrow)
                    .forEach(
                            from -> next.computeIfAbsent(from, f -> new TreeSet<>()).add(arrow.to));
        }
        Set<String> first = new TreeSet<>(next.getOrDefault(turn.from, Set.of()));
        boolean atOnce = first.contains(turn.to);
        first.removeIf(to -> isInside(turn.from, to) && !isDown(turn.from, to));
        return atOnce
                || down(first, next).contains(turn.to)
                || down(Set.of(turn.from), next).stream()
                        .filter(last -> !isInside(last, turn.to))
                        .anyMatch(last -> next.getOrDefault(last, Set.of()).contains(turn.to));
    }

    private boolean isInside(String from, String to) {
        return groups.get(from) != null && groups.get(from).equals(groups.get(to));
    }

    private boolean isDown(String from, String to) {
        return isInside(from, to) && order.get(to) > order.get(from);
    }

    /** With those that arrows lead on to, down the list of a group. */
    private Set<String> down(Set<String> from, Map<String, Set<String>> next) {
        Set<String> all = new TreeSet<>(from);
        for (String state : states.keySet()) {
            if (all.contains(state)) {
                next.getOrDefault(state, Set.of()).stream()
                        .filter(to -> isDown(state, to))
                        .forEach(all::add);
            }
        }
        return all;
    }
}
