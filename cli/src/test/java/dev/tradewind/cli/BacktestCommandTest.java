package dev.tradewind.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.Progress;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Six days of two sites, one of which has room for one of two workloads, as a person calls it. */
class BacktestCommandTest {
    private static final int HOURS = 6 * 24;

    @TempDir private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whereRoomIsScarceItTellsHowFarItIsHowLongItTookAndTheBound() throws IOException {
        Files.createDirectories(dir.resolve("catalog"));
        Files.writeString(
                dir.resolve("catalog/all.yaml"),
                site("north", "")
                        + site("south", "capacity: {cpu: 12}, ")
                        + """
                        apiVersion: tradewind.dev/v1
                        kind: Policy
                        metadata: {name: default}
                        spec: {workloads: "true", objective: {price: 1.0, carbonPrice: 0 EUR/t}}
                        """);
        StringBuilder csv = new StringBuilder("datetime,zone,signal,value,unit,kind,generatedAt\n");
        Instant start = Instant.parse("2026-03-01T00:00:00Z");
        for (int h = 0; h < HOURS; h++) {
            boolean day = h % 24 >= 8 && h % 24 < 20;
            Instant at = start.plusSeconds(h * 3_600L);
            csv.append(at + ",NORTH,price," + (day ? 90 : 30) + ",EUR/MWh,actual,\n");
            csv.append(at + ",SOUTH,price," + (day ? 20 : 100) + ",EUR/MWh,actual,\n");
        }
        Files.writeString(dir.resolve("signals.csv"), csv);
        Files.writeString(
                dir.resolve("workloads.yaml"),
                """
                action: submit
                workload: shop/a
                spec: {power: 1 kW, demand: {cpu: 8}, move: {fixedCost: 0.01 EUR}}
                ---
                action: submit
                workload: shop/b
                spec: {power: 2 kW, demand: {cpu: 8}, move: {fixedCost: 0.01 EUR}}
                """);
        int exit =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "backtest",
                                "--catalog",
                                dir.resolve("catalog").toString(),
                                "--signals",
                                dir.resolve("signals.csv").toString(),
                                "--workloads",
                                dir.resolve("workloads.yaml").toString(),
                                "--compare",
                                "--svg",
                                dir.resolve("year.svg").toString(),
                                "--report",
                                dir.resolve("report.json").toString());
        assertThat(err.toString()).contains("... 0 %", "... 50 %", "... 100 %");
        assertThat(exit).isZero();
        assertThat(err.toString())
                .containsPattern("note: replayed in \\d+\\.\\d s, \\d+\\.\\d s of CPU");
        assertThat(out.toString())
                .contains("shop/a", "shop/b", "total")
                .contains("proven bound")
                .contains("cheapest now", "10 % for 2 h", "rent or buy", "Krake's score")
                .doesNotContain("replayed");
        assertThat(Files.readString(dir.resolve("year.svg"))).contains("shop/a", "shop/b");
        JsonNode report = Json.LENIENT.readTree(Files.readString(dir.resolve("report.json")));
        assertThat(report.path("workloads")).hasSize(2);
        for (JsonNode row : List.of(report.path("total"), report.path("workloads").path(1))) {
            for (String field :
                    List.of(
                            "stayCost",
                            "meanCost",
                            "cost",
                            "oracleCost",
                            "moves",
                            "oracleMoves",
                            "captured")) {
                assertThat(row.path(field).isNumber()).as(field).isTrue();
            }
            assertThat(row.path("captured").asDouble())
                    .isCloseTo(
                            (row.path("meanCost").asDouble() - row.path("cost").asDouble())
                                    / (row.path("meanCost").asDouble()
                                            - row.path("oracleCost").asDouble()),
                            within(1e-9));
        }
    }

    /** Who watches sees a bar that fills; a log gets a line for each quarter. */
    @Test
    void theBarFillsAndALogHasAFewLines() {
        List<Double> parts = IntStream.rangeClosed(0, 1_000).mapToObj(i -> i / 1_000.0).toList();
        Progress bar = new Progress(new PrintWriter(out), true);
        parts.forEach(bar::accept);
        String[] shown = out.toString().split("\r");
        assertThat(shown).as("one for each of 40 marks").hasSize(42);
        assertThat(shown[1]).isEqualTo("[" + ".".repeat(40) + "] 0 %");
        assertThat(shown[21]).isEqualTo("[" + "#".repeat(20) + ".".repeat(20) + "] 50 %");
        assertThat(shown[41]).isEqualTo("[" + "#".repeat(40) + "] 100 %\n");
        Progress log = new Progress(new PrintWriter(err), false);
        parts.forEach(log::accept);
        assertThat(err.toString().lines())
                .containsExactly("... 0 %", "... 25 %", "... 50 %", "... 75 %", "... 100 %");
    }

    private static String site(String name, String more) {
        return """
                apiVersion: tradewind.dev/v1
                kind: Site
                metadata: {name: %s}
                spec: {%szone: %s, transfer: {default: 0.001 EUR/GB}}
                ---
                """
                .formatted(name, more, name.toUpperCase(java.util.Locale.ROOT));
    }
}
