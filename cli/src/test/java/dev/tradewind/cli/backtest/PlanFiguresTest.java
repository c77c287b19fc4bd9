package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.cli.backtest.PlanBench.Ahead;
import dev.tradewind.cli.backtest.PlanBench.Line;
import dev.tradewind.cli.signals.SignalRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the planner is worth on made-up energy; on real energy see {@link RealFiguresIT}. */
class PlanFiguresTest {
    /** Three sites with a day of their own and weather that comes and goes, for two months. */
    @Test
    void onAMadeUpYear() {
        List<SignalRow> rows = madeUp(60);
        Timeline made = Timeline.of(rows);
        List<Line> lines = PlanBench.run(made, made, Ahead.NOTHING);
        Line ours = lines.get(0);
        assertThat(ours.mean()).isGreaterThan(0.75);
        for (Line rival : lines.subList(1, lines.size())) {
            assertThat(ours.mean()).isGreaterThan(rival.mean());
            assertThat(ours.worst()).isGreaterThan(rival.worst());
        }
        assertThat(PlanBench.run(made, made, Ahead.DAY).get(0).mean()).isGreaterThan(0.97);
    }

    /**
     * Quarter hours with noise, of both signals or of one, at all sites or at one, are decided for
     * as well as hours are by who knows as much: how the hour goes on that has begun. Who doesn't
     * loses a little.
     */
    @Test
    void onQuarterHoursAndMixed() {
        List<SignalRow> hours = madeUp(45);
        Line hourly = nothingKnown(hours);
        Set<String> both = Set.of("price", "carbonIntensity");
        check(hours, hourly, both, Set.of());
        check(hours, hourly, both, Set.of("ZONE-0"));
        check(hours, hourly, Set.of("price"), Set.of());
        check(hours, hourly, Set.of("carbonIntensity"), Set.of());
    }

    private static void check(
            List<SignalRow> hours, Line hourly, Set<String> cut, Set<String> zones) {
        List<SignalRow> rows = Quarters.of(hours, cut, zones, Quarters.DEVIATION, 1);
        if (zones.isEmpty()) {
            assertThat(rows).hasSize(hours.size() / 2 * (2 + 3 * cut.size()));
        }
        Line line = nothingKnown(rows);
        assertThat(line.mean()).as("%s", cut).isGreaterThan(hourly.mean() - 0.02);
        assertThat(line.worst()).as("%s", cut).isGreaterThan(hourly.worst() - 0.05);
        Timeline quarters = Timeline.of(rows);
        Line told = PlanBench.run(quarters, quarters, Ahead.HOUR).get(0);
        for (int i = 0; i < hourly.cells().size(); i++) {
            assertThat(told.cells().get(i).captured())
                    .as("%s of %s, %s", cut, zones, hourly.cells().get(i))
                    .isCloseTo(hourly.cells().get(i).captured(), within(0.003));
        }
    }

    /**
     * Without noise a quarter hour says what the hour does, and the planner decides the same. Of
     * what is known for a day a quarter less is known; and sites may differ in their steps.
     */
    @Test
    void quarterHoursWithoutNoiseAreDecidedForAsHoursAre() {
        List<SignalRow> hours = madeUp(45);
        Timeline hourly = Timeline.of(hours);
        Line nothing = nothingKnown(hours);
        Line day = PlanBench.run(hourly, hourly, Ahead.DAY).get(0);
        Set<String> both = Set.of("price", "carbonIntensity");
        for (Set<String> zones : List.of(Set.<String>of(), Set.of("ZONE-0"))) {
            List<SignalRow> rows = Quarters.of(hours, both, zones, 0, 1);
            Line line = nothingKnown(rows);
            assertThat(line.mean()).isCloseTo(nothing.mean(), within(0.001));
            Timeline quarters = Timeline.of(rows);
            Line known = PlanBench.run(quarters, quarters, Ahead.DAY).get(0);
            assertThat(known.mean()).isGreaterThan(day.mean() - 0.005);
            assertThat(known.worst()).isGreaterThan(day.worst() - 0.01);
        }
    }

    private static Line nothingKnown(List<SignalRow> rows) {
        Timeline made = Timeline.of(rows);
        return PlanBench.run(made, made, Ahead.NOTHING).get(0);
    }

    private static List<SignalRow> madeUp(int days) {
        Random random = new Random(5);
        List<SignalRow> rows = new ArrayList<>();
        double[] weather = new double[3];
        for (int h = 0; h < days * 24; h++) {
            for (int site = 0; site < 3; site++) {
                weather[site] = 0.95 * weather[site] + random.nextGaussian() * 8;
                double day = 30 * Math.cos(2 * Math.PI * (h % 24 - 8 * site) / 24);
                rows.add(row(h, site, "price", 70 + day + weather[site], "EUR/MWh"));
                rows.add(
                        row(
                                h,
                                site,
                                "carbonIntensity",
                                Math.max(10, 300 + 3 * day + 3 * weather[site]),
                                "gCO2eq/kWh"));
            }
        }
        return rows;
    }

    private static SignalRow row(int hour, int site, String signal, double value, String unit) {
        return new SignalRow(
                Instant.ofEpochSecond(1_700_000_000L / 3_600 * 3_600 + hour * 3_600L),
                "ZONE-" + site,
                signal,
                value,
                unit,
                "actual",
                null);
    }
}
