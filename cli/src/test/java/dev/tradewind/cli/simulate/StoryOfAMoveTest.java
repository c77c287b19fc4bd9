package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The story of a move that the docs show is the one that the actuator tells. */
class StoryOfAMoveTest {
    private static final Path PAGE = Path.of("../src/site/markdown/handover.md");
    private static final String HEAD = "| status | step | site | millis | observed | message |";

    private final List<Outcome> told = new ArrayList<>();

    @Test
    void theDocsTellAMoveAsItIsTold() throws IOException {
        try (Ground ground = new ModelGround()) {
            run(ground, 1, null, Ground.HOME);
            run(ground, 2, Ground.HOME, Ground.AWAY);
            run(ground, 3, Ground.AWAY, Ground.HOME);
        }
        List<String> story = told.stream().filter(o -> o.epoch() == 3).map(this::row).toList();

        assertThat(timeless(shown())).as(String.join("\n", story)).isEqualTo(timeless(story));
    }

    private void run(Ground ground, long epoch, String from, String to) {
        Command command = ground.command(epoch, Command.Action.run, from, to, from, false);
        try (Actuator actuator =
                ground.actuator(ground.sites(), OutcomePublisher.telling(told::add))) {
            actuator.submit(command);
            ground.until(
                    "the end of " + epoch,
                    () ->
                            told.stream()
                                    .anyMatch(o -> o.epoch() == epoch && o.status().isTerminal()));
        }
    }

    private static List<String> shown() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int head = lines.indexOf(HEAD);
        assertThat(head).as("the line " + HEAD).isNotNegative();
        return lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    private String row(Outcome o) {
        return "| "
                + String.join(
                        " | ",
                        o.status().name(),
                        cell(o.step()),
                        cell(o.site()),
                        cell(o.millis()),
                        cell(o.observed()),
                        cell(o.message()))
                + " |";
    }

    private static String cell(Object value) {
        return value == null ? "" : value.toString();
    }

    /** How long a step takes, and what is seen at that very moment, is the model's affair. */
    private static List<String> timeless(List<String> rows) {
        return rows.stream()
                .map(row -> row.split(" \\| ", -1))
                .map(c -> String.join(" | ", c[0], c[1], c[2], c[5]))
                .map(row -> row.replaceAll("for \\d+ ms", "for N ms"))
                .toList();
    }
}
