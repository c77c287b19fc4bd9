package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import org.junit.jupiter.api.Test;

/** Too short for figures; the source comes up each time, and no record is lost. */
class BackBenchIT {
    @Test
    void theSourceComesUpWhileTheTargetIsSilent() throws Exception {
        BackReport report =
                new BackBench(1, TestbedOptions.of(2, KubeApi.Mode.AUTO), line -> {}).run();

        assertThat(report.times()).isEqualTo(1);
        assertThat(report.cases()).allMatch(one -> one.maxMillis() > 0);
    }
}
