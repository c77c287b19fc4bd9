package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * 100,000 pairs of rule and site, each in an episode, run in 1 GiB of heap, and go on from a
 * savepoint in it, of each kind of rule alone. It takes a quarter of an hour, so it is run by name:
 * {@code ./mvnw -pl job -am verify -Dtest=none -Dit.test=ManyPairsCheck}. Of all kinds together
 * {@link ManyPairsIT} does it with {@code -Pslow}.
 */
class ManyPairsCheck {
    private static final List<String> OPENS =
            List.of("java.util", "java.lang", "java.net", "java.time", "java.util.concurrent");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource
    void aHundredThousandInAGibibyte(RuleKind kind) throws Exception {
        run(directory, kind);
    }

    /**
     * In a process of its own, which exits where its memory does not suffice.
     *
     * @param kinds of rules, as many of each
     */
    static void run(Path directory, RuleKind... kinds) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENS.forEach(p -> command.add("--add-opens=java.base/" + p + "=ALL-UNNAMED"));
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyPairs.class.getName(),
                        "200",
                        "500"));
        Stream.of(kinds).map(RuleKind::name).forEach(command::add);
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(15, TimeUnit.MINUTES)).as("it ends").isTrue();
            String said = Files.readString(log);
            said.lines()
                    .filter(
                            line ->
                                    line.startsWith("[S")
                                            || line.startsWith("[E")
                                            || line.startsWith("[F"))
                    .forEach(System.out::println);
            assertThat(process.exitValue()).as(said).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
