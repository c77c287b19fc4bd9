package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.placement.PlacementOperatorTest.Harness;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A workload that declares no power is given its part of what its site was measured to draw. */
class MeasuredPowerTest {
    @Test
    void whatIsMeasuredCountsWhereNothingIsDeclared() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.price("frankfurt", 100);
            job.price("oslo", 200);
            job.submit("shop/declared", spec());
            job.complete();
            job.submit("shop/measured", undeclared());
            job.complete();
            // 8 and 24 cores of 32: a quarter and three quarters of 4 kW
            job.passTo(NOON + 1);
            power(job, 4_000);
            job.passTo(NOON + HOUR);
            job.price("frankfurt", 100, NOON + HOUR);
            job.price("oslo", 200, NOON + HOUR);
            job.passTo(NOON + 2 * HOUR);
            job.price("frankfurt", 100, NOON + 2 * HOUR);
            assertThat(cost(job, "shop/measured"))
                    .as("3 kW for two hours at 0.1 EUR/kWh")
                    .isCloseTo(0.6, within(1e-3));
            assertThat(cost(job, "shop/declared"))
                    .as("1 kW as declared")
                    .isCloseTo(0.2, within(1e-3));
        }
    }

    /** A broken meter says nothing, and what was known stays. */
    @Test
    void aMeterThatIsBrokenChangesNothing() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.price("frankfurt", 100);
            job.submit("shop/measured", undeclared());
            job.complete();
            power(job, 3_000);
            for (double broken : new double[] {0, -5, Double.NaN}) {
                power(job, broken);
            }
            job.passTo(NOON + HOUR);
            job.price("frankfurt", 100, NOON + HOUR);
            job.passTo(NOON + HOUR + 1);
            job.price("frankfurt", 101, NOON + HOUR);
            assertThat(cost(job, "shop/measured")).isCloseTo(0.3, within(1e-3));
        }
    }

    /** One reading of a million times: nothing moves for it, and people are told of the meter. */
    @Test
    void aMeterThatJumpsByAMillion() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            for (int h = 0; h < 4 * 24; h++) {
                job.passTo(NOON + h * HOUR);
                job.price("frankfurt", 50, NOON + h * HOUR);
                job.price("oslo", h == 0 ? 50.1 : 49.9, NOON + h * HOUR);
                if (h == 0) {
                    job.submit("shop/measured", undeclared());
                    job.complete();
                    assertThat(job.command().to()).isEqualTo("frankfurt");
                }
                power(job, h == 72 ? 1e9 : 1_000);
                job.passTo(NOON + h * HOUR + HOUR / 2);
                assertThat(job.commands()).as("hour %s", h).hasSize(1);
                assertThat(job.doubtfulSeries()).as("hour %s", h).isEqualTo(h <= 72 ? 0 : 1);
            }
        }
    }

    private static void power(Harness job, double watts) throws Exception {
        long now = job.harness.getProcessingTime();
        job.view(
                SeriesView.actual(
                        true, "frankfurt", SignalNames.POWER, watts, now, now + HOUR, "test"));
    }

    private static double cost(Harness job, String workload) {
        return job.placements().stream()
                .filter(p -> p.workload().equals(workload))
                .map(Placement::ledger)
                .reduce((a, b) -> b)
                .orElseThrow()
                .costEur();
    }

    private static WorkloadSpec undeclared() {
        WorkloadSpec some = spec();
        return new WorkloadSpec(
                some.labels(),
                some.manifests(),
                Map.of("cpu", "24", "memory", "1Gi"),
                null,
                some.topics(),
                some.consumerGroups(),
                some.sites(),
                some.prefer(),
                some.latency(),
                some.schedule(),
                some.move());
    }
}
