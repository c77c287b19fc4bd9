package dev.tradewind.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tradewind.model.EnergyClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TradewindOptionsTest {
    private static final String[] LEAST = {
        "--kafka.bootstrap.servers", "localhost:9092", "--catalog.dir=/c", "--connections.dir=/n"
    };

    @TempDir Path directory;

    static Stream<Option<?>> all() {
        return TradewindOptions.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyDefaultIsValidAndEveryOptionIsTold(Option<?> option) {
        if (option.fallback() != null) {
            assertThat((Object) option.parse(option.fallback())).isNotNull();
        }
        assertThat(option.key()).matches("[a-z][A-Za-z]*(\\.[a-zA-Z]+)*");
        assertThat(option.description()).endsWith(".").hasSizeGreaterThan(15);
        assertThat(TradewindOptions.ALL.stream().filter(o -> o.key().equals(option.key())))
                .hasSize(1);
    }

    @Test
    void allConstantsAreListed() throws Exception {
        List<Object> constants = new ArrayList<>();
        for (var field : TradewindOptions.class.getFields()) {
            if (field.getType() == Option.class) {
                constants.add(field.get(null));
            }
        }
        assertThat(TradewindOptions.ALL).containsExactlyInAnyOrderElementsOf(cast(constants));
    }

    @Test
    void theRecordedDefaults() throws Exception {
        TradewindOptions options = TradewindOptions.parse(LEAST);
        assertThat(options.get(TradewindOptions.READINGS)).isEqualTo("tradewind.readings");
        assertThat(options.get(TradewindOptions.CHECKPOINT_INTERVAL)).isEqualTo(5_000);
        assertThat(options.get(TradewindOptions.DELIVERY))
                .isEqualTo(TradewindOptions.Guarantee.EXACTLY_ONCE);
        assertThat(options.get(TradewindOptions.CURRENCIES)).isEmpty();
        assertThat(options.get(TradewindOptions.PARALLELISM)).isNull();
        assertThat(options.get(TradewindOptions.PROPERTIES_FILE)).isNull();
        assertThat(options.clock(17)).isEqualTo(EnergyClock.WALL);
    }

    @Test
    void theCommandLineWinsOverTheFileAndTheFileOverTheDefault() throws Exception {
        Path file =
                file(
                        """
                        kafka:
                          bootstrap.servers: [one:1, two:2]
                          group.id: from-file
                        catalog.dir: /c
                        connections.dir: /n
                        clock.origin: 2026-03-01T00:00:00Z
                        clock.rate: 720
                        currencies: {USD: 0.92, NOK: 0.085}
                        checkpoint.interval: 1s
                        """);
        TradewindOptions options =
                TradewindOptions.parse(
                        "--config",
                        file.toString(),
                        "--checkpoint.interval=2s",
                        "--parallelism",
                        "3");
        assertThat(options.get(TradewindOptions.BOOTSTRAP_SERVERS)).isEqualTo("one:1,two:2");
        assertThat(options.get(TradewindOptions.GROUP_ID)).isEqualTo("from-file");
        assertThat(options.get(TradewindOptions.CHECKPOINT_INTERVAL)).isEqualTo(2_000);
        assertThat(options.get(TradewindOptions.PARALLELISM)).isEqualTo(3);
        assertThat(options.get(TradewindOptions.CURRENCIES))
                .isEqualTo(Map.of("USD", 0.92, "NOK", 0.085));
        assertThat(options.clock(1_000))
                .isEqualTo(
                        EnergyClock.startingAt(Instant.parse("2026-03-01T00:00:00Z"), 720, 1_000));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws Exception {
        Path file = file("catlog.dir: /c\ncheckpoint.interval: soon\ncheckpoint.interval: 1s\n");
        assertThat(
                        problems(
                                "--config",
                                file.toString(),
                                "--kafka.bootstrap.servers=localhost",
                                "x"))
                .containsExactlyInAnyOrder(
                        "command line: argument 4 is no option; write --key value or --key=value",
                        file + ":1: there is no option catlog.dir; did you mean catalog.dir?",
                        file + ":3: checkpoint.interval is given twice",
                        "command line: kafka.bootstrap.servers: expected host:port, or several with"
                                + " commas between them",
                        "catalog.dir is missing: Directory of sites, policies and rules, on the"
                                + " JobManager. Give it by --catalog.dir or in the file of --config.",
                        "connections.dir is missing: Directory of connection files, one a site, on the"
                                + " TaskManager where the sink runs. Give it by --connections.dir or in"
                                + " the file of --config.");
    }

    @ParameterizedTest
    @CsvSource({
        "checkpoint.interval, 0s, expected a duration above 0",
        "checkpoint.interval, soon, expected a duration",
        "clock.rate, 0, expected a number above 0",
        "clock.rate, NaN, expected a number above 0",
        "clock.origin, yesterday, expected an instant",
        "parallelism, 129, expected a whole number from 1 to 128",
        "delivery.guarantee, twice, expected exactly-once or at-least-once",
        "topics.readings, a b, expected the name of a topic",
        "currencies, USD, expected EUR for one of each currency",
        "currencies, usd=1, expected EUR for one of each currency",
        "currencies, USD=-1, expected EUR for one of each currency",
        "topics.check, yes, expected true or false",
    })
    void aWrongValueSaysWhatWasExpected(String key, String value, String expected) {
        assertThat(problems(with("--" + key, value)))
                .anySatisfy(
                        problem ->
                                assertThat(problem)
                                        .startsWith("command line: " + key + ": " + expected));
    }

    @Test
    void whatIsWrongTogether() {
        assertThat(problems(with("--clock.rate", "2")))
                .singleElement()
                .asString()
                .contains("clock.origin");
        assertThat(problems(with("--transaction.timeout", "1m")))
                .singleElement()
                .asString()
                .contains("longer than checkpoint.interval and checkpoint.timeout");
        assertThat(problems(with("--placement.retryMax", "1s"))).hasSize(1);
    }

    @Test
    void aSecretIsRefusedAndNotRepeated() throws Exception {
        Path file = file("kafka.sasl.jaas.config: hunter2 required\n");
        assertThat(
                        problems(
                                with(
                                        "--config",
                                        file.toString(),
                                        "--kafka.ssl.key.password",
                                        "hunter2")))
                .hasSize(2)
                .allSatisfy(
                        problem ->
                                assertThat(problem)
                                        .contains("looks like a secret")
                                        .doesNotContain("hunter2"));
        assertThat(problems(with("--kafka.group.id=x", "hunter2")))
                .noneMatch(p -> p.contains("hunter2"));
        assertThat(
                        problems(
                                "--kafka.bootstrap.servers=me:hunter2@host:9092",
                                "--catalog.dir=/c",
                                "--connections.dir=/n"))
                .singleElement()
                .asString()
                .doesNotContain("hunter2");
    }

    @Test
    void aFileThatIsNotThereOrNotYaml() throws Exception {
        assertThat(problems(with("--config", "/no/such")))
                .containsExactly("--config: there is no file /no/such");
        Path broken = file("a: [hunter2\n");
        assertThat(problems(with("--config", broken.toString())))
                .singleElement()
                .asString()
                .startsWith(broken + ":")
                .endsWith("this is not YAML");
        Path list = file("- a\n");
        assertThat(problems(with("--config", list.toString())))
                .containsExactly(list + ": expected lines of `key: value`");
    }

    private static List<String> problems(String... args) {
        OptionsException e =
                catchThrowableOfType(OptionsException.class, () -> TradewindOptions.parse(args));
        assertThat(e).isNotNull();
        return e.problems();
    }

    private static String[] with(String... args) {
        return Stream.concat(Stream.of(LEAST), Stream.of(args)).toArray(String[]::new);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "tradewind", ".yaml"), text);
    }

    @SuppressWarnings("unchecked")
    private static List<Option<?>> cast(List<Object> constants) {
        return (List<Option<?>>) (List<?>) constants;
    }
}
