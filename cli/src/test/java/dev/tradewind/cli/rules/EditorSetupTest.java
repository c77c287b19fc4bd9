package dev.tradewind.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the page on editing says of VS Code and of a hook does what it says. */
class EditorSetupTest {
    private static final Path ROOT = Path.of("..");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path dir;

    @Test
    void theSettingsNameASchemaThatIsThere() throws IOException {
        JsonNode schemas =
                JSON.readTree(block("`.vscode/settings.json`", "json")).path("yaml.schemas");
        assertThat(schemas.size()).isEqualTo(1);
        String schema = schemas.fieldNames().next();
        assertThat(JSON.readTree(ROOT.resolve(schema).toFile()).path("title").asText())
                .isEqualTo("Catalog");
    }

    @Test
    void theTaskFindsEachProblemWithItsPlace() throws IOException {
        JsonNode pattern =
                JSON.readTree(block("`.vscode/tasks.json`", "json"))
                        .at("/tasks/0/problemMatcher/pattern");
        Pattern regexp = Pattern.compile(pattern.path("regexp").asText());
        StringWriter out = new StringWriter();
        new CommandLine(new CheckCommand())
                .setOut(new PrintWriter(out, true))
                .execute(ROOT.resolve("src/examples/mistakes/errors").toString());
        List<Matcher> problems =
                out.toString().lines().map(regexp::matcher).filter(Matcher::matches).toList();
        assertThat(problems)
                .extracting(
                        problem ->
                                Path.of(problem.group(pattern.path("file").asInt())).getFileName()
                                        + " "
                                        + problem.group(pattern.path("line").asInt())
                                        + " "
                                        + problem.group(pattern.path("column").asInt())
                                        + " "
                                        + problem.group(pattern.path("severity").asInt()))
                .containsExactly(
                        "dear.yaml 5 16 error",
                        "dear.yaml 6 15 error",
                        "dear.yaml 8 24 error",
                        "dear.yaml 9 9 error");
        assertThat(problems.get(0).group(pattern.path("message").asInt()))
                .isEqualTo("unknown signal 'prise'");
    }

    /** In place of {@code ./tradewind}, which builds what it needs, one that minds a word. */
    @Test
    void theHookLooksAtWhatIsStagedAndAtNothingElse() throws Exception {
        run(0, "git", "init", "-q");
        run(0, "git", "config", "user.email", "a@example.org");
        run(0, "git", "config", "user.name", "a");
        script(dir.resolve("tradewind"), "#!/bin/sh\n! grep -r wrong \"$3\"\n");
        Path hooks = Files.createDirectories(dir.resolve(".git/hooks"));
        script(hooks.resolve("pre-commit"), block("`.git/hooks/pre-commit`", "sh"));
        Path rule = Files.createDirectories(dir.resolve("rules")).resolve("a.yaml");
        Files.writeString(rule, "right");
        run(0, "git", "add", "rules");
        run(0, "git", "commit", "-qm", "right");

        Files.writeString(rule, "wrong");
        Files.writeString(dir.resolve("other"), "of no rule");
        run(0, "git", "add", "other");
        run(0, "git", "commit", "-qm", "another file, while the mistake lies around");
        run(0, "git", "add", "rules");
        run(1, "git", "commit", "-qm", "the mistake");
        Files.writeString(rule, "right again, and not staged");
        run(1, "git", "commit", "-qm", "the mistake");
        run(0, "git", "add", "rules");
        run(0, "git", "commit", "-qm", "put right");
    }

    /** The next block of a language below a line that begins so, or has it in it. */
    private static String block(String below, String language) throws IOException {
        String page = Files.readString(ROOT.resolve("src/site/markdown/editing.md"));
        int from = page.indexOf("```" + language + "\n", page.indexOf(below));
        int begin = page.indexOf('\n', from) + 1;
        return page.substring(begin, page.indexOf("```", begin));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void run(int code, String... command) throws Exception {
        Path log = Files.createTempFile("run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not of the repository in which the build itself may be a hook's.
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        Process process =
                builder.directory(dir.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(log);
        Files.delete(log);
        assertThat(process.exitValue()).as(Arrays.toString(command) + "\n" + said).isEqualTo(code);
    }
}
