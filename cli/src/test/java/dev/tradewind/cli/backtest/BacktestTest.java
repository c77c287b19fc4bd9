package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.BacktestReport.Row;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogLimits;
import dev.tradewind.rules.catalog.CatalogParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty days at three sites: the sun shines in the south, the wind blows in the north at night.
 */
class BacktestTest {
    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final int HOURS = 20 * 24;
    private static final long DAY = 86_400_000;

    private static final Map<String, Double> EUR_PER = Map.of("USD", 0.5);

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
                spec: {power: 1 kW}
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
        assertThat(report.total().compared()).hasSize(4);
        assertThat(report.table()).anyMatch(line -> line.startsWith("total"));
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

    /** In prices, and in what a rule asks of them; what has no rate is told with its line. */
    @Test
    void anotherCurrencyCountsAtItsRate() throws IOException {
        String rule =
                """
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: dear}
                spec: {signal: price, when: {sustained: {above: 95 EUR/MWh, for: 1h}}, then: reconsider}
                """;
        String catalog = Files.readString(dir.resolve("catalog/all.yaml"));
        write("catalog/all.yaml", catalog + rule);
        List<String> euros = run(null, true).table();
        StringBuilder csv = new StringBuilder();
        for (String line : Files.readAllLines(dir.resolve("signals.csv"))) {
            String[] cells = line.split(",", -1);
            if (csv.length() > 0) {
                cells[3] = Double.toString(2 * Double.parseDouble(cells[3]));
                cells[4] = "USD/MWh";
            }
            csv.append(String.join(",", cells)).append('\n');
        }
        write("signals.csv", csv.toString());
        write("catalog/all.yaml", catalog + rule.replace("95 EUR/MWh", "190 USD/MWh"));
        assertThat(run(null, true).table()).isEqualTo(euros);
        write("signals.csv", csv.toString().replace("USD", "NOK"));
        assertThatThrownBy(() -> run(null, false))
                .hasMessageContaining("signals.csv:2: no rate is configured for the currency NOK");
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

    /**
     * Two years that are the same until the eleventh day, in what was forecast by then too: until
     * then they are decided for alike, whatever came later.
     */
    @Test
    void whatComesLaterChangesNothingOfWhatWasDecidedBefore() throws IOException {
        String parting = Instant.ofEpochMilli(START + HOURS / 2 * 3_600_000L).toString();
        StringBuilder one = new StringBuilder("datetime,zone,signal,value,unit,kind,generatedAt\n");
        StringBuilder other = new StringBuilder(one);
        for (String line : Files.readAllLines(dir.resolve("signals.csv"))) {
            if (line.startsWith("2026")) {
                String made = Instant.parse(line.substring(0, 20)).minusSeconds(43_200).toString();
                String forecast = line.replace(",actual,", ",forecast," + made);
                one.append(line).append('\n').append(forecast).append('\n');
                other.append(from(parting, line.substring(0, 20), line)).append('\n');
                other.append(from(parting, made, forecast)).append('\n');
            }
        }
        write("signals.csv", one.toString());
        List<List<Integer>> was = whereabouts();
        write("signals.csv", other.toString());
        List<List<Integer>> became = whereabouts();
        assertThat(became).isNotEqualTo(was).hasSameSizeAs(was).hasSize(3);
        for (int i = 0; i < was.size(); i++) {
            assertThat(became.get(i).subList(0, HOURS / 2))
                    .isEqualTo(was.get(i).subList(0, HOURS / 2));
        }
    }

    /** Another value, if it became known at an instant or later. */
    private static String from(String instant, String known, String line) {
        String[] cells = line.split(",", -1);
        if (known.compareTo(instant) >= 0) {
            cells[3] = Double.toString(130 - Double.parseDouble(cells[3]));
        }
        return String.join(",", cells);
    }

    /** The site of each workload, hour by hour. */
    private List<List<Integer>> whereabouts() throws IOException {
        Timeline timeline =
                Timeline.of(Signals.read(List.of(dir.resolve("signals.csv")), Map.of()));
        List<Fare> fares =
                new Fares(catalog(), timeline, notes::add)
                        .of(Workloads.read(dir.resolve("workloads.yaml")), null);
        List<List<Integer>> all = new ArrayList<>();
        for (List<Stint> stints :
                new FleetReplay(catalog(), timeline, List.of()).run(fares, done -> {}).stints()) {
            Track.Ride ride = new Track.Ride(stints, 0, 0);
            all.add(
                    IntStream.range(0, HOURS)
                            .mapToObj(h -> ride.at(START + h * 3_600_000L))
                            .toList());
        }
        return all;
    }

    /** The job's whole core decides as its planner alone, as long as there is room for all. */
    @Test
    void theFleetDecidesAsThePlannerDoes() throws IOException {
        BacktestReport report = run(null, false);
        Timeline timeline =
                Timeline.of(Signals.read(List.of(dir.resolve("signals.csv")), Map.of()));
        List<Replay.Result> alone =
                new Replay(timeline)
                        .run(
                                new Fares(catalog(), timeline, notes::add)
                                        .of(Workloads.read(dir.resolve("workloads.yaml")), null),
                                done -> {});
        for (int i = 0; i < alone.size(); i++) {
            assertThat(report.workloads().get(i).cost())
                    .isCloseTo(alone.get(i).ours().eur(), within(1e-6));
            assertThat(report.workloads().get(i).moves()).isEqualTo(alone.get(i).ours().moves());
        }
    }

    @Test
    void roomIsKeptAndTheOptimumIsABoundWithinIt() throws IOException {
        write(
                "catalog/all.yaml",
                site("north", "gdpr")
                        + site("south", "gdpr").replace("spec: {", "spec: {capacity: {cpu: 12}, ")
                        + policy());
        write(
                "workloads.yaml",
                """
                action: submit
                workload: shop/a
                spec: {power: 1 kW, demand: {cpu: 8}, prefer: [south], move: {fixedCost: 0.01 EUR}}
                ---
                action: submit
                workload: shop/b
                spec: {power: 1 kW, demand: {cpu: 8}, prefer: [south], move: {fixedCost: 0.01 EUR}}
                """);
        BacktestReport report = run(null, false);
        assertThat(notes).anyMatch(note -> note.contains("shop/b starts at north: south is full"));
        // by day it costs 20 in the south and 90 in the north, and one of them has to be there
        double within = HOURS / 2 * (0.02 + 0.09);
        assertThat(report.optimumWithRoomForAll()).isLessThan(0.8 * report.total().cost());
        assertThat(report.total().oracleCost())
                .isGreaterThan(report.optimumWithRoomForAll() * 1.1)
                .isLessThanOrEqualTo(report.total().cost());
        assertThat(report.total().cost()).isGreaterThan(within);
        assertThat(report.table()).anyMatch(line -> line.contains("proven bound"));
    }

    /**
     * A site for two of six. Each for itself, those who are there first never make way; by the plan
     * of the fleet those are there to whom it is worth most, and the plan is proven to be good.
     */
    @Test
    void whereRoomIsScarceTheFleetIsPlannedAndItsPlansAreProven() throws IOException {
        write(
                "catalog/all.yaml",
                site("north", "gdpr")
                        + site("west", "gdpr").replace("spec: {", "spec: {capacity: {cpu: 17}, ")
                        + policy());
        StringBuilder workloads = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            // the first ones in the file come first, and draw least
            workloads.append(
                    """
                    ---
                    action: submit
                    workload: shop/w%d
                    spec: {power: %d kW, demand: {cpu: 8}, prefer: [%s], move: {fixedCost: 0.01 EUR}}
                    """
                            .formatted(i, i + 1, i < 2 ? "west" : "north"));
        }
        write("workloads.yaml", workloads.toString());
        BacktestReport report = run(null, false);
        assertThat(report.plans().plans()).isBetween(HOURS - 1, HOURS + 2);
        assertThat(report.plans().contended()).isGreaterThan(HOURS / 2);
        // 17 cores less the reserve are room for 2.08 of them, and the bound would use it all
        assertThat(report.plans().ninthGapPercent()).isLessThan(5);
        // the north costs 60 in the mean and the west 5: the two largest belong there
        double best = HOURS * (0.005 * 11 + 0.06 * 10);
        double first = HOURS * (0.005 * 3 + 0.06 * 18);
        assertThat(report.total().stayCost()).isCloseTo(first, within(1e-6));
        assertThat(report.total().oracleCost()).isLessThanOrEqualTo(report.total().cost());
        assertThat(report.total().cost()).isBetween(best, 1.03 * best);
        assertThat(report.workloads().get(5).moves()).isEqualTo(1);
        assertThat(report.workloads().get(0).moves()).isEqualTo(1);
        assertThat(report.table()).anyMatch(line -> line.startsWith("the fleet was planned"));
    }

