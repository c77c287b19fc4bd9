package dev.tradewind.sinks.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The picture of the states in the docs is that of the code. */
class PictureTest {
    private static final Pattern STATE =
            Pattern.compile("^ +(\\w+): (\\w+) \\((acts|waits|puts away|ends)\\)$");
    private static final Pattern ARROW = Pattern.compile("^ +(\\w+|\\[\\*]) --> (\\w+)$");
    private static final Pattern GROUP = Pattern.compile("^ +state \".*\" as (\\w+) \\{$");

    private final List<String> states = new ArrayList<>();
    private final Set<String> groups = new TreeSet<>();
    private final List<String[]> arrows = new ArrayList<>();

    @BeforeEach
    void read() throws Exception {
        String page = Files.readString(Path.of("../src/site/markdown/handover.md"));
        int begin = page.indexOf("stateDiagram-v2");
        for (String line : page.substring(begin, page.indexOf("```", begin)).split("\n")) {
            Matcher state = STATE.matcher(line);
            Matcher arrow = ARROW.matcher(line);
            Matcher group = GROUP.matcher(line);
            if (state.matches()) {
                assertThat(state.group(2)).isEqualTo(state.group(1));
                states.add(state.group(1) + " " + state.group(3));
            } else if (arrow.matches()) {
                arrows.add(new String[] {arrow.group(1), arrow.group(2)});
            } else if (group.matches()) {
                groups.add(group.group(1));
            }
        }
    }

    @Test
    void everyStepIsAStateAndEveryStateAStep() {
        assertThat(states)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(StepKind.values()).map(PictureTest::told).toList());
    }

    @Test
    void everyStateIsReachedAndNothingLeadsOutOfAnEnd() {
        Set<String> names = new TreeSet<>(groups);
        Set<String> reached = new TreeSet<>();
        for (StepKind kind : StepKind.values()) {
            names.add(kind.text());
        }
        for (String[] arrow : arrows) {
            assertThat(names).contains(arrow[1]);
            reached.add(arrow[1]);
            for (StepKind kind : StepKind.values()) {
                if (kind.text().equals(arrow[0])) {
                    assertThat(kind.ends()).as(kind.text()).isFalse();
                }
            }
        }
        names.removeAll(groups);
        assertThat(reached).containsAll(names);
    }

    private static String told(StepKind kind) {
        return kind.text()
                + (kind.ends()
                        ? " ends"
                        : kind.tidies() ? " puts away" : kind.acts() ? " acts" : " waits");
    }
}
