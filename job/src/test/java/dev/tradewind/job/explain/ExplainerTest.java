package dev.tradewind.job.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.explain.NearMiss.Kind;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Why a rule did what it did, and why it did not, of each shape. */
class ExplainerTest {
    private static final long MINUTE = 60_000;
    private static final String SITES =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: frankfurt}
            spec: {zone: DE, connection: c, pue: 1.2}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: oslo}
            spec: {zone: NO, connection: c}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: r}
            spec:
            """;

    private final List<Sample> history = new ArrayList<>();

    @Test
    void anEpisodeHasOnsetPeakAndEndAndDipsThatUntilHasBridged() {
        // 120 is passed from 10:00 on; 110 is between the thresholds, 90 beyond.
        hourly("price", "08:00", 80, 90, 130, 140, 110, 125, 90, 80);
        AtSite at = explained("signal: price", "sustained: {above: 120, until: 100, for: 90m}");
        assertThat(phases(at.phases()))
                .containsExactly("LOW 08:00", "RISEN 10:00", "HELD 11:30", "LOW 14:00");
        assertThat(at.nearMisses()).isEmpty();
        assertThat(at.episodes())
                .singleElement()
                .satisfies(
                        e -> {
                            assertThat(time(e.onsetMillis())).isEqualTo("10:00");
                            assertThat(time(e.firedMillis())).isEqualTo("11:30");
                            assertThat(time(e.endMillis())).isEqualTo("14:00");
                            assertThat(e.end()).isEqualTo(Episode.End.BACK);
                            assertThat(e.peak().value()).isEqualTo(140);
                            assertThat(e.dips()).isEqualTo(1);
                        });
        assertThat(at.inForceMillis(at("12:00"), at("13:00"))).isEqualTo(60 * MINUTE);
    }

    @Test
    void whatWasTooShortAndWhatDidNotReachAreNearMisses() {
        hourly("price", "00:00", 60, 60, 60, 60, 118, 60, 60, 150, 60, 100, 60, 60, 130, 130);
        AtSite at = explained("signal: price", "sustained: {above: 120, for: 3h}");
        assertThat(at.episodes()).isEmpty();
        assertThat(at.nearMisses())
                .extracting(m -> m.kind() + " " + time(m.fromMillis()) + "-" + time(m.toMillis()))
                .containsExactly(
                        "NOT_REACHED 04:00-05:00",
                        "TOO_SHORT 07:00-08:00",
                        "TOO_SHORT 12:00-14:00");
        assertThat(at.nearMisses().get(0).nearest().value()).isEqualTo(118);
        assertThat(at.nearMisses().get(0).closeness()).isBetween(0.96, 0.97);
        assertThat(at.nearMisses().get(1).closeness()).isEqualTo(1.0 / 3);
    }

    @Test
    void aValueOnItsWayUpToAnEpisodeOrDownIsNoNearMiss() {
        hourly("price", "00:00", 60, 60, 60, 60, 119, 130, 119, 60, 60, 119, 60);
        AtSite at = explained("signal: price", "sustained: {above: 120}");
        assertThat(at.nearMisses())
                .extracting(m -> m.kind() + " " + time(m.fromMillis()))
                .containsExactly("NOT_REACHED 09:00");
    }

    @Test
    void aHoleBreaksALevelAndNothingIsKnownAfterIt() {
        hourly("price", "08:00", 80, 130);
        hourly("price", "12:00", 80);
        AtSite at = explained("signal: price", "sustained: {above: 120, for: 3h, maxGap: 20m}");
        assertThat(phases(at.phases()))
                .containsExactly("LOW 08:00", "RISEN 09:00", "UNKNOWN 10:20", "LOW 12:00");
        assertThat(at.nearMisses())
                .singleElement()
                .satisfies(
                        m -> {
                            assertThat(m.kind()).isEqualTo(Kind.HOLE);
                            assertThat(time(m.atMillis())).isEqualTo("10:00");
                            assertThat(time(m.toMillis())).isEqualTo("10:20");
                        });
    }

    @Test
    void ofAShiftTheBaselineIsToldAndWhenItWasNotKnown() {
        hourly("price", "00:00", 100, 100, 100, 100, 100, 100, 60, 60, 60, 100, 72);
        AtSite at = explained("signal: price", "shift: {by: \"-30%\", from: {mean: 4h}, for: 1h}");
        assertThat(phases(at.phases()))
                .containsExactly(
                        "UNKNOWN 00:00", "LOW 02:00", "RISEN 06:00", "HELD 07:00", "LOW 08:00");
        Episode episode = at.episodes().get(0);
        assertThat(episode.peak().base()).isEqualTo(100);
        assertThat(episode.peak().enter()).isEqualTo(70);
        assertThat(at.nearMisses())
                .extracting(m -> m.kind() + " " + time(m.fromMillis()))
                .containsExactly("NO_BASELINE 00:00");
    }

    @Test
    void aChangeThatIsNearlyEnoughIsMeasuredFromItsBaseline() {
        hourly("price", "00:00", 100, 100, 100, 100, 71, 100);
        AtSite at = explained("signal: price", "shift: {by: \"-30%\", from: {mean: 4h}}");
        assertThat(at.nearMisses())
                .filteredOn(m -> m.kind() == Kind.NOT_REACHED)
                .singleElement()
                .satisfies(
                        m -> {
                            assertThat(m.nearest().base()).isEqualTo(100);
                            assertThat(m.closeness()).isBetween(0.966, 0.967);
                        });
    }

    @Test
    void aSilenceIsToldByItsHoleAndAHoleOfHalfOfItIsNear() {
        hourly("price", "00:00", 1, 1);
        hourly("price", "03:00", 1);
        hourly("price", "06:30", 1);
        AtSite at = explained("signal: price", "silence: {for: 2h}");
        assertThat(phases(at.phases())).containsExactly("LOW 00:00", "HELD 06:00", "LOW 06:30");
        assertThat(at.episodes())
                .singleElement()
                .satisfies(e -> assertThat(time(e.onsetMillis())).isEqualTo("04:00"));
        assertThat(at.nearMisses())
                .extracting(m -> m.kind() + " " + time(m.fromMillis()) + "-" + time(m.toMillis()))
                .containsExactly("HEARD_AGAIN 02:00-03:00");
    }

    @Test
    void ofAnExpressionItsValueIsTold() {
        hourly("price", "00:00", 50, 100, 50);
        hourly("carbonIntensity", "00:00", 100, 400, 100);
        AtSite at =
                explained(
                        "expression: \"price * pue + 0.1 * carbonIntensity\"",
                        "sustained: {above: 150}");
        assertThat(at.lanes().get(0).tracks().get(0).pieces())
                .extracting(Piece::value)
                .containsExactly(70.0, 160.0, 70.0);
        assertThat(at.episodes()).hasSize(1);
    }

    @Test
    void ofAForecastItIsToldWhatWasForecastThen() {
        // Made at 00:00 of ten hours from 01:00 on: 250 for two hours from 06:00 on.
        forecast("00:00", "01:00", 100, 100, 100, 100, 190, 250, 260, 100, 100, 100);
        hourly("price", "00:00", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        AtSite at =
                explained(
                        "signal: price",
                        "sustained: {above: 200, for: 2h, forecast: true, within: 5h}");
        assertThat(at.episodes())
                .singleElement()
                .satisfies(
                        e -> {
                            assertThat(time(e.firedMillis())).isEqualTo("03:00");
                            assertThat(time(e.onsetMillis())).isEqualTo("06:00");
                            assertThat(time(e.saidMillis())).isEqualTo("00:00");
                            assertThat(e.peak().value()).isEqualTo(250);
                        });
        assertThat(at.lanes().get(0).tracks().get(0).pieces())
                .filteredOn(piece -> time(piece.fromMillis()).equals("02:00"))
                .as("at 02:00 the two hours from 05:00 on are near enough")
                .extracting(Piece::value)
                .containsExactly(190.0);
    }

    @Test
    void aSequenceTellsWhatSpoiltItAndWhatNeverFollowed() {
        hourly("price", "00:00", 50, 250, 50, 50, 250, 50, 50, 250, 50, 50, 50, 250, 50);
        hourly("power", "00:00", 1, 1, 9, 1, 1, 7, 1, 1, 9, 1, 1, 1, 1, 1, 9, 1);
        hourly("renewableShare", "00:00", 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
        AtSite at =
                explained(
                        "sites: \"site.name == 'frankfurt'\"",
                        """
                        sequence:
                              first: {signal: price, above: 200}
                              then: {signal: power, above: 8 W}
                              within: 2h
                              unless: {signal: renewableShare, above: 0.5}
                        """);
        assertThat(at.lanes()).hasSize(3);
        assertThat(at.episodes())
                .extracting(e -> time(e.onsetMillis()) + " " + time(e.firedMillis()))
                .containsExactly("01:00 02:00");
        assertThat(at.nearMisses())
                .extracting(
                        m ->
                                m.kind()
                                        + " "
                                        + time(m.fromMillis())
                                        + (m.atMillis() == null ? "" : " " + time(m.atMillis())))
                .containsExactly(
                        "NOTHING_FOLLOWED 04:00 08:00",
                        "SPOILT 07:00 08:00",
                        "NOTHING_FOLLOWED 11:00 14:00");
        assertThat(at.nearMisses().get(0).nearest().value()).isEqualTo(7);
    }

    @Test
    void theSitesOwnReadingsCountWhileTheyAreNotStale() {
        hourly("price", "00:00", 50, 50, 50, 50, 50, 50);
        Series own = Series.ofSite("frankfurt", "price");
        history.add(Sample.actual(own, 150, at("01:00"), at("02:00")));
        AtSite at = explained("signal: price", "sustained: {above: 120, for: 30m, maxGap: 45m}");
        assertThat(at.lanes().get(0).tracks().get(0).pieces())
                .extracting(piece -> time(piece.fromMillis()) + " " + piece.value())
                .containsExactly(
                        "00:00 50.0",
                        "01:00 150.0",
                        "02:45 50.0",
                        "03:00 50.0",
                        "04:00 50.0",
                        "05:00 50.0");
        assertThat(at.episodes()).hasSize(1);
    }

    @Test
    void detectionsAreThoseThatTheJobWouldPublish() {
        hourly("price", "00:00", 50, 150, 50, 150);
        Explanation explanation = explain("signal: price", "sustained: {above: 120}");
        assertThat(time(explanation.toMillis())).isEqualTo("04:00");
        assertThat(explanation.detections())
                .extracting(Detection::kind)
                .containsExactly(
                        Detection.Kind.fired, Detection.Kind.cleared, Detection.Kind.fired);
        assertThat(explanation.sites().get(0).episodes().get(1).end()).isEqualTo(Episode.End.OPEN);
    }

    private AtSite explained(String what, String when) {
        return explain(what, when).sites().get(0);
    }

    private Explanation explain(String what, String when) {
        CatalogResult result =
                CatalogParser.parse(
                        List.of(
                                new CatalogFile(
                                        "c.yaml",
                                        SITES
                                                + "  "
                                                + what
                                                + "\n  when:\n    "
                                                + when
                                                + "\n  then: notify\n")));
        assertThat(result.problems()).isEmpty();
        Catalog catalog = result.catalog();
        return Explainer.explain(
                catalog,
                catalog.rules().get(0),
                List.of(catalog.site("frankfurt").orElseThrow()),
                history,
                120 * MINUTE);
    }

    private void hourly(String signal, String from, double... values) {
        long start = at(from);
        for (double value : values) {
            history.add(
                    Sample.actual(Series.ofZone("DE", signal), value, start, start + 60 * MINUTE));
            start += 60 * MINUTE;
        }
    }

    private void forecast(String made, String from, double... values) {
        long[] starts = new long[values.length];
        long[] ends = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            starts[i] = at(from) + i * 60 * MINUTE;
            ends[i] = starts[i] + 60 * MINUTE;
        }
        history.add(Sample.forecast(Series.ofZone("DE", "price"), at(made), starts, ends, values));
    }

    private static List<String> phases(List<Phase> phases) {
        return phases.stream().map(p -> p.state() + " " + time(p.fromMillis())).toList();
    }

    private static long at(String time) {
        return Instant.parse("2026-03-01T" + time + ":00Z").toEpochMilli();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString().substring(11, 16);
    }
}
