package dev.tradewind.job.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100,000 pairs of rule and site, each in an episode, run in 1 GiB of heap, and go on from a
 * savepoint in it. Sequences are the dearest shape: three levels a pair. It takes minutes, so it is
 * run by name: {@code ./mvnw -pl job -am verify -Dtest=none -Dit.test=ManyPairsCheck}.
 */
class ManyPairsCheck {
    private static final List<String> OPENS =
            List.of("java.util", "java.lang", "java.net", "java.time", "java.util.concurrent");

    @TempDir Path directory;

    @Test
    void aHundredThousandInAGibibyte() throws Exception {
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
                        "500",
                        "SEQUENCE"));
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(15, TimeUnit.MINUTES)).as("it ends").isTrue();
            String said = Files.readString(log);
            said.lines().filter(line -> line.startsWith("[SEQ")).forEach(System.out::println);
            assertThat(process.exitValue()).as(said).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
