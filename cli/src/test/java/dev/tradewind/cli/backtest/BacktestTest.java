package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.BacktestReport.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty days at three sites: the sun shines in the south, the wind blows in the north at night.
 */
class BacktestTest {
    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final int HOURS = 20 * 24;

    @TempDir private Path dir;

    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void catalogAndSignals() throws IOException {
        Files.createDirectories(dir.resolve("catalog"));
        write(
                "catalog/all.yaml",
                site("north", "gdpr") + site("south", "gdpr") + site("west", "other") + policy());
        StringBuilder csv = new StringBuilder("datetime,zone,signal,value,unit,kind,generatedAt\n");
        for (int h = 0; h < HOURS; h++) {
            boolean day = h % 24 >= 8 && h % 24 < 20;
            row(csv, h, "NORTH", day ? 90 : 30);
            row(csv, h, "SOUTH", day ? 20 : 100);
            row(csv, h, "WEST", 5);
        }
        write("signals.csv", csv.toString());
        write(
                "workloads.yaml",
                """
                action: submit
                workload: shop/orders
                spec:
                  power: 2 kW
                  sites: "site.labels.jurisdiction == 'gdpr'"
                  prefer: [south]
                  move: {state: 10 GB, downtime: PT1M, fixedCost: 0.10 EUR}
                ---
                action: submit
                workload: shop/heavy
                spec: {power: 1 kW, sites: "site.labels.jurisdiction == 'gdpr'", move: {fixedCost: 5 EUR}}
                ---
                action: submit
                workload: shop/free
                spec: {power: 1 kW, schedule: {deadline: 2026-04-01T00:00:00Z, expectedDuration: PT4H}}
                """);
    }

    @Test
    void aYearIsToldForEachWorkloadAndInTotal() throws IOException {
        BacktestReport report = run(null, true);
        assertThat(report.hours()).isEqualTo(HOURS);
        assertThat(report.workloads())
                .extracting(Row::workload)
                .containsExactly("shop/orders", "shop/heavy", "shop/free");
        Row orders = report.workloads().get(0);
        // 2 kW at 20 and 100 EUR/MWh by turns; the north is the same with 30 and 90
        assertThat(orders.stayCost()).isCloseTo(HOURS * 2 * 0.06, within(1e-6));
        assertThat(orders.meanCost()).isCloseTo(HOURS * 2 * 0.06, within(1e-6));
        assertThat(orders.moves()).isBetween(30, 41);
        assertThat(orders.captured()).isBetween(0.9, 1.0);
        assertThat(orders.oracleCost()).isLessThanOrEqualTo(orders.cost());
        // 5 EUR are never worth it, and nobody moves
        Row heavy = report.workloads().get(1);
        assertThat(heavy.moves()).isZero();
        assertThat(heavy.oracleMoves()).isZero();
        assertThat(heavy.captured()).isNull();
        // it starts at the first by name, and goes where it is always cheap
        Row free = report.workloads().get(2);
        assertThat(free.moves()).isEqualTo(1);
        assertThat(free.oracleCost()).isCloseTo(HOURS * 0.005, within(1e-6));
        assertThat(report.total().cost())
                .isCloseTo(orders.cost() + heavy.cost() + free.cost(), within(1e-9));
        assertThat(report.total().compared()).hasSize(3);
        assertThat(report.table()).anyMatch(line -> line.startsWith("total"));
        assertThat(notes).anyMatch(note -> note.contains("shop/free has a schedule"));
    }

    @Test
    void allStartWhereTheyAreToldIfTheyMay() throws IOException {
        BacktestReport report = run("west", false);
        assertThat(report.workloads().get(2).stayCost()).isCloseTo(HOURS * 0.005, within(1e-6));
        assertThat(report.workloads().get(2).moves()).isZero();
        assertThat(report.workloads().get(0).compared()).isNull();
        assertThat(notes).anyMatch(note -> note.contains("shop/orders may not be at west"));
        assertThatThrownBy(() -> run("nowhere", false)).hasMessageContaining("nowhere");
    }