    @Test
    void workThatMayWaitRunsInTime() throws IOException {
        write(
                "workloads.yaml",
                """
                action: submit
                workload: shop/night
                spec:
                  power: 1 kW
                  sites: "site.labels.jurisdiction == 'gdpr'"
                  prefer: [south]
                  schedule: {earliestStart: 2026-03-10T00:00:00Z, deadline: 2026-03-11T00:00:00Z, expectedDuration: PT4H}
                ---
                action: submit
                workload: shop/late
                spec: {power: 1 kW, schedule: {deadline: 2027-01-01T00:00:00Z, expectedDuration: PT4H}}
                """);
        StringBuilder csv = new StringBuilder(Files.readString(dir.resolve("signals.csv")));
        for (String line : Files.readAllLines(dir.resolve("signals.csv"))) {
            if (line.startsWith("2026")) {
                Instant at = Instant.parse(line.substring(0, 20)).minusSeconds(86_400);
                csv.append(line.replace(",actual,", ",forecast," + at)).append('\n');
            }
        }
        write("signals.csv", csv.toString());
        BacktestReport report = run(null, false);
        Row night = report.workloads().get(0);
        // at once in the south by night; it waits for the sun
        assertThat(night.stayCost()).isCloseTo(4 * 0.1, within(1e-9));
        assertThat(night.oracleCost()).isCloseTo(4 * 0.02, within(1e-9));
        assertThat(night.cost()).isCloseTo(night.oracleCost(), within(1e-9));
        assertThat(report.workloads()).hasSize(1);
        assertThat(notes).anyMatch(note -> note.startsWith("shop/late is left out"));
        assertThat(notes).noneMatch(note -> note.contains("after its deadline"));
    }

