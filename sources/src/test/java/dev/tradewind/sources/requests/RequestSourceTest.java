package dev.tradewind.sources.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.sources.kafka.DecodingSchema;
import dev.tradewind.sources.kafka.Records;
import java.util.Collections;
import java.util.Map;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSourceTest {
    private final DecodingSchema<RequestRecord> schema =
            Records.open(RequestSource.schema(1_000_000));

    @Test
    void travelsWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(RequestRecord.class);
    }

    @Test
    void readsASubmit() {
        WorkloadRequest request =
                read(
                        "{\"action\":\"submit\",\"requestId\":\"r-1\",\"workload\":\"shop/orders\",\"spec\":{\"labels\":{\"class\":\"stream\"},\"manifests\":[{\"kind\":\"Deployment\"}],\"schedule\":{\"deadline\":\"2026-03-02T06:00:00Z\"}}}");
        assertThat(request.action()).isEqualTo(WorkloadRequest.Action.submit);
        assertThat(request.requestId()).isEqualTo("r-1");
        assertThat(request.spec().manifests()).containsExactly("{\"kind\":\"Deployment\"}");
    }

    @Test
    void everyRequestHasAnIdentityThatStaysTheSame() {
        String json = "{\"action\":\"unpin\",\"workload\":\"shop/orders\"}";
        assertThat(read(json).requestId()).isEqualTo("topic-3-42");
        Map<String, String> event = Map.of("ce_specversion", "1.0", "ce_id", "e-9");
        assertThat(read(json, event).requestId()).isEqualTo("e-9");
        assertThat(
                        read(
                                        "{\"specversion\":\"1.0\",\"id\":\"e-8\",\"data\":"
                                                + json
                                                + "}",
                                        Map.of("content-type", "application/cloudevents+json"))
                                .requestId())
                .isEqualTo("e-8");
        assertThat(
                        read(
                                        "{\"action\":\"unpin\",\"requestId\":\"r\",\"workload\":\"a/b\"}",
                                        event)
                                .requestId())
                .isEqualTo("r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello | not JSON",
                "[] | the record must be an object",
                "null | null is not a request",
                "3 | the record must be an object",
                "{} | action is missing",
                "{\"action\":\"explode\",\"workload\":\"a/b\"} | action can't be 'explode'; expected one of",
                "{\"action\":\"unpin\"} | workload is missing",
                "{\"action\":\"unpin\",\"workload\":\"orders\"} | namespace/name",
                "{\"action\":\"unpin\",\"workload\":\"A/../b\"} | namespace/name",
                "{\"action\":\"unpin\",\"workload\":\"a/b\",\"site\":\"x\",\"site\":\"y\"} | Duplicate",
                "{\"action\":\"unpin\",\"workload\":\"a/b\",\"sit\":\"x\"} | unknown field 'sit' (at sit); did you mean 'site'?",
                "{\"action\":\"submit\",\"workload\":\"a/b\",\"spec\":{\"powr\":\"1 W\"}} | (at spec.powr)",
                "{\"action\":\"submit\",\"workload\":\"a/b\",\"spec\":3} | spec must be an object",
                "{\"action\":\"submit\",\"workload\":\"a/b\",\"spec\":{\"manifests\":[\"x\"]}} | must be an object",
                "{\"action\":\"pin\",\"workload\":\"a/b\",\"until\":\"tomorrow\"} | expected an instant",
            })
    void saysWhatCantBeRead(String json, String reason) {
        RequestRecord record = Records.read(schema, Records.of(json));
        assertThat(record.request()).isNull();
        assertThat(record.reject().reason()).contains(reason).doesNotContain("dev.tradewind");
        assertThat(record.reject().offset()).isEqualTo(42);
    }

    /** Placement answers these by a Decision. */
    @Test
    void whatCantBeHonouredIsReadAllTheSame() {
        assertThat(read("{\"action\":\"move\",\"workload\":\"a/b\"}").site()).isNull();
        String manifests = String.join(",", Collections.nCopies(10_000, "{\"kind\":\"Job\"}"));
        assertThat(
                        read("{\"action\":\"submit\",\"workload\":\"a/b\",\"spec\":{\"manifests\":["
                                        + manifests
                                        + "]}}")
                                .spec()
                                .manifests())
                .hasSize(10_000);
        assertThat(
                        read("{\"action\":\"submit\",\"workload\":\"a/b\",\"spec\":{\"sites\":\"not CEL (\"}}")
                                .spec()
                                .sites())
                .isEqualTo("not CEL (");
    }

    private WorkloadRequest read(String json) {
        return read(json, Map.of());
    }

    private WorkloadRequest read(String json, Map<String, String> headers) {
        RequestRecord record = Records.read(schema, Records.of(json, headers));
        assertThat(record.isReject()).as(String.valueOf(record.reject())).isFalse();
        return record.request();
    }
}
