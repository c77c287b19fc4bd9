package dev.tradewind.sources.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Outcome;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.time.Instant;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeSourceTest {
    private static final Outcome OUTCOME =
            new Outcome(
                    "c-1",
                    "shop/orders",
                    4,
                    Outcome.Status.step,
                    "quiesce",
                    "oslo",
                    Instant.parse("2026-03-01T12:00:00Z"),
                    1_200L,
                    "3 pods",
                    "scaled to zero");

    private final DecodingSchema<OutcomeRecord> schema =
            Records.open(OutcomeSource.schema(1_000_000));

    @Test
    void travelsWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(OutcomeRecord.class);
    }

    @Test
    void readsWhatIsWrittenAndWhatALaterVersionWrites() {
        String json = Json.text(OUTCOME);
        assertThat(read(json).outcome()).isEqualTo(OUTCOME);
        assertThat(read(json.replaceFirst("\\{", "{\"later\":[{}],")).outcome()).isEqualTo(OUTCOME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | not JSON",
                "null | not an outcome",
                "{} | missing",
                "{\"commandId\":\"c\",\"workload\":\"a/b\",\"epoch\":1} | status is missing",
                "{\"commandId\":\"c\",\"workload\":\"a\",\"epoch\":1,\"status\":\"step\"} | namespace/name",
                "{\"commandId\":\"c\",\"workload\":\"a/b\",\"epoch\":-1,\"status\":\"step\"} | epoch",
                "{\"commandId\":\"c\",\"workload\":\"a/b\",\"epoch\":1,\"status\":\"won\"} | status",
            })
    void saysWhatCantBeRead(String json, String reason) {
        OutcomeRecord record = read(json);
        assertThat(record.outcome()).isNull();
        assertThat(record.reject().reason()).contains(reason);
    }

    private OutcomeRecord read(String json) {
        return Records.read(schema, Records.of(json));
    }
}
