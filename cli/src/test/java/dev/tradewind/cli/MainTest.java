package dev.tradewind.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person is told who has mistyped something: a line or two, and never a stack trace. */
class MainTest {
    @TempDir private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anOptionThatThereIsNotIsAnsweredByTheNearestAndWhereHelpIs() {
        assertThat(run("rules", "check", "rules", "--sinals")).isEqualTo(2);
        assertThat(told())
                .containsExactly(
                        "tradewind: Unknown option: '--sinals'",
                        "Possible solutions: --signals",
                        "'tradewind rules check --help' tells what there is");
        assertThat(run("backtest", "--catalog", "rules")).isEqualTo(2);
        assertThat(told()).hasSize(2);
        assertThat(told().get(0)).contains("Missing required options", "--signals", "--workloads");
        assertThat(run("simulate", "--seeds", "many")).isEqualTo(2);
        assertThat(told().get(0)).contains("--seeds", "'many' is not a long");
    }

    @Test
    void aCommandThatThereIsNotIsAnsweredByTheNearest() {
        assertThat(run("rule", "check")).isEqualTo(2);
        assertThat(told())
                .containsExactly(
                        "tradewind: Unmatched arguments from index 0: 'rule', 'check'",
                        "Did you mean: tradewind rules or tradewind simulate?",
                        "'tradewind --help' tells what there is");
    }

    @Test
    void whoSaysNothingHearsWhatThereIs() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("tradewind: say what to do").contains("backtest");
        assertThat(run("bench")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("tradewind: say which benchmark")
                .contains("detection");
    }

    @Test
    void aFileThatCantBeReadIsNamedInALine() throws IOException {
        Files.writeString(
                dir.resolve("sites.yaml"),
                "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: oslo}\n");
        String rules = dir.toString();
        String missing = dir.resolve("missing").toString();
        for (List<String> call :
                List.of(
                        List.of("rules", "check", missing),
                        List.of("rules", "test", missing),
                        List.of("rules", "explain", missing, "--rule", "x", "--signals", missing),
                        List.of("rules", "check", "--signals", missing, rules),
                        List.of("demo", "--signals", missing),
                        List.of("bench", "plan", "--signals", missing),
                        List.of("bench", "defer", "--signals", missing),
                        List.of(
                                "backtest --catalog rules --signals x.csv --workloads"
                                        .split(" ")))) {
            assertThat(run(call.toArray(String[]::new))).as(call.toString()).isEqualTo(2);
            assertThat(told()).as(call.toString()).hasSizeLessThanOrEqualTo(2);
            assertThat(told().get(0)).as(call.toString()).startsWith("tradewind: ");
        }
        assertThat(run("rules", "check", "--signals", missing, rules)).isEqualTo(2);
        assertThat(told()).containsExactly("tradewind: " + missing + " does not exist");
    }

    @Test
    void whereAReportCantBeWrittenNothingIsBegun() {
        String nowhere = dir.resolve("no/such/report.json").toString();
        for (List<String> call :
                List.of(
                        List.of("simulate"),
                        List.of("demo"),
                        List.of("bench", "detection"),
                        List.of("bench", "latency"),
                        List.of("bench", "handover"),
                        List.of("bench", "back"),
                        List.of("bench", "catalog"),
                        List.of("bench", "replan"),
                        List.of("bench", "plan", "--signals", "x.csv"),
                        List.of("bench", "defer", "--signals", "x.csv"))) {
            String[] args = new String[call.size() + 2];
            call.toArray(args);
            args[call.size()] = "--report";
            args[call.size() + 1] = nowhere;
            assertThat(run(args)).as(call.toString()).isEqualTo(2);
            assertThat(told())
                    .as(call.toString())
                    .containsExactly("tradewind: --report " + nowhere + " can't be written");
        }
        assertThat(run("testbed", "--endpoints", dir.toString())).isEqualTo(2);
        assertThat(told()).containsExactly("tradewind: --endpoints " + dir + " can't be written");
    }

