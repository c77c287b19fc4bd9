package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.Fixtures.DEAR;
import static dev.tradewind.job.rules.Fixtures.HOUR;
import static dev.tradewind.job.rules.Fixtures.MINUTE;
import static dev.tradewind.job.rules.Fixtures.at;
import static dev.tradewind.job.rules.Fixtures.catalog;
import static dev.tradewind.job.rules.Fixtures.price;
import static dev.tradewind.job.rules.Fixtures.rule;
import static dev.tradewind.job.rules.Fixtures.site;
import static dev.tradewind.job.rules.Fixtures.sitePrice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleBinderTest {
    private static final List<Site> SITES =
            List.of(site("berlin", "DE"), site("frankfurt", "DE"), site("oslo", "NO"));

    private KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> harness;
    private int read;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aZonesReadingSpeaksForItsSites() throws Exception {
        inForce(catalog("c1", SITES, rule("dear", "1", DEAR)));
        read(price("DE", "12:00", "13:00", 130));
        read(price("NO", "12:00", "13:00", 40));
        time("12:15");
        assertThat(story())
                .containsExactly(
                        "HIGH berlin 12:00",
                        "HIGH frankfurt 12:00",
                        "LOW oslo 12:00",
                        "HELD berlin 12:15",
                        "HELD frankfurt 12:15");
    }

    @Test
    void readingsBeforeTheFirstCatalogWaitForIt() throws Exception {
        for (int i = 0; i < RuleBinder.MOST_WAITING + 10; i++) {
            read(
                    Sample.actual(
                            Series.ofZone("NO", "price"),
                            i == RuleBinder.MOST_WAITING ? 130 : 10,
                            at("01:00") + i * MINUTE,
                            at("01:00") + (i + 1) * MINUTE));
        }
        assertThat(story()).isEmpty();
        inForce(catalog("c1", SITES, rule("dear", "1", DEAR)));
        assertThat(story())
                .as("the oldest are gone, the rest is told in order")
                .containsExactly("LOW oslo 01:10", "HIGH oslo 05:16", "LOW oslo 05:17");
    }

    @Test
    void anEditReachesEverySeriesAndItsDeadlineFires() throws Exception {
        inForce(catalog("c1", SITES));
        read(price("DE", "12:00", "13:00", 130));
        time("12:05");
        inForce(catalog("c2", SITES, rule("dear", "1", DEAR)));
        assertThat(story()).containsExactly("HIGH berlin 12:05", "HIGH frankfurt 12:05");
        time("12:15");
        assertThat(story())
                .as("a timer that no reading has registered")
                .containsExactly("HELD berlin 12:15", "HELD frankfurt 12:15");
        inForce(catalog("c3", SITES.subList(1, 3), rule("dear", "1", DEAR)));
        assertThat(story()).containsExactly("GONE berlin 12:15");
    }

    @Test
    void aRestartKeepsLevelsCatalogAndTimers() throws Exception {
        inForce(catalog("c1", SITES, rule("dear", "1", DEAR)));
        read(price("NO", "12:00", "13:00", 130));
        time("12:10");
        restart();
        time("12:15");
        assertThat(story()).containsExactly("HELD oslo 12:15");
        restart();
        inForce(catalog("c1", SITES, rule("dear", "1", DEAR)));
        read(price("NO", "12:20", "13:00", 90));
        assertThat(story()).containsExactly("LOW oslo 12:20");
        read(price("NO", "12:30", "13:30", 150));
        story();
        restart();
        inForce(catalog("c2", SITES, rule("dear", "2", DEAR)));
        assertThat(story()).containsExactly("GONE oslo 12:30", "HIGH oslo 12:30 v2");
    }

    @Test
    void whatTheCatalogDoesNotKnowIsSilentUntilItDoes() throws Exception {
        inForce(catalog("c1", SITES.subList(0, 2), rule("dear", "1", DEAR)));
        read(price("NO", "12:00", "13:00", 130));
        read(forecast("NO", "11:00", 50, 60));
        read(sitePrice("oslo", "12:00", "13:00", 130));
        read(Sample.actual(Series.ofZone("DE", "mood"), 1, at("12:00"), at("13:00")));
        assertThat(story()).isEmpty();
        assertThat(views()).isEmpty();
        inForce(catalog("c2", SITES, rule("dear", "1", DEAR)));
        assertThat(views())
                .extracting(v -> v.subject() + " " + (v.isForecast() ? "forecast" : v.value()))
                .containsExactlyInAnyOrder("NO 130.0", "NO forecast", "oslo 130.0");
    }

    @Test
    void placementIsShownNewReadingsButNotEachSecond() throws Exception {
        inForce(catalog("c1", SITES));
        Series power = Series.ofSite("oslo", "power");
        long start = at("12:00");
        for (int second = 0; second < 150; second++) {
            long from = start + second * 1000;
            read(Sample.actual(power, second, from, from + 1000));
        }
        assertThat(views()).extracting(SeriesView::value).containsExactly(0.0, 60.0, 120.0);
        read(price("NO", "12:00", "13:00", 50));
        read(price("NO", "12:00", "13:00", 50));
        read(price("NO", "12:00", "13:00", 55));
        read(price("NO", "11:00", "12:00", 99));
        read(price("NO", "13:00", "14:00", 60));
        assertThat(views())
                .as("a correction of what was shown is shown, and what comes late")
                .extracting(SeriesView::value)
                .containsExactly(50.0, 55.0, 99.0, 60.0);
        read(Sample.actual(power, 7, start + 1_000, start + 2_000));
        assertThat(views()).as("of a second").isEmpty();
    }

    @Test
    void rulesSeeTheNewestForecastAndPlacementSeesAll() throws Exception {
        inForce(catalog("c1", SITES));
        read(forecast("NO", "11:00", 50, 60));
        read(forecast("NO", "10:00", 1, 2));
        read(forecast("NO", "11:00", 50, 60));
        read(forecast("NO", "12:00", 70));
        // an older one may tell of hours that the newer one doesn't
        assertThat(views())
                .extracting(v -> v.curveValues()[0], v -> v.generatedAtMillis())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(50.0, at("11:00")),
                        org.assertj.core.groups.Tuple.tuple(1.0, at("10:00")),
                        org.assertj.core.groups.Tuple.tuple(70.0, at("12:00")));
    }

    @Test
    void aSeriesHasOneTimerAndAtTheEndNone() throws Exception {
        inForce(
                catalog(
                        "c1",
                        SITES,
                        rule("dear", "1", DEAR),
                        rule("very", "1", new Sustained(true, 200, 200, 5 * MINUTE, MINUTE))));
        for (int hour = 10; hour < 20; hour++) {
            read(price("DE", hour + ":00", (hour + 1) + ":00", hour % 2 == 0 ? 250 : 150));
            assertThat(harness.numEventTimeTimers()).isEqualTo(1);
            time(hour + ":30");
        }
        time("23:00");
        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numKeyedStateEntries()).as("one for the series").isEqualTo(1);
    }

    @Test
    void ofSeriesThatNobodyKnowsThereIsABound() throws Exception {
        inForce(catalog("c1", SITES));
        for (int i = 0; i < RuleBinder.MOST_UNKNOWN + 5; i++) {
            read(price("X" + i, "12:00", "13:00", 1));
        }
        assertThat(harness.numKeyedStateEntries()).isEqualTo(RuleBinder.MOST_UNKNOWN);
    }

    private static Sample forecast(String zone, String generated, double... values) {
        long[] starts = new long[values.length];
        long[] ends = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            starts[i] = at("13:00") + i * HOUR;
            ends[i] = starts[i] + HOUR;
        }
        return Sample.forecast(Series.ofZone(zone, "price"), at(generated), starts, ends, values);
    }

    /** It changes no level, but it was measured, and the ledger reckons with what was. */
    @Test
    void aValueThatComesAfterALaterOneIsShownAllTheSameUnlessItIsOfLongAgo() throws Exception {
        inForce(catalog("c1", SITES, rule("dear", "1", DEAR)));
        read(price("NO", "10:00", "11:00", 40));
        read(price("NO", "12:00", "13:00", 40));
        assertThat(views()).hasSize(2);
        story();
        read(price("NO", "11:00", "12:00", 130));
        read(price("NO", "10:00", "11:00", 45));
        assertThat(story()).isEmpty();
        assertThat(views())
                .extracting(SeriesView::startMillis, SeriesView::value)
                .containsExactly(tuple(at("11:00"), 130.0), tuple(at("10:00"), 45.0));
        long old = at("12:00") - 49 * HOUR;
        read(Sample.actual(Series.ofZone("NO", "price"), 7, old, old + HOUR));
        assertThat(views()).isEmpty();
    }

    private void read(Sample sample) throws Exception {
        harness.processElement1(new StreamRecord<>(new Readings(sample), sample.eventMillis()));
    }

    private void inForce(Catalog catalog) throws Exception {
        harness.processElement2(new StreamRecord<>(catalog));
    }

    @Test
    void itTellsHowFarEventTimeIsBehind() throws Exception {
        assertThat(((RuleBinder) harness.getOperator()).eventTimeLagMillis())
                .as("not since 1970, where none is known")
                .isBetween(0L, HOUR);
        long before = EnergyClock.WALL.now();
        time("12:00");
        long lag = ((RuleBinder) harness.getOperator()).eventTimeLagMillis();
        assertThat(lag).isBetween(before - at("12:00"), EnergyClock.WALL.now() - at("12:00"));
    }

    private void time(String time) throws Exception {
        harness.processBothWatermarks(new Watermark(at(time)));
    }

    private List<String> story() {
        List<Edge> all = harness.extractOutputValues();
        List<String> fresh =
                all.subList(read, all.size()).stream()
                        .map(Fixtures::line)
                        .sorted(byTime())
                        .toList();
        read = all.size();
        return fresh;
    }

    /** Stable: series are told in the order of the backend's keys, which means nothing. */
    private static java.util.Comparator<String> byTime() {
        return java.util.Comparator.comparing((String line) -> line.split(" ")[2])
                .thenComparing(line -> line.split(" ")[1]);
    }

    private List<SeriesView> views() {
        Queue<StreamRecord<SeriesView>> shown = harness.getSideOutput(RuleBinder.VIEWS);
        List<SeriesView> fresh =
                shown == null ? List.of() : shown.stream().map(StreamRecord::getValue).toList();
        if (shown != null) {
            shown.clear();
        }
        return fresh;
    }

    private void restart() throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        read = 0;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Readings, Catalog, Edge> harness()
            throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new RuleBinder(MINUTE, 2 * HOUR), Readings::key, null, Types.STRING);
    }
}
