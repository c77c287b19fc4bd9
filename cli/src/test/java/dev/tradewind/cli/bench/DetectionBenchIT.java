package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Not how fast they are: the machine that tests run on is busy. */
class DetectionBenchIT {

    @Test
    void theJobAndPlainFlinkCepFindTheSame() throws Exception {
        DetectionReport report =
                new DetectionBench(DetectionBench.Plan.quick(), System.out::println).run();
        report.table().forEach(System.out::println);
        assertThat(report.cases())
                .allSatisfy(
                        both -> {
                            assertThat(both.compared()).isPositive();
                            assertThat(both.detections()).isGreaterThan(both.compared());
                        });
    }
}
