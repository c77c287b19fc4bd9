package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tradewind.cli.backtest.DeferBench.Line;
import dev.tradewind.cli.backtest.PlanBench.Ahead;
import dev.tradewind.cli.signals.SignalRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the planner and waiting are worth on a year of real energy: beside the project, or where
 * {@code TRADEWIND_DATA} says. With {@code -Pslow}; {@link PlanFiguresTest} and {@link
 * DeferFiguresTest} make energy up.
 */
class RealFiguresIT {
    private static final Path DATA =
            Path.of(System.getenv().getOrDefault("TRADEWIND_DATA", "../../shared/data"));

    @Test
    void thePlannerIsAsGoodAsItWas() throws IOException {
        Path signals = thereIs("us4-2022.signals.csv");
        Timeline year = Timeline.of(Signals.read(List.of(signals), Map.of()));
        PlanBench.Line nothing = PlanBench.run(year, year, Ahead.NOTHING).get(0);
        assertThat(nothing.mean()).isGreaterThanOrEqualTo(0.958);
        assertThat(nothing.worst()).isGreaterThanOrEqualTo(0.917);
        PlanBench.Line prices = PlanBench.run(year, year, Ahead.PRICES).get(0);
        assertThat(prices.mean()).isGreaterThanOrEqualTo(0.982);
        assertThat(prices.worst()).isGreaterThanOrEqualTo(0.960);
        PlanBench.Line day = PlanBench.run(year, year, Ahead.DAY).get(0);
        assertThat(day.mean()).isGreaterThanOrEqualTo(0.992);
        assertThat(day.worst()).isGreaterThanOrEqualTo(0.966);
    }

    @Test
    void waitingMeetsEveryGoal() throws IOException {
        Path signals = thereIs("us4-2022.signals.csv");
        Path ahead = thereIs("us4-2022.day-ahead.csv");
        List<Line> lines =
                DeferRun.run(
                        Timeline.of(Signals.read(List.of(signals), Map.of())),
                        Timeline.of(
                                Signals.read(List.of(signals, ahead), Map.of()).stream()
                                        .filter(SignalRow::isForecast)
                                        .toList()),
                        thereIs("jobs-pai-1k.csv"),
                        line -> {});
        assertThat(lines).allMatch(Line::met).hasSize(21);
        assertThat(lines).filteredOn(line -> line.goal() > 0).hasSize(15);
    }

    private static Path thereIs(String name) {
        Path file = DATA.resolve(name);
        assumeThat(Files.exists(file)).as("%s is there", file).isTrue();
        return file;
    }
}
