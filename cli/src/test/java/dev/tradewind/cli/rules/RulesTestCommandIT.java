package dev.tradewind.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Rule tests on the operators of the job, in a Flink of their own. */
class RulesTestCommandIT {
    private static final Path RULES = Path.of("../rules");

    @TempDir private Path dir;

    @Test
    void theTestsBesideTheExamplesHoldAndOneThatExpectsSomethingElseIsShown() throws IOException {
        try (Stream<Path> files = Files.list(RULES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, dir.resolve(file.getFileName()));
            }
        }
        StringWriter holds = new StringWriter();
        assertThat(run(holds)).as(holds.toString()).isZero();
        assertThat(holds.toString())
                .contains(
                        "ok      a-dear-quarter-is-told-after-15-minutes",
                        "ok      wind-comes-and-goes",
                        "ok      dear-and-then-full-is-a-storm",
                        "ok      the-auction-that-does-not-come");

        Path test = dir.resolve("sustained.test.yaml");
        Files.writeString(
                test, Files.readString(test).replace("at: 12:30, fired", "at: 12:31, fired"));
        StringWriter differs = new StringWriter();
        assertThat(run(differs)).isEqualTo(1);
        assertThat(List.of(differs.toString().split("\n")))
                .anyMatch(line -> line.matches(">?\\s*> +12:30 .* fired dear-quarter .*"))
                .anyMatch(line -> line.matches("\\d+ tests, 1 not as expected"));
    }

    @Test
    void rulesWithoutATestPassAndADirectoryWithNothingDoesNot() throws IOException {
        StringWriter nothing = new StringWriter();
        assertThat(run(nothing)).isEqualTo(1);
        assertThat(nothing.toString()).contains("the catalog directory has no *.yaml");

        Files.copy(RULES.resolve("sustained.yaml"), dir.resolve("sustained.yaml"));
        StringWriter rules = new StringWriter();
        assertThat(run(rules)).as(rules.toString()).isZero();
        assertThat(rules.toString()).contains("there is no test in " + dir);
    }

    private int run(StringWriter out) {
        return new CommandLine(new TestCommand())
                .setOut(new PrintWriter(out, true))
                .execute(dir.toString());
    }
}
