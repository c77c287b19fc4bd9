package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.job.RegisteredMetrics;
import dev.tradewind.job.placement.PlacementOperatorTest.Harness;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.horizon.Accuracy;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.wire.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What placement knows of hours to come: from a file of history, and how well it knew. */
class KnowingAheadTest {
    private static final String REPORT = "shop/report";

    @TempDir private Path dir;

    /** Ten days of evenings that cost a tenth, and the first reading is of noon. */
    @Test
    void fromAFileOfHistoryItKnowsTheDayFromTheFirstReadingOn() throws Exception {
        Path file = history("");
        try (Harness job = new Harness(null, null, NOON, file.toString())) {
            job.catalog(twoSites());
            job.price("frankfurt", 100);
            job.price("oslo", 100);
            job.submit(REPORT, scheduled(null, Instant.ofEpochMilli(NOON + 20 * HOUR), "PT2H"));
            Decision decision = job.decisions().get(0);
            assertThat(decision.notBefore()).isEqualTo(Instant.ofEpochMilli(NOON + 8 * HOUR));
        }
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.price("frankfurt", 100);
            job.price("oslo", 100);
            job.submit(REPORT, scheduled(null, Instant.ofEpochMilli(NOON + 20 * HOUR), "PT2H"));
            assertThat(job.commands()).as("who knows nothing has nothing to wait for").hasSize(1);
        }
    }

    /** The fleet is planned by what was learned: it knows the same of tomorrow. */
    @Test
    void admissionLearnsItToo() throws Exception {
        Path file = history("");
        try (Harness job = new Harness(null, null, NOON, file.toString())) {
            job.catalog(twoSites());
            assertThat(job.admissionViews().learned())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyInAnyOrderElementsOf(job.operator.views().learned())
                    .hasSize(2);
            // and goes on from there
            job.price("frankfurt", 77);
            assertThat(job.admissionViews().learned())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyInAnyOrderElementsOf(job.operator.views().learned());
        }
    }

    /** A checkpoint may come before the first catalog, and with it before anything is told. */
    @Test
    void admissionLearnsItAfterARestartBeforeTheFirstCatalog() throws Exception {
        Path file = history("");
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null, NOON, file.toString())) {
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null, NOON, file.toString())) {
            job.catalog(twoSites());
            assertThat(job.admissionViews().learned()).hasSize(2);
        }
    }

    @Test
    void pricesInAnotherCurrencyCountAtTheirRate() throws IOException {
        Path file = dir.resolve("dollars.csv");
        Files.writeString(
                file,
                "datetime,zone,signal,value,unit\n2026-03-01T11:00:00Z,DE,price,80,USD/MWh\n");
        assertThat(History.read(file, Map.of("USD", 0.5), NOON).get(0).profile()[83]).isEqualTo(40);
        assertThatThrownBy(() -> History.read(file, Map.of(), NOON))
                .hasMessageContaining("dollars.csv:2: no rate is configured for the currency USD");
    }

    /** What is in the state counts: the file may be gone. */
    @Test
    void afterARestartTheFileIsNotReadAgain() throws Exception {
        Path file = history("");
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null, NOON, file.toString())) {
            job.catalog(twoSites());
            saved = job.snapshot();
        }
        Files.delete(file);
        try (Harness job = new Harness(saved, null, NOON, file.toString())) {
            job.price("frankfurt", 100);
            job.price("oslo", 100);
            job.submit(REPORT, scheduled(null, Instant.ofEpochMilli(NOON + 20 * HOUR), "PT2H"));
            assertThat(job.decisions().get(0).notBefore())
                    .isEqualTo(Instant.ofEpochMilli(NOON + 8 * HOUR));
        }
    }

    @Test
    void aFileThatCantBeReadHoldsUpNothing() throws Exception {
        try (Harness job = new Harness(null, null, NOON, dir.resolve("none.csv").toString())) {
            job.catalog(twoSites());
            job.submit(REPORT, Story.spec());
            assertThat(job.commands()).hasSize(1);
        }
        Path broken = history("2026-02-28T10:00:00Z,oslo-zone,price,much,EUR/MWh\n");
        assertThatThrownBy(() -> History.read(broken, Map.of(), NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("history.csv:");
        Path unit = history("2026-02-28T10:00:00Z,oslo-zone,price,5,gCO2eq/kWh\n");
        assertThatThrownBy(() -> History.read(unit, Map.of(), NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("history.csv:");
    }

    /** Else the readings that come would count as known already. */
    @Test
    void whatIsNotPastIsNoHistory() throws IOException {
        Path file = dir.resolve("future.csv");
        Files.writeString(
                file,
                "datetime,zone,signal,value,unit\n"
                        + "2026-03-01T11:00:00Z,DE,price,50,EUR/MWh\n"
                        + "2026-03-01T12:00:00Z,DE,price,999,EUR/MWh\n"
                        + "2027-03-01T12:00:00Z,DE,price,999,EUR/MWh\n");
        List<LearnedSeries> learned = History.read(file, Map.of(), NOON);
        assertThat(learned).hasSize(1);
        SiteViews views = new SiteViews();
        views.learn(learned.get(0));
        assertThat(learned.get(0).profile()[75]).isEqualTo(NOON);
        assertThat(learned.get(0).profile()[83]).isEqualTo(50);
    }

    /** Forty days alike: it knows tomorrow's noon, and that it stays as it is is seldom so. */
    @Test
    void howFarOffItWasIsAMetricAndOutlivesARestore() throws Exception {
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null, NOON)) {
            job.catalog(twoSites());
            for (int h = 0; h < 40 * 24; h++) {
                job.passTo(NOON + h * HOUR);
                double value = 60 + 40 * Math.sin(h * Math.PI / 12);
                job.view(
                        SeriesView.actual(
                                false,
                                "oslo-zone",
                                SignalNames.PRICE,
                                value,
                                NOON + h * HOUR,
                                NOON + (h + 1) * HOUR,
                                "test"));
            }
            for (int lead : Accuracy.LEADS) {
                double error = metric(job, "error" + lead + "h");
                assertThat(error).isLessThan(1);
                if (lead < 24) {
                    assertThat(metric(job, "persistence" + lead + "h")).isGreaterThan(5);
                }
            }
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            assertThat(metric(job, "persistence6h")).isGreaterThan(5);
        }
    }

    private static double metric(Harness job, String name) {
        RegisteredMetrics gauges = new RegisteredMetrics();
        ForecastMeters meters = new ForecastMeters(gauges, job.operator.views());
        meters.show(false, "oslo-zone", SignalNames.PRICE);
        return (Double)
                RegisteredMetrics.valueOf(
                        gauges.all().get("tradewind.forecast.zone.oslo-zone.signal.price." + name));
    }

    @Test
    void whatCameBeforeTheFirstCatalogHasMetricsOnceThatIsThere() throws Exception {
        try (Harness job = new Harness(null, null, NOON)) {
            job.price("oslo", 100);
            assertThat(job.operator.seriesWithMetrics()).isZero();
            job.catalog(twoSites());
            assertThat(job.operator.seriesWithMetrics()).isOne();
        }
    }

    /** Not each of a great many can have metrics. */
    @Test
    void metricsAreBounded() {
        RegisteredMetrics gauges = new RegisteredMetrics();
        ForecastMeters meters = new ForecastMeters(gauges, new SiteViews());
        for (int i = 0; i < 2 * ForecastMeters.MOST_SERIES; i++) {
            meters.show(false, "zone-" + i, SignalNames.PRICE);
            meters.show(false, "zone-" + i, SignalNames.PRICE);
        }
        assertThat(gauges.all()).hasSize(6 * ForecastMeters.MOST_SERIES);
    }

    private Path history(String more) throws IOException {
        StringBuilder text = new StringBuilder("datetime,zone,signal,value,unit,kind\n");
        for (int h = -240; h < 0; h++) {
            Instant at = Instant.ofEpochMilli(NOON + h * HOUR);
            int hour = Math.floorMod(h + 12, 24);
            for (String zone : List.of("frankfurt-zone", "oslo-zone")) {
                text.append(at)
                        .append(',')
                        .append(zone)
                        .append(",price,")
                        .append(hour == 20 || hour == 21 ? 10 : 100)
                        .append(",EUR/MWh,actual\n");
            }
        }
        Path file = dir.resolve("history.csv");
        Files.writeString(file, text + more);
        return file;
    }
}
