package dev.tradewind.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.placement.FleetEvent;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.LedgerDay.Factor;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A workload of 1 kW in Frankfurt and Oslo, from noon on the first of March. */
class LedgerOperatorTest {
    private static final long HOUR = 3_600_000;
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final String ORDERS = "shop/orders";
    private static final long CLOSE = 6 * HOUR;

    private KeyedTwoInputStreamOperatorTestHarness<String, Placement, FleetEvent, LedgerDay> job;
    private long now = NOON;

    @BeforeEach
    void starts() throws Exception {
        job = start(null);
        job.processElement2(record(FleetEvent.of(catalog(1.2))));
    }

    @AfterEach
    void ends() throws Exception {
        job.close();
    }

    @Test
    void aDayIsToldWhileItLastsAndClosedOnceItIsOver() throws Exception {
        prices(48, 100, 40);
        placed(Phase.running, "frankfurt");
        pass(2 * HOUR);
        LedgerDay open = last("frankfurt", "2026-03-01");
        assertThat(open.closed()).isFalse();
        assertThat(open.hours()).isBetween(1.0, 2.0);
        placed(Phase.moving, "frankfurt");
        placed(Phase.running, "oslo");
        pass(9 * HOUR);
        assertThat(days()).noneMatch(LedgerDay::closed);
        pass(9 * HOUR);
        LedgerDay frankfurt = last("frankfurt", "2026-03-01");
        LedgerDay oslo = last("oslo", "2026-03-01");
        assertThat(frankfurt.closed()).isTrue();
        assertThat(oslo.closed()).isTrue();
        assertThat(frankfurt.hours()).isEqualTo(2);
        // 1 kW at 100 EUR/MWh and a PUE of 1.2; where it was first nothing is saved
        assertThat(frankfurt.energyEur()).isCloseTo(2 * 0.12, within(1e-9));
        assertThat(frankfurt.savedEur()).isZero();
        assertThat(oslo.hours()).isEqualTo(10);
        assertThat(oslo.kwh()).isCloseTo(10 * 1.1, within(1e-9));
        assertThat(oslo.energyEur()).isCloseTo(10 * 0.044, within(1e-9));
        assertThat(oslo.stayEur()).isCloseTo(10 * 0.12, within(1e-9));
        assertThat(oslo.firstSite()).isEqualTo("frankfurt");
        assertThat(oslo.moves()).isEqualTo(1);
        // 10 GB at 0.02 EUR, 0.40 EUR fixed, and half an hour in which both draw 1 kW
        assertThat(oslo.moveEur()).isCloseTo(0.2 + 0.4 + 0.5 * (0.12 + 0.044), within(1e-9));
        assertThat(oslo.moveKwh()).isCloseTo(0.5 * (1.2 + 1.1), within(1e-9));
        assertThat(oslo.savedEur())
                .isCloseTo(
                        oslo.stayEur() - oslo.energyEur() - oslo.carbonEur() - oslo.moveEur(),
                        within(1e-9));
        // the day that is closed isn't told again
        job.getOutput().clear();
        pass(HOUR);
        assertThat(days()).extracting(LedgerDay::day).containsOnly("2026-03-02");
    }

    @Test
    void whatIsMeasuredLaterCountsAndNotWhatWasToldFirst() throws Exception {
        value("frankfurt-zone", SignalNames.PRICE, NOON, 100, null);
        value("oslo-zone", SignalNames.PRICE, NOON, 40, null);
        placed(Phase.running, "frankfurt");
        placed(Phase.running, "oslo");
        pass(2 * HOUR);
        LedgerDay early = last("oslo", "2026-03-01");
        assertThat(early.uncountedHours()).isPositive();
        // the feed was late, and puts an earlier value right
        value("oslo-zone", SignalNames.PRICE, NOON, 60, null);
        value("oslo-zone", SignalNames.PRICE, NOON + HOUR, 60, null);
        value("frankfurt-zone", SignalNames.PRICE, NOON + HOUR, 100, null);
        placed(Phase.suspended, "oslo");
        pass(HOUR);
        LedgerDay late = last("oslo", "2026-03-01");
        assertThat(late.uncountedHours()).isZero();
        assertThat(late.energyEur()).isCloseTo(2 * 0.066, within(1e-9));
        assertThat(late.hours()).isEqualTo(2);
    }

