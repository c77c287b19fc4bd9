package dev.tradewind.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void wrongOptionsAreOneClearMessageAndNoStackTrace() throws Exception {
        assertThat(run("--catlog.dir=/c", "--checkpoint.interval=soon")).isEqualTo(Main.WRONG);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .startsWith("Tradewind was not started:")
                .contains(
                        "  - command line: there is no option catlog.dir; did you mean catalog.dir?")
                .anyMatch(line -> line.startsWith("  - kafka.bootstrap.servers is missing"))
                .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
        assertThat(out.size()).isZero();
    }

    @Test
    void aFileOfPropertiesThatIsNotThereIsTold() throws Exception {
        assertThat(
                        run(
                                "--kafka.bootstrap.servers=localhost:1",
                                "--catalog.dir=/c",
                                "--connections.dir=/n",
                                "--kafka.properties.file=/no/such"))
                .isEqualTo(Main.WRONG);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("kafka.properties.file")
                .contains("/no/such");
    }

    @Test
    void helpIsTheReference() throws Exception {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("checkpoint.interval");
    }

    private int run(String... args) throws Exception {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