    @Test
    void aRuleIsJudgedByWhatItChanged() throws IOException {
        Files.createDirectories(dir.resolve("rules"));
        write(
                "rules/rules.yaml",
                """
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: stay-south}
                spec:
                  signal: price
                  sites: "site.name == 'south'"
                  when: {sustained: {above: 0 EUR/MWh, for: 1h}}
                  then: hold
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: never}
                spec:
                  signal: price
                  when: {sustained: {above: 4000 EUR/MWh, for: 1h}}
                  then: evacuate
                """);
        BacktestReport free = run(null, false);
        BacktestReport ruled = run(null, false, dir.resolve("rules"));
        assertThat(ruled.rules())
                .extracting(RuleEffects.Effect::rule)
                .containsExactly("never", "stay-south");
        RuleEffects.Effect never = ruled.rules().get(0);
        assertThat(never.fired()).isZero();
        assertThat(never.effect()).isZero();
        RuleEffects.Effect hold = ruled.rules().get(1);
        // shop/orders begins in the south and is kept there
        assertThat(hold.fired()).isEqualTo(1);
        assertThat(hold.costWithout()).isCloseTo(free.total().cost(), within(1e-9));
        assertThat(hold.effect())
                .isCloseTo(ruled.total().cost() - free.total().cost(), within(1e-9))
                .isPositive();
        assertThat(hold.movesWithout()).isEqualTo(free.total().moves());
        assertThat(hold.elsewhereHours()).isBetween(HOURS * 0.4, HOURS * 0.6);
        assertThat(ruled.table()).anyMatch(line -> line.startsWith("stay-south"));
    }

    /**
     * Whoever is in the south is sent away from it at two in the night, when it has been dear for
     * two hours, and not let back before the day: what that costs is told, and that nobody was
     * there meanwhile.
     */
    @Test
    void aRuleThatEmptiesASiteIsJudgedByWhatItChanged() throws IOException {
        Files.createDirectories(dir.resolve("rules"));
        write(
                "rules/rules.yaml",
                """
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: leave-south}
                spec:
                  signal: price
                  sites: "site.name == 'south'"
                  when: {sustained: {above: 95 EUR/MWh, until: 50 EUR/MWh, for: 2h}}
                  then: evacuate
                """);
        write(
                "workloads.yaml",
                """
                action: submit
                workload: shop/heavy
                spec: {power: 1 kW, sites: "site.labels.jurisdiction == 'gdpr'", prefer: [south], move: {fixedCost: 5 EUR}}
                ---
                action: submit
                workload: shop/north
                spec: {power: 1 kW, sites: "site.name == 'north'"}
                """);
        BacktestReport free = run(null, false);
        assertThat(free.total().moves()).as("a move for 5 EUR is never worth it").isZero();
        BacktestReport ruled = run(null, false, dir.resolve("rules"));
        RuleEffects.Effect effect = ruled.rules().get(0);
        assertThat(effect.rule()).isEqualTo("leave-south");
        assertThat(effect.action()).isEqualTo("evacuate");
        assertThat(effect.fired()).as("each night, also the last").isEqualTo(21);
        assertThat(effect.moves()).as("once: nothing brings it back").isEqualTo(1);
        assertThat(ruled.total().moves()).isEqualTo(1);
        assertThat(effect.movesWithout()).isZero();
        // 2 h at 100 in the south, and from then on the north instead
        assertThat(effect.elsewhereHours()).isCloseTo(HOURS - 2, within(1e-9));
        assertThat(effect.costWithout()).isCloseTo(free.total().cost(), within(1e-9));
        assertThat(effect.effect())
                .isCloseTo(ruled.total().cost() - free.total().cost(), within(1e-9))
                .isBetween(4.5, 5.5);
        assertThat(ruled.workloads().get(1).cost())
                .as("whoever isn't there isn't concerned")
                .isEqualTo(free.workloads().get(1).cost());
        assertThat(ruled.table())
                .anyMatch(line -> line.matches("leave-south +evacuate +21 +1 +.*[+][45][.]\\d\\d"));
    }