    @Test
    void whatABenchmarkNeedsIsToldBeforeItsFirstLine() throws IOException {
        String csv =
                Files.writeString(
                                dir.resolve("march.csv"),
                                "datetime,zone,signal,value,unit\n"
                                        + "2026-03-01T06:00:00Z,DE,price,91,EUR/MWh\n")
                        .toString();
        for (String bench : List.of("plan", "defer")) {
            assertThat(run("bench", bench, "--signals", csv)).isEqualTo(2);
            assertThat(told())
                    .containsExactly(
                            "tradewind: the benchmark needs carbonIntensity of every zone, and DE has none");
            assertThat(out.toString()).isEmpty();
        }
        assertThat(run("bench", "plan", "--signals", csv, "--quarters", "prise")).isEqualTo(2);
        assertThat(told())
                .containsExactly("tradewind: --quarters: no row is of 'prise'; there are price");
        assertThat(run("bench", "plan", "--signals", csv, "--noise", "-1")).isEqualTo(2);
        assertThat(told()).containsExactly("tradewind: --noise must be 0 to 1, but is -1.0");
    }

    @Test
    void anAddressThatIsNoneIsToldInALine() throws IOException {
        for (String command : List.of("explain shop/a", "rules live")) {
            List<String> call = new java.util.ArrayList<>(List.of(command.split(" ")));
            call.addAll(List.of("--bootstrap-servers", "nowhere"));
            assertThat(run(call.toArray(String[]::new))).as(command).isEqualTo(2);
            assertThat(told())
                    .containsExactly(
                            "tradewind: Kafka at nowhere can't be asked: Invalid url in"
                                    + " bootstrap.servers: nowhere");
            Path properties =
                    Files.write(
                            dir.resolve("kafka.properties"),
                            "a=\\uxyz".getBytes(StandardCharsets.US_ASCII));
            call.addAll(List.of("--properties", properties.toString()));
            assertThat(run(call.toArray(String[]::new))).isEqualTo(2);
            assertThat(told().get(0)).contains(properties + " is not a file of properties: ");
        }
        assertThat(run("explain", "orders", "--bootstrap-servers", "nowhere")).isEqualTo(2);
        assertThat(told())
                .containsExactly("tradewind: 'orders' is not a workload; expected namespace/name");
    }

    @Test
    void ratesThatTheJobWouldRefuseAreRefused() {
        assertThat(run("rules", "check", "--currencies", "USD=-1", dir.toString())).isEqualTo(2);
        assertThat(told().get(0)).startsWith("tradewind: --currencies: expected EUR for one of");
    }

    @Test
    void limitsThatTheJobWouldRefuseAreRefused() {
        for (List<String> command :
                List.of(
                        List.of("rules", "check"),
                        List.of("rules", "test"),
                        List.of("rules", "explain", "--rule", "x", "--signals", "x.csv"),
                        List.of(
                                "backtest",
                                "--signals",
                                "x.csv",
                                "--workloads",
                                "y",
                                "--catalog"))) {
            List<String> call = new java.util.ArrayList<>(command);
            call.addAll(List.of(dir.toString(), "--rules.most", "0"));
            assertThat(run(call.toArray(String[]::new))).as(call.toString()).isEqualTo(2);
            assertThat(told())
                    .containsExactly(
                            "tradewind: --rules.most: expected a whole number from 1 to 100000, but"
                                    + " got '0'");
            call = new java.util.ArrayList<>(command);
            call.addAll(List.of(dir.toString(), "--rules.maxWindow", "never"));
            assertThat(run(call.toArray(String[]::new))).as(call.toString()).isEqualTo(2);
            assertThat(told().get(0)).startsWith("tradewind: --rules.maxWindow: expected ");
        }
    }

    @Test
    void ruleTestsThatAreCalledWronglyAreNotRun() throws IOException {
        assertThat(run("rules", "test", dir.toString(), "--onyl=x")).isEqualTo(2);
        assertThat(told().get(0)).isEqualTo("tradewind: Unknown option: '--onyl=x'");
        Files.writeString(
                dir.resolve("sites.yaml"),
                "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: oslo}\nspec: {zone: NO}\n");
        assertThat(run("rules", "test", dir.toString(), "--only", "no-such")).isEqualTo(2);
        assertThat(told()).containsExactly("tradewind: no test is named 'no-such'");
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine()
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private List<String> told() {
        return err.toString().lines().toList();
    }
}
