package dev.tradewind.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetectionBenchIT {

    /** Small, for the sake of time; {@code -Dbench.readings=3000000} for figures. */
    @Test
    void bothFindTheSameEpisodesAndTheJobIsFaster() throws Exception {
        DetectionBench.Result result =
                DetectionBench.run(Integer.getInteger("bench.readings", 300_000));
        System.out.println(result);
        assertThat(result.ours().detections()).isPositive();
        assertThat(result.rival().detections()).isPositive();
        assertThat(result.ratio()).isGreaterThan(1);
    }
}
