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

/**
 * The chart of each shape, to the character: when the rule rose, fired and cleared, and where it
 * nearly fired and why it did not. That of a sustained level is {@link DrawingTest}'s. A column is
 * half an hour.
 */
class DrawnShapesTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final double HOLE = Double.NaN;

    private final List<SignalRow> rows = new ArrayList<>();

    /** The last that was drawn, as a picture. */
    private String picture;

    @Test
    void ofAShiftTheThresholdsMoveWithTheBaseline() {
        hourly(
                "price", 100, 100, 100, 100, 60, 100, 100, 100, 100, 100, 100, 71, 100, 100, 100,
                100, 100, 100, 50, 50, 50, 100, 100, 100);
        assertThat(drawn("signal: price", "shift: {by: \"-30%\", from: {mean: 4h}, for: 2h}"))
                .isEqualTo(
                        """
                        r  shift, version 76b7fe67c14211e7
                          fires when price is 30 % or more under the mean of the
                              4h before, for 2h; until it is less than 30 % under
                              the mean of the 4h before
                          2026-03-01 00:00 to 2026-03-02 00:00 UTC, a column is
                              30m

                        frankfurt, zone DE
                          fired once, in force for 1h of 1d (4.2 %), 2 near misses
                        price, EUR/MWh
                             100 ┤▀▀▀▀▀▀▀▀▄·█▀▀▀▀▀▀▀▀▀▀▀▄·█▀▀▀▀▀▀▀▀▀▀▀▄·    █▀▀▀▀▀
                                 ┤        █ █           █ █·······    █     █
                                 ┤        █ █·······    █ █           █ ··  █
                                 ┤        █ █           █ █           █     █
                              80 ┤        █ █           █ █           █   ··█   ··
                                 ┤    ╌╌╌╌█╌█       ╌╌╌╌█▄▀       ╌╌╌╌█╌    █
                                 ┤        █ █             ╌╌╌╌╌╌╌╌    █     █
                              60 ┤        █▄▀╌╌╌╌╌╌╌                  █ ╌╌  █···
                                 ┤                                    █   ╌╌█   ╌╌
                                 ┤                                    ▀▀▀▀▀▀
                                 ┤                                          ╌╌╌╌
                            rule │????────×▒────────────×─────────────▒▒▒▒██──────
                                 └┬───────────────────────┬───────────────────────
                                  03-01                   12:00
                                  ╌ fires  ┈ until  · baseline  rule: ▒ rose  █
                                      fired, in force  × nearly  ? unknown
                          episodes
                            2026-03-01 20:00  fired: onset 18:00, for 2h, peak 50
                                EUR/MWh, 50 % under the baseline of 100 at 18:00;
                                cleared 21:00, in force for 1h
                          not known
                            2026-03-01 00:00  to 02:00 no baseline: readings
                                covered less than half of the 4h before
                          near misses
                            2026-03-01 04:00  was 30 % or more under the mean of
                                the 4h before for 1h, 1h short of `for: 2h`; peak
                                60 EUR/MWh, 40 % under the baseline of 100
                            2026-03-01 11:00  reached 71 EUR/MWh, 29 % under the
                                baseline of 100; 30 % asked for, for 1h
                        """);
        assertThat(pictured("rect", "episode")).isEqualTo(1);
        assertThat(pictured("path", "near")).as("and one in the legend").isEqualTo(3);
        assertThat(pictured("path", "curve")).isEqualTo(1);
    }

    @Test
    void ofASequenceEachSideHasACurveAndALevel() {
        hourly(
                "price", 50, 250, 50, 50, 50, 50, 250, 50, 50, 50, 50, 50, 250, 50, 50, 50, 50, 50,
                50, 50);
        hourly("power", 1, 1, 9, 9, 1, 1, 1, 7, 1, 1, 1, 1, 1, 9, 1, 1, 1, 1, 1, 1);
        hourly("renewableShare", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0, 0);
        assertThat(
                        drawn(
                                "sites: \"true\"",
                                """
                                sequence:
                                      first: {signal: price, above: 200}
                                      then: {signal: power, above: 8 W}
                                      within: 3h
                                      unless: {signal: renewableShare, above: 0.8}
                                """))
                .isEqualTo(
                        """
                        r  sequence, version 40dcf4861268def1
                          first: price is at or over 200 EUR/MWh; until it is back
                              under 200 EUR/MWh
                          then, within 3h: power is at or over 8 W; until it is
                              back under 8 W
                          unless: renewableShare is at or over 0.8; until it is
                              back under 0.8
                          2026-03-01 00:00 to 2026-03-02 00:00 UTC, a column is
                              30m

                        frankfurt, zone DE
                          fired once, in force for 2h of 1d (8.3 %), 2 near misses
                        first: price, EUR/MWh
                             250 ┤  █▀▄       █▀▄         █▀▄
                             200 ┤╌╌█╌█╌╌╌╌╌╌╌█╌█╌╌╌╌╌╌╌╌╌█╌█╌╌╌╌╌╌╌╌╌╌╌╌╌
                                 ┤  █ █       █ █         █ █
                                 ┤  █ █       █ █         █ █
                                 ┤▄▄▀ █▄▄▄▄▄▄▄▀ █▄▄▄▄▄▄▄▄▄▀ █▄▄▄▄▄▄▄▄▄▄▄▄▄
                           level │──██────────██──────────██──────────────????????
                        then: power, W
                               8 ┤╌╌╌╌█▀▀▀▄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌█▀▄╌╌╌╌╌╌╌╌╌╌╌
                                 ┤    █   █     █▀▄         █ █
                                 ┤    █   █     █ █         █ █
                                 ┤    █   █     █ █         █ █
                                 ┤▄▄▄▄▀   █▄▄▄▄▄▀ █▄▄▄▄▄▄▄▄▄▀ █▄▄▄▄▄▄▄▄▄▄▄
                           level │────████──────────────────██────────────????????
                        unless: renewableShare
                             0.8 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌█▀▄╌╌╌╌╌╌╌╌╌╌╌
                                 ┤                          █ █
                                 ┤                          █ █
                                 ┤                          █ █
                               0 ┤▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▀ █▄▄▄▄▄▄▄▄▄▄▄
                           level │──────────────────────────██────────────????????
                            rule │──▒▒████────×▒▒▒▒▒──────×▒──────────────????????
                                 └┬───────────────────────┬───────────────────────
                                  03-01                   12:00
                                  ╌ fires  ┈ until  rule: ▒ first came  █ fired,
                                      in force  × nearly  ? unknown
                          episodes
                            2026-03-01 02:00  fired: first came 01:00, then power
                                9 W at 02:00; cleared 04:00, in force for 2h
                          near misses
                            2026-03-01 06:00  first came, but `then` did not hold
                                within 3h: power reached 7 of 8 W
                            2026-03-01 12:00  first came, but `unless` held at
                                13:00: renewableShare 0.9
                        """);
        assertThat(pictured("rect", "episode")).as("in each of three").isEqualTo(3);
        assertThat(pictured("path", "near")).as("and one in the legend").isEqualTo(3);
        assertThat(pictured("path", "curve")).isEqualTo(3);
    }

    @Test
    void ofASilenceItIsShownWhenThereWereReadings() {
        hourly(
                "price", 1, 1, 1, 1, HOLE, HOLE, 1, 1, 1, 1, HOLE, HOLE, HOLE, HOLE, HOLE, 1, 1, 1,
                1, 1, HOLE, HOLE, HOLE, 1);
        assertThat(drawn("signal: price", "silence: {for: 3h}"))
                .isEqualTo(
                        """
                        r  silence, version a100fcd36f633799
                          fires when price has no reading, for 3h; until it has a
                              reading again
                          2026-03-01 00:00 to 2026-03-02 00:00 UTC, a column is
                              30m

                        frankfurt, zone DE
                          fired once, in force for 2h of 1d (8.3 %), 2 near misses
                        price, EUR/MWh
                           heard │████████    ████████          ██████████      ██
                            rule │────────×─────────────────████──────────×───────
                                 └┬───────────────────────┬───────────────────────
                                  03-01                   12:00
                                  █ a reading  rule: █ fired, in force  × nearly
                                      ? unknown
                          episodes
                            2026-03-01 13:00  fired: no reading since 10:00;
                                cleared 15:00, in force for 2h
                          near misses
                            2026-03-01 04:00  no reading for 2h, 1h short of `for:
                                3h`
                            2026-03-01 20:00  no reading for 3h, and then one at
                                the very instant at which it would have fired
                        """);
        assertThat(pictured("rect", "episode")).isEqualTo(1);
        assertThat(pictured("path", "near")).as("and one in the legend").isEqualTo(3);
        assertThat(pictured("path", "curve")).isZero();
    }

    @Test
    void ofAForecastItIsShownWhatWasForecastThen() {
        hourly("price", new double[24]);
        forecast(
                0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 196, 196, 100, 100, 100, 100,
                100, 100, 100, 100, 100, 100, 100, 100);
        forecast(
                8, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 250, 260, 100, 100, 100, 100,
                100);
        assertThat(
                        drawn(
                                "signal: price",
                                "sustained: {above: 200, for: 2h, forecast: true, within: 6h}"))
                .isEqualTo(
                        """
                        r  sustained, version 13045c4c6483a240
                          fires when price is forecast at or over 200 EUR/MWh for
                              2h within 6h; until it is no longer forecast so
                          2026-03-01 00:00 to 2026-03-02 00:00 UTC, a column is
                              30m

                        frankfurt, zone DE
                          fired once, in force for 4h of 1d (16.7 %), 1 near miss
                        forecast of price, EUR/MWh
                                 ┤                            █▀▀▀▀▀▀▀▄
                                 ┤                            █       █
                                 ┤                            █       █
                             200 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌█╌╌╌╌╌╌╌█╌╌╌╌╌╌╌╌╌╌╌
                                 ┤            █▀▀▀▄           █       █
                                 ┤            █   █           █       █
                                 ┤            █   █           █       █
                                 ┤            █   █           █       █
                                 ┤            █   █           █       █
                                 ┤            █   █           █       █
                             100 ┤▄▄▄▄▄▄▄▄▄▄▄▄▀   █▄▄▄▄▄▄▄▄▄▄▄▀       █▄▄▄▄▄▄▄▄▄▄
                            rule │────────────×───────────────████████────────────
                                 └┬───────────────────────┬───────────────────────
                                  03-01                   12:00
                                  ╌ fires  ┈ until  rule: ▒ rose  █ fired, in
                                      force  × nearly  ? unknown
                          episodes
                            2026-03-01 14:00  fired: forecast of 08:00 for 18:00,
                                peak 250 EUR/MWh; cleared 18:00, in force for 4h
                          near misses
                            2026-03-01 06:00  forecast 196 of 200 EUR/MWh
                        """);
        assertThat(pictured("rect", "episode")).isEqualTo(1);
        assertThat(pictured("path", "near")).as("and one in the legend").isEqualTo(2);
        assertThat(pictured("path", "curve")).isEqualTo(1);
    }

    private void hourly(String signal, double... values) {
        for (int hour = 0; hour < values.length; hour++) {
            if (!Double.isNaN(values[hour])) {
                rows.add(row(hour, signal, values[hour], "actual", null));
            }
        }
    }

    /** Made at an hour, of that hour and those that follow. */
    private void forecast(int made, double... values) {
        for (int hour = 0; hour < values.length; hour++) {
            rows.add(
                    row(
                            made + hour,
                            "price",
                            values[hour],
                            "forecast",
                            START.plus(Duration.ofHours(made))));
        }
    }

    private static SignalRow row(
            int hour, String signal, double value, String kind, Instant generatedAt) {
        return new SignalRow(
                START.plus(Duration.ofHours(hour)), "DE", signal, value, "", kind, generatedAt);
    }

    /** On a terminal so wide that a column is half an hour of a day. */
    private String drawn(String what, String when) {
        Explanation explanation = OneRule.explained(rows, what, when);
        StringWriter out = new StringWriter();
        long from = START.toEpochMilli();
        new TerminalReport(
                        new PrintWriter(out),
                        Glyphs.BLOCKS,
                        new Paint(false),
                        48 + TerminalChart.GUTTER + 1,
                        12)
                .print(explanation, from, from + Duration.ofDays(1).toMillis());
        picture = new SvgReport().draw(explanation, from, from + Duration.ofDays(1).toMillis());
        return out.toString();
    }

    /** How many bands, marks or curves the picture has. */
    private int pictured(String element, String name) {
        return picture.split("<" + element + " class=\"" + name + "\"", -1).length - 1;
    }
}
