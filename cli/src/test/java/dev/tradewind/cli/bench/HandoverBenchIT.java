package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import org.junit.jupiter.api.Test;

/** Too short for figures; what the steps of a move cost is told, and no record is lost. */
class HandoverBenchIT {
    @Test
    void theBenchmarkRunsThroughAndSharesOutThePause() throws Exception {
        HandoverReport report =
                new HandoverBench(
                                HandoverBench.Plan.quick(),
                                TestbedOptions.of(2, KubeApi.Mode.AUTO).withControllerQps(200),
                                line -> {})
                        .run();

        assertThat(report.moves()).isEqualTo(4);
        assertThat(report.rival()).isPositive();
        assertThat(report.steps())
                .extracting(HandoverReport.Share::step)
                .contains("drain", "startTarget");
        assertThat(report.steps().stream().mapToDouble(HandoverReport.Share::ofPause).sum())
                .isBetween(0.999, 1.001);
        assertThat(report.back().maxMillis()).isPositive();
        assertThat(report.atOnce().workloads()).isEqualTo(4);
    }
}
