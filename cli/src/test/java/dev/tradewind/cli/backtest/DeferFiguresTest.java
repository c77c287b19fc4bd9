package dev.tradewind.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.backtest.DeferBench.Line;
import dev.tradewind.cli.signals.SignalRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waiting is worth on a made-up month; on real energy see {@link RealFiguresIT}. */
class DeferFiguresTest {
    @TempDir private Path dir;

    @Test
    void onAMadeUpMonth() throws IOException {
        Path jobs = dir.resolve("jobs.csv");
        Files.writeString(
                jobs, "arrival_time,length,cpus\n0.0,6302.0,1\n68.0,1000.0,1\n838.0,23549.0,4\n");
        Timeline month = month(1);
        List<Line> lines = DeferRun.run(month, Timeline.of(List.of()), jobs, line -> {});
        assertThat(lines)
                .filteredOn(line -> line.name().contains("within known"))
                .hasSize(2)
                .allMatch(line -> line.ours() > 0.999 && line.jobs() > 400);
        assertThat(lines)
                .filteredOn(line -> line.name().contains("day-ahead, 24 h"))
                .allMatch(line -> line.ours() > 0.9);
        assertThat(lines)
                .filteredOn(line -> line.name().startsWith("3 jobs"))
                .hasSize(3)
                .allMatch(line -> line.jobs() == 3);
        Line together =
                lines.stream()
                        .filter(line -> line.name().equals(DeferRun.TOGETHER))
                        .findFirst()
                        .orElseThrow();
        assertThat(together.ours()).isBetween(0.7, 1.0);
        assertThat(lines).allMatch(line -> line.ours() <= 1 + 1e-9 && line.saved() >= 0);
    }

    /** Nothing to gain anywhere: the whole of nothing is saved, and nothing is NaN. */
    @Test
    void whereNothingVariesNothingIsMissed() throws IOException {
        List<Line> lines = DeferRun.run(month(0), Timeline.of(List.of()), null, line -> {});
        assertThat(lines).allMatch(line -> line.ours() == 1 && line.saved() == 0);
    }

    /** Two regions with a day of their own and weather that comes and goes. */
    private static Timeline month(double swing) {
        Random random = new Random(7);
        List<SignalRow> rows = new ArrayList<>();
        double[] weather = new double[2];
        for (int h = 0; h < 30 * 24; h++) {
            for (int site = 0; site < 2; site++) {
                weather[site] = 0.95 * weather[site] + random.nextGaussian() * 8;
                double day = 30 * Math.cos(2 * Math.PI * (h % 24 - 10 * site) / 24);
                double now = swing * (day + weather[site]);
                rows.add(row(h, site, "price", 70 + now, "EUR/MWh"));
                rows.add(
                        row(h, site, "carbonIntensity", Math.max(10, 400 + 3 * now), "gCO2eq/kWh"));
            }
        }
        return Timeline.of(rows);
    }

    private static SignalRow row(int hour, int site, String signal, double value, String unit) {
        return new SignalRow(
                Instant.ofEpochSecond(1_700_006_400L + hour * 3_600L),
                "ZONE-" + site,
                signal,
                value,
                unit,
                "actual",
                null);
    }
}