    /** Yesterday was told. Until it is closed it is told again as it turns out to have been. */
    @Test
    void aDayThatWasToldIsToldAgainWhenAValueOfItIsPutRight() throws Exception {
        prices(72, 100, 40);
        placed(Phase.running, "frankfurt");
        pass(14 * HOUR);
        LedgerDay told = last("frankfurt", "2026-03-01");
        assertThat(told.closed()).isFalse();
        assertThat(told.energyEur()).isCloseTo(12 * 0.12, within(1e-9));
        value("frankfurt-zone", SignalNames.PRICE, NOON + 2 * HOUR, 600, null);
        pass(HOUR);
        LedgerDay again = last("frankfurt", "2026-03-01");
        assertThat(again.closed()).isFalse();
        assertThat(again.energyEur()).isCloseTo(11 * 0.12 + 0.72, within(1e-9));
        assertThat(again.savedEur())
                .isCloseTo(
                        again.stayEur() - again.energyEur() - again.carbonEur() - again.moveEur(),
                        within(1e-9));
        pass(6 * HOUR);
        assertThat(last("frankfurt", "2026-03-01").closed()).isTrue();
        assertThat(last("frankfurt", "2026-03-01").energyEur()).isEqualTo(again.energyEur());
        // closed is closed
        job.getOutput().clear();
        value("frankfurt-zone", SignalNames.PRICE, NOON + 3 * HOUR, 600, null);
        pass(HOUR);
        assertThat(days()).extracting(LedgerDay::day).containsOnly("2026-03-02");
    }

    @Test
    void averageAndMarginalCarbonAreToldApartAndWithTheirSource() throws Exception {
        for (String zone : List.of("frankfurt-zone", "oslo-zone")) {
            for (int h = 0; h < 3; h++) {
                value(zone, SignalNames.CARBON_INTENSITY, NOON + h * HOUR, 300, "grid");
                value(
                        zone,
                        SignalNames.CARBON_INTENSITY + Series.MARGINAL,
                        NOON + h * HOUR,
                        700,
                        "moer");
            }
        }
        placed(Phase.running, "frankfurt");
        placed(Phase.running, "oslo");
        pass(2 * HOUR);
        LedgerDay day = last("oslo", "2026-03-01");
        assertThat(day.carbon())
                .extracting(LedgerDay.Carbon::factor)
                .containsExactly(Factor.average, Factor.marginal);
        LedgerDay.Carbon average = day.carbon().get(0);
        assertThat(average.sources()).containsExactly("grid");
        assertThat(average.grams()).isCloseTo(day.hours() * 1.1 * 300, within(1e-6));
        assertThat(day.carbon().get(1).sources()).containsExactly("moer");
        assertThat(day.carbon().get(1).grams()).isCloseTo(day.hours() * 1.1 * 700, within(1e-6));
    }

    @Test
    void aCatalogThatChangesWhatItCostsCutsTheStay() throws Exception {
        prices(6, 100, 40);
        placed(Phase.running, "frankfurt");
        pass(HOUR);
        job.processElement2(record(FleetEvent.of(catalog(2.4))));
        pass(HOUR);
        placed(Phase.suspended, "frankfurt");
        pass(HOUR);
        assertThat(last("frankfurt", "2026-03-01").kwh()).isCloseTo(1.2 + 2.4, within(1e-9));
    }

    @Test
    void nothingIsLeftOfAWorkloadThatIsGone() throws Exception {
        prices(48, 100, 40);
        placed(Phase.running, "frankfurt");
        pass(HOUR);
        placed(null, null);
        pass(30 * HOUR);
        assertThat(last("frankfurt", "2026-03-01").closed()).isTrue();
        assertThat(last("frankfurt", "2026-03-01").hours()).isEqualTo(1);
        assertThat(job.numKeyedStateEntries()).isZero();
        assertThat(job.numProcessingTimeTimers()).isZero();
    }

    @Test
    void valuesOfDaysThatAreClosedAreDropped() throws Exception {
        placed(Phase.running, "frankfurt");
        for (int day = 0; day < 10; day++) {
            prices(24, 100, 40);
            pass(24 * HOUR);
        }
        int kept = 0;
        for (var entry :
                job.getOperator()
                        .getOperatorStateBackend()
                        .getBroadcastState(LedgerOperator.VALUES)
                        .entries()) {
            assertThat(entry.getValue().size).isLessThanOrEqualTo(24);
            kept++;
        }
        // two series, of today, tomorrow and at most three days before
        assertThat(kept).isLessThanOrEqualTo(2 * 5);
        assertThat(days().stream().filter(LedgerDay::closed)).hasSize(10);
        assertThat(days().stream().filter(LedgerDay::closed).mapToDouble(LedgerDay::hours).sum())
                .isEqualTo(12 + 9 * 24);
    }