    /** With `never` nobody moves but by a rule. */
    @Test
    void aRuleWakesThePlannerWherePoliciesLeaveItToRules() throws IOException {
        write(
                "catalog/all.yaml",
                site("north", "gdpr")
                        + site("south", "gdpr")
                        + policy().replace("every: 1h", "every: never"));
        Files.createDirectories(dir.resolve("rules"));
        write(
                "rules/rules.yaml",
                """
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: dear}
                spec:
                  signal: price
                  when: {sustained: {above: 80 EUR/MWh, until: 50 EUR/MWh, for: 1h}}
                  then: reconsider
                """);
        assertThat(run(null, false).total().moves()).isZero();
        BacktestReport ruled = run(null, false, dir.resolve("rules"));
        assertThat(ruled.workloads().get(0).moves()).isGreaterThan(20);
        assertThat(ruled.rules().get(0).effect()).isNegative();
        assertThat(ruled.rules().get(0).moves()).isEqualTo(ruled.total().moves());
    }

    @Test
    void itIsDrawnInLightAndDark() throws Exception {
        Backtest.Done done = backtest(null, false, null).run(notes::add, part -> {});
        String svg = done.svg();
        var xml =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(xml.getElementsByTagName("path").getLength()).isEqualTo(6);
        assertThat(svg).contains("prefers-color-scheme: dark").contains("shop/orders");
        // a lane changes its colour where its workload moves
        int moves = done.report().workloads().get(0).moves();
        assertThat(svg).contains(">" + moves + " moves<");
        assertThat(svg.split("<rect class=\"s\\d").length - 1).isGreaterThan(moves);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
    }

    private Catalog catalog() throws IOException {
        return CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "all.yaml",
                                        Files.readString(dir.resolve("catalog/all.yaml")))))
                .catalog();
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
        write("workloads.yaml", "- {action: submit, action: pin}\n");
        assertThatThrownBy(() -> run(null, false))
                .hasMessageEndingWith("workloads.yaml:1:20: found duplicate key action");
        Files.write(dir.resolve("workloads.yaml"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> run(null, false))
                .hasMessageEndingWith("workloads.yaml is not text in UTF-8");
        Files.writeString(
                dir.resolve("signals.csv"),
                "datetime,zone,signal,value,unit\n2026-03-01T06:00:00Z,DE,price,91,EUR/kW\n");
        assertThatThrownBy(() -> run(null, false))
                .hasMessageContaining("signals.csv:2: unknown unit 'EUR/kW' of price");
        Files.write(dir.resolve("catalog/latin.yaml"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> run(null, false)).hasMessageContaining("latin.yaml: not UTF-8");
        write("catalog/all.yaml", "kind: Sitte\n");
        assertThatThrownBy(() -> run(null, false)).hasMessageContaining("all.yaml");
    }

    /** As the job that is started with these options. */
    @Test
    void rulesMayAskForWhatTheJobGivesThem() throws IOException {
        Files.createDirectories(dir.resolve("rules"));
        String rule =
                """
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: long-%d}
                spec: {signal: price, when: {sustained: {above: 95 EUR/MWh, for: %dd}}, then: notify}
                """;
        write("rules/rules.yaml", rule.formatted(1, 9) + rule.formatted(2, 1));
        assertRefused(CatalogLimits.DEFAULT, "rules.yaml:5:");
        assertRefused(new CatalogLimits(1, 9 * DAY), "the catalog has 2 rules");
        // Files are read in this order.
        Files.delete(dir.resolve("signals.csv"));
        assertRefused(new CatalogLimits(2, 9 * DAY), "signals.csv");
    }

    private void assertRefused(CatalogLimits limits, String why) {
        assertThatThrownBy(
                        () ->
                                backtest(null, false, dir.resolve("rules"), limits)
                                        .run(notes::add, done -> {}))
                .hasMessageContaining(why);
    }

    private BacktestReport run(String start, boolean compare) throws IOException {
        return run(start, compare, null);
    }

    private BacktestReport run(String start, boolean compare, Path rules) throws IOException {
        return backtest(start, compare, rules).run(notes::add, done -> {}).report();
    }

    private Backtest backtest(String start, boolean compare, Path rules) {
        return backtest(start, compare, rules, CatalogLimits.DEFAULT);
    }

    private Backtest backtest(String start, boolean compare, Path rules, CatalogLimits limits) {
        return new Backtest(
                dir.resolve("catalog"),
                List.of(dir.resolve("signals.csv")),
                dir.resolve("workloads.yaml"),
                start,
                compare,
                true,
                rules,
                EUR_PER,
                limits);
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
