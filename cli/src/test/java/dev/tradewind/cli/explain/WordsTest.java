package dev.tradewind.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.job.explain.Explanation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of each shape: of its episodes, and of what it missed. */
class WordsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int HOUR = 60;
    private static final double HOLE = Double.NaN;

    private final List<SignalRow> rows = new ArrayList<>();

    @Test
    void aHoleAndTheEndOfTheHistoryAreNamed() {
        every(HOUR, "price", 60, 60, 60, 150, HOLE, HOLE, 60, 60, 60, 140);
        assertThat(said("signal: price", "sustained: {above: 120, for: 3h, maxGap: 20m}"))
                .contains(
                        "or has a hole over 20m",
                        "2026-03-01 03:00  was at or over 120 EUR/MWh for 1h20m when a hole from"
                                + " 04:00 on broke it at 04:20 (`maxGap: 20m`)",
                        "2026-03-01 09:00  was at or over 120 EUR/MWh for 1h when the history ends,"
                                + " of `for: 3h`; peak 140 EUR/MWh");
    }

    @Test
    void ofAThresholdBelowTheWordsTurnRound() {
        every(HOUR, "price", 60, 60, 60, 11, 60, 60, 5, 15, 5, 25, 60);
        assertThat(said("signal: price", "sustained: {below: 10, until: 20}"))
                .contains(
                        "2026-03-01 03:00  reached 11 of 10 EUR/MWh, for 1h",
                        "fired: onset 06:00, peak 5 EUR/MWh at 06:00; cleared 09:00, in force for"
                                + " 3h; back over 10 once, never over 20");
    }

    @Test
    void ofAShiftTheBaselineIsTold() {
        every(HOUR, "price", 100, 100, 100, 100, 71, 100, 100, 100, 100, 60, 100);
        assertThat(said("signal: price", "shift: {by: \"-30%\", from: {mean: 4h}}"))
                .contains(
                        "2026-03-01 00:00  to 02:00 no baseline: readings covered less than half"
                                + " of the 4h before",
                        "2026-03-01 04:00  reached 71 EUR/MWh, 29 % under the baseline of 100; 30 %"
                                + " asked for, for 1h",
                        "2026-03-01 09:00  fired: onset 09:00, peak 60 EUR/MWh, 40 % under the"
                                + " baseline of 100 at 09:00; cleared 10:00");
    }

    @Test
    void ofASilenceTheHole() {
        every(15, "price", 1, 1, HOLE, HOLE, 1, 1, HOLE, HOLE, HOLE, HOLE, 1, HOLE, HOLE, HOLE, 1);
        assertThat(said("signal: price", "silence: {for: 45m}"))
                .contains(
                        "2026-03-01 00:30  no reading for 30m, 15m short of `for: 45m`",
                        "2026-03-01 02:15  fired: no reading since 01:30; cleared 02:30",
                        "2026-03-01 02:45  no reading for 45m, and then one at the very instant");
        assertThat(said("expression: price * 2", "silence: {for: 45m}"))
                .contains("2026-03-01 02:15  fired: no value since 01:30; cleared 02:30");
    }

    @Test
    void ofASequenceWhatFollowedAndWhatDidNot() {
        every(HOUR, "price", 50, 250, 50, 50, 50, 250, 50, 50, 50, 250, 50, 198, 50, 50);
        every(HOUR, "power", 1, 9, 1, 1, 1, 1, 7, 1, 9, 1, 9, 9, 1, 1);
        every(HOUR, "renewableShare", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.9, 0.9, 0, 0, 0);
        assertThat(
                        said(
                                "sites: \"true\"",
                                """
                                sequence:
                                      first: {signal: price, above: 200}
                                      then: {signal: power, above: 8 W}
                                      within: 2h
                                      unless: {signal: renewableShare, above: 0.8}
                                """))
                .contains(
                        "then, within 2h: power is at or over 8 W; until it is back under 8 W",
                        "2026-03-01 01:00  fired: first came 01:00, then power 9 W at 01:00; cleared"
                                + " 02:00, in force for 1h",
                        "2026-03-01 05:00  first came, but `then` did not hold within 2h: power"
                                + " reached 7 of 8 W; it came 1h too late",
                        "2026-03-01 09:00  first came, but `unless` held at 09:00: renewableShare"
                                + " 0.9",
                        "2026-03-01 11:00  first: reached 198 of 200 EUR/MWh, for 1h");
    }

    @Test
    void ofAForecastWhatWasForecast() {
        every(HOUR, "price", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        forecast(0, 1, 100, 100, 100, 196, 196, 100, 100, 100, 100, 100, 100, 100);
        forecast(6, 7, 100, 100, 100, 250, 260, 100, 100, 100, 100, 100, 100, 100, 100, 100);
        assertThat(
                        said(
                                "signal: price",
                                "sustained: {above: 200, for: 2h, forecast: true, within: 6h}"))
                .contains(
                        "forecast of price, EUR/MWh",
                        "2026-03-01 00:00  forecast 196 of 200 EUR/MWh",
                        "2026-03-01 06:00  fired: forecast of 06:00 for 10:00, peak 250 EUR/MWh;"
                                + " cleared 10:00");
    }

    @Test
    void numbersAndDurationsAreAsShortAsTheyMayBe() {
        assertThat(Words.number(120, 4)).isEqualTo("120");
        assertThat(Words.number(119.96, 4)).isEqualTo("120");
        assertThat(Words.number(119.96, 5)).isEqualTo("119.96");
        assertThat(Words.number(0.1 + 0.2, 4)).isEqualTo("0.3");
        assertThat(Words.number(12_345_678.5, 4)).isEqualTo("12350000");
        assertThat(Words.duration(26 * 3_600_000L + 29 * 60_000)).isEqualTo("1d2h");
        assertThat(Words.duration(3_600_000L + 61_000)).isEqualTo("1h1m");
        assertThat(Words.duration(61_400)).isEqualTo("1m1s");
    }

    private void every(int minutes, String signal, double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                rows.add(
                        new SignalRow(
                                START.plus(Duration.ofMinutes((long) minutes * i)),
                                "DE",
                                signal,
                                values[i],
                                "",
                                "actual",
                                null));
            }
        }
    }

    private void forecast(int made, int from, double... values) {
        for (int i = 0; i < values.length; i++) {
            rows.add(
                    new SignalRow(
                            START.plus(Duration.ofHours(from + i)),
                            "DE",
                            "price",
                            values[i],
                            "",
                            "forecast",
                            START.plus(Duration.ofHours(made))));
        }
    }

    /** All on one line, for it is the words that count. */
    private String said(String what, String when) {
        Explanation explanation = OneRule.explained(rows, what, when);
        StringWriter out = new StringWriter();
        new TerminalReport(new PrintWriter(out), Glyphs.BLOCKS, new Paint(false), 400, 99)
                .print(explanation, explanation.fromMillis(), explanation.toMillis());
        return out.toString();
    }
}
