package dev.tradewind.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.cli.signals.SignalHistory;
import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.job.explain.Explainer;
import dev.tradewind.job.explain.Explanation;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.sources.readings.Sample;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is drawn of a small history: two days of an hourly price, with a hole. */
class DrawingTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int[] PRICES = {
        62, 58, 55, 54, 57, 70, 95, 118, 96, 80, 75, 72, 70, 74, 85, 110, 128, 143, 131, 112, 124,
        96, 80, 66, 60, 57, 55, 55, 60, 74, 99, 125, 97, 82, 76, 74, 73, 78, 90, 121, 135, -1, -1,
        105, 98, 84, 72, 64
    };
    private static final Catalog CATALOG =
            CatalogParser.parse(
                            List.of(
                                    new CatalogFile(
                                            "c.yaml",
                                            """
                                            apiVersion: tradewind.dev/v1
                                            kind: Site
                                            metadata: {name: frankfurt}
                                            spec: {zone: DE, connection: frankfurt}
                                            ---
                                            apiVersion: tradewind.dev/v1
                                            kind: Rule
                                            metadata: {name: dear-hours}
                                            spec:
                                              signal: price
                                              when:
                                                sustained:
                                                  above: 120 EUR/MWh
                                                  until: 100 EUR/MWh
                                                  for: 2h
                                                  maxGap: 30m
                                              then: reconsider
                                            """)))
                    .catalog();

    @Test
    void theChartAndTheWordsBelowIt() {
        assertThat(drawn(Glyphs.BLOCKS, false))
                .isEqualTo(
                        """
                        dear-hours  sustained, version 986ef3ee4854319f
                          fires when price is at or over 120 EUR/MWh, for 2h; until it is back under 100
                              EUR/MWh, or has a hole over 30m
                          2026-03-01 00:00 to 2026-03-03 00:00 UTC, a column is 41m9s

                        frankfurt, zone DE
                          fired 2 times, in force for 3h30m of 2d (7.3 %), 2 near misses
                        price, EUR/MWh
                                 ┤                        █▀█
                                 ┤                        █ █▄                              █▀
                                 ┤                       █▀  █ ▄▄              ██         ▄▄█
                             120 ┤╌╌╌╌╌╌╌╌╌╌██╌╌╌╌╌╌╌╌╌╌╌█╌╌╌█▄██╌╌╌╌╌╌╌╌╌╌╌╌╌╌██╌╌╌╌╌╌╌╌╌█╌╌╌  ╌╌╌╌╌╌╌╌
                                 ┤          ██         █▀▀      █              ██         █     ▄▄▄
                             100 ┤┈┈┈┈┈┈┈┈▄▄██▄▄┈┈┈┈┈┈┈█┈┈┈┈┈┈┈┈█▄▄┈┈┈┈┈┈┈┈┈┈█▀▀█▄▄┈┈┈┈┈┈┈█┈┈┈  ┈┈█▄┈┈┈┈
                                 ┤        █    █       █          █          █    █      █▀        █
                                 ┤        █    █▄     █▀          █▄         █    ▀█   ▄▄█         ▀▀█
                                 ┤       ▄█     ▀▀█▄█▀▀            █        █▀     ▀▀▀▀▀             █▄
                                 ┤▄▄     █                         ▀▀▄▄   ▄▄█                         ▀▀
                                 ┤ ▀▀▀██▀▀                            ▀▀▀▀▀
                            rule │──────────×────────────▒▒▒█████──────────────×▒─────────▒▒▒██?────────
                                 └┬────────────────┬─────────────────┬────────────────┬─────────────────
                                  03-01            12:00             03-02            12:00
                                  ╌ fires  ┈ until  rule: ▒ rose  █ fired, in force  × nearly  ? unknown
                          episodes
                            2026-03-01 18:00  fired: onset 16:00, for 2h, peak 143 EUR/MWh at 17:00;
                                cleared 21:00, in force for 3h; back under 120 once, never under 100
                            2026-03-02 17:00  fired: onset 15:00, for 2h, peak 135 EUR/MWh at 16:00;
                                cleared 17:30 by a hole in the readings, in force for 30m
                          near misses
                            2026-03-01 07:00  reached 118 of 120 EUR/MWh, for 1h
                            2026-03-02 07:00  was at or over 120 EUR/MWh for 1h, 1h short of `for: 2h`;
                                peak 125 EUR/MWh
                        """);
    }

    @Test
    void whereTheTerminalHasNoBlocksItIsDrawnInAscii() {
        String ascii = drawn(Glyphs.ASCII, false);
        assertThat(ascii).matches("[\\x20-\\x7e\\n]*");
        assertThat(ascii.lines()).hasSameSizeAs(drawn(Glyphs.BLOCKS, false).lines().toList());
        assertThat(Glyphs.can("UTF-8")).isTrue();
        assertThat(Glyphs.can("ANSI_X3.4-1968")).isFalse();
        assertThat(Glyphs.can(null)).isFalse();
    }

    @Test
    void coloursAreAllThatATerminalAdds() {
        String coloured = drawn(Glyphs.BLOCKS, true);
        assertThat(coloured).contains("\u001b[31m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "").lines().map(String::stripTrailing))
                .isEqualTo(drawn(Glyphs.BLOCKS, false).lines().toList());
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        assertThat(drawn(Glyphs.BLOCKS, false).lines()).allMatch(line -> line.length() <= 80);
        assertThat(ExplainCommand.width(null)).isEqualTo(100);
        assertThat(ExplainCommand.width("132")).isEqualTo(132);
        assertThat(ExplainCommand.width("7")).isEqualTo(40);
        assertThat(ExplainCommand.width("wide")).isEqualTo(100);
    }

    @Test
    void timesOfAnAxisAreRound() {
        long hour = 3_600_000;
        long from = START.toEpochMilli();
        assertThat(labels(from, from + 24 * hour, 6))
                .containsExactly("03-01", "06:00", "12:00", "18:00", "03-02");
        assertThat(labels(from, from + 364 * 24 * hour, 6))
                .containsExactly("Mar", "May", "Jul", "Sep", "Nov", "2027");
        assertThat(labels(from + 1, from + 20 * 60_000, 4))
                .containsExactly("00:05", "00:10", "00:15", "00:20");
        assertThat(Ticks.numbers(-12, 143, 4)).containsExactly(0.0, 50.0, 100.0);
        assertThat(Ticks.numbers(5, 5, 4)).containsExactly(5.0);
    }

    @Test
    void aScaleShowsTheThresholdWhateverAnHourOfScarcityCosts() {
        List<SignalRow> rows = rows();
        rows.add(row(START.plus(Duration.ofHours(48)), "DE", 9_000));
        Explanation explanation = explain(rows);
        var lane = explanation.sites().get(0).lanes().get(0);
        Buckets buckets = Buckets.of(lane, explanation.fromMillis(), explanation.toMillis(), 40);
        Scale scale = Scale.of(lane, buckets);
        assertThat(scale.high()).isBetween(150.0, 300.0);
        assertThat(scale.most()).isEqualTo(9_000);
        assertThat(scale.cuts(9_000)).isTrue();
        assertThat(scale.at(9_000)).isEqualTo(1);
    }

    @Test
    void aRowHoldsForTheIntervalThatItsSeriesUsuallyHas() {
        List<SignalRow> rows = new ArrayList<>();
        for (int minutes : new int[] {0, 5, 10, 30, 35}) {
            rows.add(row(START.plus(Duration.ofMinutes(minutes)), "DE", minutes));
        }
        SignalHistory history = SignalHistory.of(rows, CATALOG, Map.of());
        assertThat(history.samples())
                .allMatch(sample -> sample.endMillis() - sample.startMillis() == 5 * 60_000);
        assertThat(SignalHistory.interval(new long[] {7})).isEqualTo(3_600_000);
        assertThat(history.zones()).containsExactly("DE");
        assertThatThrownBy(
                        () ->
                                SignalHistory.of(
                                        List.of(
                                                new SignalRow(
                                                        START, "DE", "price", 1, "USD/MWh",
                                                        "actual", null)),
                                        CATALOG,
                                        Map.of()))
                .hasMessageContaining("2026-03-01T00:00:00Z of DE")
                .hasMessageContaining("USD");
    }

    @Test
    void rowsOfOneForecastAreOneCurve() {
        List<SignalRow> rows = new ArrayList<>();
        for (int hour = 23; hour >= 12; hour--) {
            rows.add(
                    new SignalRow(
                            START.plus(Duration.ofHours(hour)),
                            "DE",
                            "price",
                            hour,
                            "EUR/MWh",
                            "forecast",
                            START));
        }
        SignalHistory history = SignalHistory.of(rows, CATALOG, Map.of());
        assertThat(history.samples())
                .singleElement()
                .satisfies(
                        sample -> {
                            assertThat(sample.kind()).isEqualTo(Sample.Kind.FORECAST);
                            assertThat(sample.pointValues()).hasSize(12).startsWith(12.0, 13.0);
                        });
    }

    @Test
    void whatXmlCannotCarryIsReplaced() {
        assertThat(Svg.escaped("a<b & \"c\" \u0000\u001b\ud800 \ud83c\udf2c"))
                .isEqualTo("a&lt;b &amp; &quot;c&quot; \ufffd\ufffd\ufffd \ud83c\udf2c");
    }

    private static List<String> labels(long from, long to, int most) {
        return Ticks.times(from, to, most).stream().map(Ticks.Tick::label).toList();
    }

    private static SignalRow row(Instant at, String zone, double value) {
        return new SignalRow(at, zone, "price", value, "EUR/MWh", "actual", null);
    }

    private static List<SignalRow> rows() {
        List<SignalRow> rows = new ArrayList<>();
        for (int hour = 0; hour < PRICES.length; hour++) {
            if (PRICES[hour] >= 0) {
                rows.add(row(START.plus(Duration.ofHours(hour)), "DE", PRICES[hour]));
            }
        }
        return rows;
    }

    private static Explanation explain(List<SignalRow> rows) {
        Rule rule = CATALOG.rules().get(0);
        return Explainer.explain(
                CATALOG,
                rule,
                CATALOG.sites(),
                SignalHistory.of(rows, CATALOG, Map.of()).samples(),
                7_200_000);
    }

    private static String drawn(Glyphs glyphs, boolean colours) {
        Explanation explanation = explain(rows());
        StringWriter out = new StringWriter();
        new TerminalReport(new PrintWriter(out), glyphs, new Paint(colours), 80, 12)
                .print(explanation, explanation.fromMillis(), explanation.toMillis());
        return out.toString();
    }
}
