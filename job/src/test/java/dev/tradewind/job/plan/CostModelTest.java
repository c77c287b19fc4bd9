package dev.tradewind.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Laws that the formulas of cost keep, whatever the numbers are. */
class CostModelTest {
    @Property
    void ofPriceAndCarbonTheCostIsTheSum(
            @ForAll @DoubleRange(min = 1, max = 4) double pue,
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double price,
            @ForAll @DoubleRange(min = 0, max = 5_000) double carbon,
            @ForAll @DoubleRange(min = 0, max = 3) double weight,
            @ForAll @DoubleRange(min = 0, max = 500) double carbonPrice) {
        Objective both = new Objective(weight, carbonPrice);
        double sum =
                CostModel.eurPerKwh(pue, price, carbon, new Objective(weight, 0))
                        + CostModel.eurPerKwh(pue, price, carbon, new Objective(0, carbonPrice));
        close(CostModel.eurPerKwh(pue, price, carbon, both), sum);
    }

    /** Twice the price and twice the carbon are twice the cost; so is twice the PUE. */
    @Property
    void itScales(
            @ForAll @DoubleRange(min = 1, max = 4) double pue,
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double price,
            @ForAll @DoubleRange(min = 0, max = 5_000) double carbon,
            @ForAll @IntRange(min = -10, max = 10) int power) {
        Objective objective = new Objective(1, 80);
        double factor = Math.pow(2, power);
        double once = CostModel.eurPerKwh(pue, price, carbon, objective);
        close(CostModel.eurPerKwh(pue, factor * price, factor * carbon, objective), factor * once);
        close(CostModel.eurPerKwh(factor * pue, price, carbon, objective), factor * once);
        close(CostModel.eurPerHour(once, factor * 300), factor * CostModel.eurPerHour(once, 300));
    }

    /** A kWh is a kW for an hour: power and time are alike, and a time may be cut in two. */
    @Property
    void energyIsPowerTimesTime(
            @ForAll @DoubleRange(min = 0, max = 1e9) double watts,
            @ForAll @LongRange(min = 0, max = 1L << 40) long millis,
            @ForAll @DoubleRange(min = 0, max = 1) double part) {
        close(CostModel.kwh(2 * watts, millis), CostModel.kwh(watts, 2.0 * millis));
        close(
                CostModel.kwh(watts, part * millis) + CostModel.kwh(watts, (1 - part) * millis),
                CostModel.kwh(watts, millis));
        close(CostModel.kwh(watts, 3_600_000), watts / 1_000);
    }

    /** There and back cost the same; and no part of a move is ever a gain. */
    @Property
    void aMoveIsSymmetricAndNeverAGain(
            @ForAll("anyRate") double here,
            @ForAll("anyRate") double there,
            @ForAll @DoubleRange(min = 0, max = 10) double eurPerGb,
            @ForAll @DoubleRange(min = 0, max = 1e5) double gigabytes,
            @ForAll @LongRange(min = 0, max = 86_400_000) long downtime,
            @ForAll @DoubleRange(min = 0, max = 100) double fixed) {
        WorkloadFacts facts = facts(2_000, gigabytes, downtime, fixed);
        double cost = CostModel.moveEur(facts, eurPerGb, here, there);
        assertThat(cost).isFinite().isGreaterThanOrEqualTo(fixed);
        close(CostModel.moveEur(facts, eurPerGb, there, here), cost);
        // energy is burnt twice: at both sites for the downtime
        close(
                cost,
                gigabytes * eurPerGb
                        + CostModel.kwh(2_000, downtime)
                                * (Math.max(0, zeroIfUnknown(here))
                                        + Math.max(0, zeroIfUnknown(there)))
                        + fixed);
        assertThat(
                        CostModel.moveEur(
                                facts(2_000, gigabytes, 2 * downtime, fixed),
                                eurPerGb,
                                here,
                                there))
                .isGreaterThanOrEqualTo(cost - 1e-9);
    }

    /** What has no weight may be unknown, and what has must not be taken for 0. */
    @Property
    void unknownIsNeverZero(@ForAll @DoubleRange(min = -500, max = 500) double value) {
        assertThat(CostModel.eurPerKwh(1.2, Double.NaN, value, new Objective(1, 80))).isNaN();
        assertThat(CostModel.eurPerKwh(1.2, value, Double.NaN, new Objective(1, 80))).isNaN();
        assertThat(CostModel.eurPerKwh(1.2, value, Double.NaN, new Objective(1, 0))).isFinite();
        assertThat(CostModel.eurPerKwh(1.2, Double.NaN, value, new Objective(0, 80))).isFinite();
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<Double> anyRate() {
        return net.jqwik.api.Arbitraries.oneOf(
                net.jqwik.api.Arbitraries.doubles().between(-1_000, 1_000),
                net.jqwik.api.Arbitraries.just(Double.NaN));
    }

    private static double zeroIfUnknown(double rate) {
        return Double.isNaN(rate) ? 0 : rate;
    }

    private static void close(double one, double other) {
        assertThat(one).isCloseTo(other, within(1e-9 + 1e-9 * Math.abs(other)));
    }

    private static WorkloadFacts facts(double watts, double gb, long downtime, double fixed) {
        return new WorkloadFacts(
                0, 0, watts, gb, downtime, fixed, 0, null, null, null, null, 0, List.of());
    }
}
