package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.bench.ReplanReport.Case;
import dev.tradewind.cli.bench.ReplanReport.Newcomers;
import dev.tradewind.cli.bench.ReplanReport.OverTime;
import org.junit.jupiter.api.Test;

/** Small fleets, so without a word about the time of a plan. */
class ReplanBenchIT {
    private static final ReplanReport REPORT = new ReplanBench(10_000, line -> {}).run();

    @Test
    void plansAreWithinAThousandthOfTheBound() {
        assertThat(REPORT.cases()).hasSize(6);
        for (Case one : REPORT.cases()) {
            assertThat(one.gapPercent()).as("%s", one).isLessThanOrEqualTo(0.1);
            assertThat(one.waiting()).as("%s", one).isZero();
            assertThat(one.moves()).isPositive();
            assertThat(one.greedyGapPercent()).isGreaterThan(10 * one.gapPercent());
            assertThat(one.stayGapPercent()).isGreaterThan(one.gapPercent());
        }
        assertThat(REPORT.asTheyAre()).allMatch(one -> one.gapPercent() <= 0.1);
    }

    @Test
    void severalResourcesAreWithinAFewPercent() {
        assertThat(REPORT.threeResources()).allMatch(one -> one.gapPercent() < 5);
    }

    @Test
    void plansAddUpAndFewMovesAreTakenBack() {
        for (OverTime one : REPORT.overTime()) {
            if (one.name().contains("4 x")) {
                assertThat(one.savedPercent()).as("%s", one).isPositive();
                assertThat(one.backPercent()).as("%s", one).isLessThan(12);
            }
        }
    }

    @Test
    void whoComesBetweenPlansIsBetterOffWithTheLastPrices() {
        assertThat(REPORT.newcomers()).hasSize(4);
        for (Newcomers one : REPORT.newcomers()) {
            assertThat(one.pricesPercent()).as("%s", one).isLessThan(one.cheapestPercent() / 2);
        }
    }

    @Test
    void anArrivalIsStartedAndADetectionIsDecided() {
        assertThat(REPORT.decisions().arrivalMicros()).isPositive();
        assertThat(REPORT.decisions().detectionMicros()).isPositive();
        assertThat(REPORT.decisions().arrivalMost())
                .isGreaterThanOrEqualTo(REPORT.decisions().arrivalMicros());
        assertThat(REPORT.table()).anyMatch(line -> line.startsWith("decided and explained"));
    }

    /** From the bids to the words it is the plan that the planner makes of the same fleet. */
    @Test
    void allOfAPlanIsTheSamePlan() {
        assertThat(REPORT.whole())
                .extracting(ReplanReport.Whole::regime)
                .containsExactly(
                        "slack", "herd", "tight", "overfull", "slack", "herd", "tight", "overfull");
        for (ReplanReport.Whole one : REPORT.whole()) {
            assertThat(one.planBytes()).as("%s", one).isPositive();
            REPORT.cases().stream()
                    .filter(c -> c.regime().equals(one.regime()))
                    .forEach(
                            c -> {
                                assertThat(one.gapPercent()).as("%s", one).isLessThanOrEqualTo(0.1);
                                assertThat((double) one.moves())
                                        .as("%s", one)
                                        .isBetween(0.8 * c.moves(), 1.2 * c.moves());
                            });
        }
    }

    @Test
    void saysWhetherEachGoalIsMet() {
        assertThat(REPORT.goals()).extracting(Goal::unit).contains("%", "ms");
        for (Goal goal : REPORT.goals()) {
            assertThat(REPORT.table())
                    .anyMatch(
                            line ->
                                    line.contains(goal.name())
                                            && line.endsWith(goal.met() ? ": met" : ": MISSED"));
        }
        assertThat(new Goal("gap", 0.1, 0.1, "%").met()).isTrue();
        assertThat(new Goal("gap", 0.11, 0.1, "%").met()).isFalse();
        assertThat(new Goal("gap", Double.NaN, 0.1, "%").met()).isFalse();
    }

    @Test
    void tellsWhatTheFormatsSay() {
        assertThat(REPORT.name()).isEqualTo("replan");
        assertThat(REPORT.ratio()).isEqualTo(REPORT.ours() / REPORT.rival()).isLessThan(1);
        assertThat(REPORT.cases())
                .extracting(Case::regime)
                .containsExactly("slack", "herd", "tight", "slack", "herd", "tight");
        assertThat(REPORT.cases()).allMatch(one -> one.sites() == 20 && one.seconds() > 0);
    }
}
