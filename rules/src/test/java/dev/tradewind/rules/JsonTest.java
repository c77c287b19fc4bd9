package dev.tradewind.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Json;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void manifestsAreObjectsOnTheWireAndTextInTheRecord() {
        String wire =
                "{\"action\":\"submit\",\"workload\":\"shop/orders\",\"spec\":{\"manifests\":[{\"kind\":\"Job\",\"a\":[1,2.5]}],"
                        + "\"schedule\":{\"deadline\":\"2026-03-02T06:00:00Z\"}}}";
        WorkloadRequest request = Json.STRICT.readValue(wire, WorkloadRequest.class);
        assertThat(request.spec().manifests()).containsExactly("{\"kind\":\"Job\",\"a\":[1,2.5]}");
        assertThat(Json.text(request)).isEqualTo(wire);
    }

    @Test
    void durationsReadBothWays() {
        assertThat(Durations.parseMillis("1h30m"))
                .isEqualTo(Durations.parseMillis("PT1H30M"))
                .isEqualTo(5_400_000);
        assertThat(Durations.format(5_400_000)).isEqualTo("1h30m");
    }
}
