package dev.tradewind.sinks.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.port.MirrorStatus;
import org.junit.jupiter.api.Test;

class StepKindTest {
    @Test
    void outcomesNameStepsInCamelCase() {
        assertThat(StepKind.QUIESCE_SOURCE.text()).isEqualTo("quiesceSource");
        assertThat(StepKind.CUT.text()).isEqualTo("cut");
        assertThat(StepKind.AWAIT_SOURCE_READY.text()).isEqualTo("awaitSourceReady");
    }

    @Test
    void mirrorStatesAreReadInAnyCaseAndUnknownOnesAreKeptApart() {
        assertThat(MirrorStatus.of("pending_stopped")).isEqualTo(MirrorStatus.PENDING_STOPPED);
        assertThat(MirrorStatus.of("SOMETHING_NEW")).isEqualTo(MirrorStatus.UNKNOWN);
        assertThat(MirrorStatus.of(null)).isEqualTo(MirrorStatus.UNKNOWN);
    }
}
