package dev.tradewind.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.sources.kafka.TopicCheck.Cleanup;
import dev.tradewind.sources.kafka.TopicCheck.Need;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    /** What a dashboard or a job without state reads must stay; what is read once must all come. */
    @Test
    void itAsksOfEachTopicHowItIsCleanedUp() throws Exception {
        TradewindOptions options =
                TradewindOptions.parse(
                        "--kafka.bootstrap.servers=localhost:1",
                        "--catalog.dir=/c",
                        "--connections.dir=/n");
        Map<Cleanup, Set<String>> asked = new EnumMap<>(Cleanup.class);
        for (Need need : Main.needs(options)) {
            asked.computeIfAbsent(need.cleanup(), c -> new TreeSet<>()).add(need.topic());
        }
        assertThat(asked.get(Cleanup.COMPACTED))
                .containsExactly("tradewind.catalog", "tradewind.ledger", "tradewind.placements");
        assertThat(asked.get(Cleanup.NOT_COMPACTED))
                .containsExactly("tradewind.admission", "tradewind.outcomes", "tradewind.requests");
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