    @Test
    void nothingIsKeptOfWhatNoCatalogKnows() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            value("zone-" + i, SignalNames.PRICE, NOON, 100, null);
        }
        value("oslo-zone", SignalNames.PRICE, NOON, 100, null);
        int kept = 0;
        for (var entry :
                job.getOperator()
                        .getOperatorStateBackend()
                        .getBroadcastState(LedgerOperator.VALUES)
                        .entries()) {
            kept += entry.getValue().size;
        }
        assertThat(kept).isEqualTo(1);
    }

    @Test
    void itGoesOnAfterARestore() throws Exception {
        prices(48, 100, 40);
        placed(Phase.running, "frankfurt");
        pass(3 * HOUR);
        OperatorSubtaskState snapshot = job.snapshot(1, 1);
        job.close();
        job = start(snapshot);
        pass(HOUR);
        placed(Phase.running, "oslo");
        pass(20 * HOUR);
        assertThat(last("frankfurt", "2026-03-01").hours()).isEqualTo(4);
        assertThat(last("oslo", "2026-03-01").hours()).isEqualTo(8);
        assertThat(last("oslo", "2026-03-01").moves()).isEqualTo(1);
    }

    private KeyedTwoInputStreamOperatorTestHarness<String, Placement, FleetEvent, LedgerDay> start(
            OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new CoBroadcastWithKeyedOperator<>(
                                new LedgerOperator(EnergyClock.WALL, HOUR, CLOSE),
                                List.of(LedgerOperator.CATALOG, LedgerOperator.VALUES)),
                        Placement::workload,
                        event -> ORDERS,
                        Types.STRING);
        harness.setProcessingTime(now);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private void pass(long millis) throws Exception {
        now += millis;
        job.setProcessingTime(now);
    }

    private List<LedgerDay> days() {
        return job.extractOutputValues();
    }

    private LedgerDay last(String site, String day) {
        return days().stream()
                .filter(d -> d.site().equals(site) && d.day().equals(day))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private void prices(int hours, double frankfurt, double oslo) throws Exception {
        for (int h = 0; h < hours; h++) {
            value(
                    "frankfurt-zone",
                    SignalNames.PRICE,
                    now / HOUR * HOUR + h * HOUR,
                    frankfurt,
                    null);
            value("oslo-zone", SignalNames.PRICE, now / HOUR * HOUR + h * HOUR, oslo, null);
        }
    }

    private void value(String zone, String signal, long at, double value, String source)
            throws Exception {
        job.processElement2(
                record(
                        FleetEvent.of(
                                SeriesView.actual(
                                        false, zone, signal, value, at, at + HOUR, source))));
    }

    private void placed(Phase phase, String site) throws Exception {
        WorkloadSpec spec =
                new WorkloadSpec(
                        Map.of(),
                        List.of("{}"),
                        Map.of("cpu", "1"),
                        "1 kW",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new WorkloadSpec.Move("10 GB", "PT30M", "0.40 EUR", null));
        job.processElement1(
                record(
                        new Placement(
                                ORDERS,
                                1,
                                phase,
                                site,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                phase == null ? null : spec,
                                null,
                                Instant.ofEpochMilli(now),
                                null,
                                phase == null ? null : "frankfurt",
                                null)));
    }

    private <T> StreamRecord<T> record(T value) {
        return new StreamRecord<>(value, now);
    }

    private static Catalog catalog(double frankfurtPue) {
        return new Catalog(
                "c" + frankfurtPue,
                List.of(site("frankfurt", frankfurtPue), site("oslo", 1.1)),
                List.of(
                        new Policy(
                                "default",
                                "true",
                                0,
                                1,
                                0,
                                24 * HOUR,
                                HOUR,
                                2 * HOUR,
                                0,
                                20,
                                4,
                                600_000,
                                Policy.LostSite.HOLD,
                                false,
                                false,
                                List.of("shop"),
                                List.of(),
                                Policy.PodSecurity.BASELINE,
                                List.of(),
                                List.of(),
                                false,
                                false)),
                List.of());
    }

    private static Site site(String name, double pue) {
        return new Site(
                name,
                Map.of(),
                name + "-zone",
                pue,
                null,
                null,
                null,
                name,
                0.02,
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }
}
