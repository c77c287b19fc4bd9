package dev.tradewind.testbed.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tradewind.testbed.linking.Exchange;
import dev.tradewind.testbed.linking.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The validator bites: exchanges that are wrong in one thing are found, right ones are not. */
class ConformanceTest {
    private static final String LINKS = "/kafka/v3/clusters/c/links";
    private static final String MIRROR =
            """
            {"kind":"KafkaMirrorData","metadata":{"self":"http://x"},"link_name":"l","mirror_topic_name":"t","source_topic_name":"t",
             "num_partitions":1,"mirror_lags":[{"partition":0,"lag":0,"last_source_fetch_offset":-1}],"mirror_status":"ACTIVE","state_time_ms":1}""";
    private static final String CONFIG =
            """
            {"kind":"KafkaLinkConfigData","metadata":{"self":"http://x"},"cluster_id":"c","link_name":"l","name":"n","value":null,
             "is_default":true,"is_read_only":false,"is_sensitive":false,"source":"DEFAULT_CONFIG","synonyms":[]}""";

    @BeforeEach
    void described() {
        assumeThat(Description.isThere()).as("%s is there", Description.FILE).isTrue();
    }

    private static Exchange got(String path, int status, String answer) {
        return exchange("GET", path, null, Map.of(), "", status, answer);
    }

    private static Exchange exchange(
            String method,
            String path,
            String query,
            Map<String, List<String>> headers,
            String body,
            int status,
            String answer) {
        return new Exchange(
                "east",
                method,
                path,
                query,
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                status,
                answer.isEmpty() ? null : "application/json",
                answer.getBytes(StandardCharsets.UTF_8),
                Set.of());
    }

    private static void isRight(Exchange exchange) {
        assertThat(Conformance.violations(exchange)).isEmpty();
    }

    private static void isWrong(Exchange exchange, String because) {
        assertThat(Conformance.violations(exchange))
                .isNotEmpty()
                .allSatisfy(v -> assertThat(v).contains(because));
    }

    @Test
    void anAnswerIsHeldAgainstItsSchema() {
        String mirror = LINKS + "/l/mirrors/t";
        isRight(got(mirror, 200, MIRROR));
        isWrong(got(mirror, 200, MIRROR.replace("ACTIVE", "active")), "mirror_status");
        isWrong(got(mirror, 200, MIRROR.replace("\"lag\":0", "\"lag\":\"0\"")), "lag");
        isWrong(got(mirror, 200, MIRROR.replace("\"link_name\":\"l\",", "")), "link_name");
        isWrong(got(mirror, 200, "{}"), "answer");
        isWrong(got(mirror, 204, ""), "204");
        isWrong(got(LINKS + "/-/mirrors", 200, MIRROR), "data");
    }

    @Test
    void aRequestIsHeldAgainstItsSchema() {
        Map<String, List<String>> json = Map.of("Content-Type", List.of("application/json"));
        String promote = LINKS + "/l/mirrors:promote";
        String taken =
                "{\"kind\":\"KafkaPromoteMirror\",\"metadata\":{\"self\":\"x\"},\"data\":[]}";
        isRight(
                exchange(
                        "POST",
                        promote,
                        "validate_only=true",
                        json,
                        "{\"mirror_topic_names\":[\"t\"]}",
                        200,
                        taken));
        isWrong(
                exchange("POST", promote, null, json, "{\"mirror_topic_names\":\"t\"}", 200, taken),
                "mirror_topic_names");
        isWrong(
                exchange("POST", promote, "validate_only=maybe", json, "{}", 200, taken),
                "validate_only");
        isWrong(exchange("POST", LINKS, null, json, "{}", 204, ""), "link_name");
        isWrong(
                exchange("POST", LINKS + "/l/mirrors", null, json, "{}", 204, ""),
                "source_topic_name");
        isWrong(exchange("PATCH", LINKS, null, json, "{}", 204, ""), "no such operation");
        isWrong(exchange("POST", promote, "dry=true", json, "{}", 200, taken), "dry");
        isWrong(exchange("POST", promote, null, Map.of(), "{}", 200, taken), "type none");
    }

    @Test
    void whatIsWrongOnPurposeMustBeWrongAndRefused() {
        Map<String, List<String>> meant =
                Map.of(
                        "Content-Type",
                        List.of("application/json"),
                        Conformance.ON_PURPOSE,
                        List.of("yes"));
        String refused = "{\"error_code\":400,\"message\":\"link_name is required\"}";
        isRight(exchange("POST", LINKS, null, meant, "{}", 400, refused));
        isWrong(exchange("POST", LINKS, null, meant, "{}", 204, ""), "was not refused");
        isWrong(
                exchange("POST", LINKS, "link_name=l", meant, "{}", 400, refused),
                "is not wrong at all");
    }

    @Test
    void theDeviationsOfTheRealServerPassAndNothingMore() {
        String error = "{\"error_code\":404,\"message\":\"no\"";
        isRight(got(LINKS + "/l", 404, error + "}"));
        isWrong(got(LINKS + "/l", 404, "{\"message\":\"no\"}"), "error_code");
        isWrong(got(LINKS + "/l", 404, error + ",\"at\":1}"), "answer.at is not described");
        isWrong(got(LINKS + "/l", 418, error + "}"), "418");
        isRight(got(LINKS + "/l/configs/n", 200, CONFIG));
        isWrong(got(LINKS + "/l/configs/n", 200, CONFIG.replace("\"value\":null,", "")), "value");
        isRight(got("/v3/clusters/c/links/l/mirrors/t", 200, MIRROR));
        isRight(got("/kafka/v3/clusters/c/topics/t", 200, "{}"));
        Exchange changed = got(LINKS + "/l/mirrors/t", 200, MIRROR.replace("ACTIVE", "active"));
        isRight(
                new Exchange(
                        changed.service(),
                        changed.method(),
                        changed.path(),
                        changed.query(),
                        changed.headers(),
                        changed.body(),
                        changed.status(),
                        changed.contentType(),
                        changed.answer(),
                        Set.of(Fault.Kind.LOWER_CASE)));
    }
}