    /** An hour in four parts of one value is an hour. */
    @Test
    void quarterHoursAndHoursMayBeMixed() throws IOException {
        List<String> quarters = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("signals.csv"))) {
            if (line.contains(",NORTH,")) {
                Instant at = Instant.parse(line.substring(0, 20));
                for (int q = 0; q < 4; q++) {
                    quarters.add(at.plusSeconds(900L * q) + line.substring(20));
                }
            } else {
                quarters.add(line);
            }
        }
        BacktestReport hourly = run(null, false);
        Files.write(dir.resolve("signals.csv"), quarters);
        BacktestReport mixed = run(null, false);
        assertThat(mixed.hours()).isEqualTo(hourly.hours());
        assertThat(mixed.total().meanCost()).isCloseTo(hourly.total().meanCost(), within(1e-6));
        assertThat(mixed.total().cost())
                .isCloseTo(hourly.total().cost(), within(0.005 * hourly.total().cost()));
    }

    @Test
    void hoursWithoutValuesCountForNobody() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(dir.resolve("signals.csv")));
        // two days without a word of the south; after two hours it isn't believed any more
        lines.removeIf(line -> line.contains(",SOUTH,") && line.matches("2026-03-1[01].*"));
        Files.write(dir.resolve("signals.csv"), lines);
        BacktestReport report = run(null, false);
        // where the south doesn't matter, or did they all count
        assertThat(report.workloads().get(0).stayCost()).isLessThan(HOURS * 2 * 0.06);
        assertThat(report.workloads().get(0).captured()).isBetween(0.85, 1.0);
    }

    @Test
    void whatIsForecastIsKnownBeforehand() throws IOException {
        BacktestReport learned = run(null, false);
        StringBuilder csv = new StringBuilder(Files.readString(dir.resolve("signals.csv")));
        for (String line : Files.readAllLines(dir.resolve("signals.csv"))) {
            if (line.startsWith("2026")) {
                Instant at = Instant.parse(line.substring(0, 20)).minusSeconds(86_400);
                csv.append(line.replace(",actual,", ",forecast," + at)).append('\n');
            }
        }
        write("signals.csv", csv.toString());
        BacktestReport known = run(null, false);
        assertThat(known.total().captured()).isGreaterThanOrEqualTo(learned.total().captured());
        assertThat(known.workloads().get(0).captured()).isGreaterThan(0.99);
    }

    @Test
    void aFileThatCantBeUsedIsNamed() throws IOException {
        write("workloads.yaml", "action: submit\nworkload: shop/orders\nspec: {powr: 2 kW}\n");
        assertThatThrownBy(() -> run(null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("workloads.yaml")
                .hasMessageContaining("powr");
        write("workloads.yaml", "{\"action\":\"submit\",\"workload\":\"orders\",\"spec\":{}}\n");
        assertThatThrownBy(() -> run(null, false)).hasMessageContaining("namespace/name");
        write("workloads.yaml", "{\"action\":\n");
        assertThatThrownBy(() -> run(null, false)).hasMessageContaining("workloads.yaml:1");
        write("catalog/all.yaml", "kind: Sitte\n");
        assertThatThrownBy(() -> run(null, false)).hasMessageContaining("all.yaml");
    }

    private BacktestReport run(String start, boolean compare) throws IOException {
        return new Backtest(
                        dir.resolve("catalog"),
                        List.of(dir.resolve("signals.csv")),
                        dir.resolve("workloads.yaml"),
                        start,
                        compare)
                .run(notes::add, done -> {});
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(dir.resolve(file), text);
    }

    private static void row(StringBuilder csv, int hour, String zone, double price) {
        csv.append(Instant.ofEpochMilli(START + hour * 3_600_000L))
                .append(',')
                .append(zone)
                .append(",price,")
                .append(price)
                .append(",EUR/MWh,actual,\n");
    }

    private static String site(String name, String jurisdiction) {
        return """
                apiVersion: tradewind.dev/v1
                kind: Site
                metadata: {name: %s, labels: {jurisdiction: %s}}
                spec: {zone: %s, transfer: {default: 0.001 EUR/GB}}
                ---
                """
                .formatted(name, jurisdiction, name.toUpperCase(java.util.Locale.ROOT));
    }

    private static String policy() {
        return """
                apiVersion: tradewind.dev/v1
                kind: Policy
                metadata: {name: default}
                spec: {workloads: "true", objective: {price: 1.0, carbonPrice: 0 EUR/t}, replan: {every: 1h}}
                """;
    }
}
