package dev.tradewind.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.plan.RentOrBuy.Option;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.StartSlot.Slot;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final long HOUR = 3_600_000;
    private static final Site FRANKFURT = site("frankfurt", 1.2);
    private static final WorkloadFacts FACTS =
            new WorkloadFacts(
                    0, 0, 2_000, 40, 1_800_000, 0.4, 0, null, null, null, null, 0, List.of());

    @Test
    void aKilowattHourCostsEnergyAndCarbonTimesPue() {
        // 1.2 x (100 EUR/MWh = 0.1 EUR/kWh + 500 g/kWh at 80 EUR/t = 0.04 EUR/kWh)
        assertThat(CostModel.eurPerKwh(1.2, 100, 500, new Objective(1, 80)))
                .isCloseTo(0.168, within(1e-12));
        assertThat(CostModel.eurPerHour(0.168, 500)).isCloseTo(0.084, within(1e-12));
        assertThat(CostModel.eurPerKwh(1, -50, Double.NaN, new Objective(1, 0)))
                .isCloseTo(-0.05, within(1e-12));
    }

    @Test
    void aMoveCostsItsTransferItsDowntimeOnBothSidesAndItsFee() {
        // 40 GB at 0.02, half an hour of 2 kW at 0.1 and at 0.3 EUR/kWh, 0.40
        assertThat(CostModel.moveEur(FACTS, 0.02, 0.1, 0.3))
                .isCloseTo(0.8 + 0.4 + 0.4, within(1e-12));
        assertThat(CostModel.moveEur(FACTS, 0, -1, Double.NaN)).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void aSitesOwnReadingWinsUntilItIsStale() {
        SiteViews views = new SiteViews();
        views.apply(price(false, "DE", 80, 0));
        views.apply(price(true, "frankfurt", 50, 0));
        assertThat(views.costNow(FRANKFURT, policy(), HOUR).eurPerKwh())
                .isCloseTo(1.2 * 0.05, within(1e-12));
        views.apply(price(false, "DE", 80, 5 * HOUR));
        assertThat(views.costNow(FRANKFURT, policy(), 5 * HOUR).eurPerKwh())
                .isCloseTo(1.2 * 0.08, within(1e-12));
        SiteCost stale = views.costNow(FRANKFURT, policy(), 9 * HOUR);
        assertThat(stale.known()).isFalse();
        assertThat(stale.eurPerKwh()).isNaN();
        assertThat(stale.unknown()).contains("3h old");
    }

    @Test
    void anOlderValueChangesNothingAndPueIsReadToo() {
        SiteViews views = new SiteViews();
        views.apply(price(false, "DE", 80, 2 * HOUR));
        views.apply(price(false, "DE", 10, HOUR));
        views.apply(
                SeriesView.actual(true, "frankfurt", SignalNames.PUE, 1.5, 2 * HOUR, 3 * HOUR, ""));
        SiteCost cost = views.costNow(FRANKFURT, policy(), 2 * HOUR);
        assertThat(cost.eurPerKwh()).isCloseTo(1.5 * 0.08, within(1e-12));
        assertThat(cost.readings()).hasSize(2);
    }

    @Test
    void forecastsAreMergedAndSurviveASnapshot() {
        SiteViews views = new SiteViews();
        views.apply(price(false, "DE", 100, 0));
        views.apply(forecast(1, HOUR, 10, 20));
        views.apply(forecast(2, 2 * HOUR, 30));
        views.apply(forecast(1, 2 * HOUR, 99));
        SiteViews restored = new SiteViews();
        views.views().forEach(restored::apply);
        for (SiteViews each : List.of(views, restored)) {
            RateCurve curve = each.curve(FRANKFURT, policy(), 0, 0, 5 * HOUR);
            assertThat(curve.sum(0, 3 * HOUR)).isCloseTo(1.2 * 0.14, within(1e-12));
            // beyond the forecast it is as what was seen and told lets expect
            assertThat(curve.sum(3 * HOUR, 5 * HOUR)).isBetween(1.2 * 0.06, 1.2 * 0.1);
            assertThat(curve.sum(HOUR / 2, 3 * HOUR / 2)).isCloseTo(1.2 * 0.055, within(1e-12));
            assertThat(curve.sum(4 * HOUR, 6 * HOUR)).isNaN();
        }
    }

    @Test
    void theSlotWithTheLeastSumIsTakenNotTheOneWithTheLowestInstant() {
        RateCurve dip = curve(5, 5, 1, 5, 5, 5, 5);
        RateCurve plain = curve(5, 5, 2, 2, 5, 5, 5);
        Slot slot =
                StartSlot.choose(
                                List.of("dip", "plain"),
                                name -> name.equals("dip") ? dip : plain,
                                0,
                                null,
                                5 * HOUR,
                                2 * HOUR,
                                null)
                        .orElseThrow();
        assertThat(slot).isEqualTo(new Slot("plain", 2 * HOUR, 4, false));
    }

    @Test
    void withNothingToGainItStartsAtOnceAtItsFirstChoice() {
        Slot slot =
                StartSlot.choose(
                                List.of("b", "a"),
                                name -> curve(3, 3, 3, 3),
                                0,
                                null,
                                2 * HOUR,
                                2 * HOUR,
                                null)
                        .orElseThrow();
        assertThat(slot).isEqualTo(new Slot("b", 0, 6, false));
    }

    @Test
    void aDeadlineThatHasPassedStartsItAtOnce() {
        Slot slot =
                StartSlot.choose(
                                List.of("a"),
                                name -> curve(Double.NaN, Double.NaN, 1),
                                HOUR,
                                2 * HOUR,
                                -HOUR,
                                HOUR,
                                null)
                        .orElseThrow();
        assertThat(slot.startMillis()).isEqualTo(HOUR);
        assertThat(slot.forced()).isTrue();
    }

    @Test
    void tiesInRentOrBuyGoToTheFirst() {
        List<Option> options =
                List.of(
                        new Option("b", 1, 5, 3),
                        new Option("a", 1, 5, 3),
                        new Option("c", 1, 4, 3));
        assertThat(RentOrBuy.choose(2, options).orElseThrow().site()).isEqualTo("b");
        assertThat(RentOrBuy.choose(1, options)).isEmpty();
    }

    @Property
    void aCostThatIsKnownIsNeverNaNAndScalesWithThePower(
            @ForAll @DoubleRange(min = -500, max = 4_000) double price,
            @ForAll @DoubleRange(min = 0, max = 2_000) double carbon,
            @ForAll @DoubleRange(min = 1, max = 3) double pue,
            @ForAll @DoubleRange(min = 0, max = 1e6) double watts) {
        double rate = CostModel.eurPerKwh(pue, price, carbon, new Objective(1, 80));
        assertThat(rate).isFinite();
        assertThat(CostModel.eurPerHour(rate, 2 * watts))
                .isCloseTo(2 * CostModel.eurPerHour(rate, watts), within(1e-6));
        assertThat(CostModel.moveEur(FACTS, 0.02, rate, rate)).isFinite().isNotNegative();
    }

    @Property
    void regretsAreNeverNegativeAndGrowOnlyWhereItIsCheaper(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(min = -300, max = 300) Integer> here,
            @ForAll @IntRange(min = -300, max = 300) int there) {
        Map<String, Double> regrets = Map.of();
        for (int rate : here) {
            Map<String, Double> next =
                    RentOrBuy.accrue(regrets, rate / 1e3, Map.of("there", there / 1e3), 1);
            double before = regrets.getOrDefault("there", 0.0);
            double after = next.getOrDefault("there", 0.0);
            assertThat(after).isNotNegative();
            if (rate > there) {
                assertThat(after).isGreaterThan(before);
            } else {
                assertThat(after).isLessThanOrEqualTo(before);
            }
            regrets = next;
        }
    }

    @Property
    void noSlotOnTheQuarterHoursIsCheaperThanTheChosenOne(
            @ForAll @Size(min = 6, max = 30) List<@IntRange(min = -50, max = 300) Integer> hourly,
            @ForAll @IntRange(min = 1, max = 16) int quarters,
            @ForAll @IntRange(min = 0, max = 40) int earliest) {
        double[] rates = hourly.stream().mapToDouble(i -> i).toArray();
        long duration = quarters * HOUR / 4;
        long first = earliest * HOUR / 4;
        long last = rates.length * HOUR - duration;
        Assume.that(first <= last);
        RateCurve curve = curve(rates);
        Slot slot =
                StartSlot.choose(List.of("a"), n -> curve, 0, first, last, duration, null)
                        .orElseThrow();
        assertThat(slot.startMillis()).isBetween(first, last);
        for (long start = first; start <= last; start += HOUR / 4) {
            assertThat(slot.eurPerKw())
                    .isLessThanOrEqualTo(curve.sum(start, start + duration) + 1e-6);
        }
    }

    @Property
    void aSumIsTheSumOfItsParts(
            @ForAll @Size(min = 2, max = 20) List<@IntRange(min = -50, max = 300) Integer> hourly,
            @ForAll @IntRange(min = 0, max = 1_000) int a,
            @ForAll @IntRange(min = 0, max = 1_000) int b) {
        double[] rates = hourly.stream().mapToDouble(i -> i).toArray();
        RateCurve curve = curve(rates);
        long end = rates.length * HOUR;
        long one = Math.min(a, b) * end / 1_000;
        long two = Math.max(a, b) * end / 1_000;
        assertThat(curve.sum(0, one) + curve.sum(one, two) + curve.sum(two, end))
                .isCloseTo(curve.sum(0, end), within(1e-6));
    }

    private static RateCurve curve(double... rates) {
        long[] cuts = new long[rates.length + 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i * HOUR;
        }
        return new RateCurve(cuts, rates);
    }

    private static SeriesView price(boolean site, String subject, double value, long start) {
        return SeriesView.actual(
                site, subject, SignalNames.PRICE, value, start, start + HOUR, "test");
    }

    private static SeriesView forecast(long made, long start, double... values) {
        List<Long> starts = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            starts.add(start + i * HOUR);
        }
        return SeriesView.forecast(
                false,
                "DE",
                SignalNames.PRICE,
                made,
                starts.stream().mapToLong(s -> s).toArray(),
                starts.stream().mapToLong(s -> s + HOUR).toArray(),
                values,
                "test");
    }

    private static Site site(String name, double pue) {
        return new Site(
                name, Map.of(), "DE", pue, null, null, null, name, 0, Map.of(), Map.of(), false,
                Map.of());
    }

    private static Policy policy() {
        return new Policy(
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
                List.of(),
                List.of(),
                Policy.PodSecurity.BASELINE,
                List.of(),
                List.of(),
                false,
                false);
    }
}
