package dev.tradewind.testbed.conformance;

import dev.tradewind.testbed.linking.Exchange;
import dev.tradewind.testbed.linking.Fault;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the real server does differently from its own description, and the double with it. This list
 * is all that the validator lets pass; each with where it was seen. It does not look at
 * credentials: Confluent Platform can run without any, the description is that of the cloud.
 */
final class Deviations {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Answers with a status that the description doesn't list: 404 for what isn't there and 403 for
     * a link with mirrors (confluentinc/kcp, {@code migrate_clusterlink_test.go}, run against
     * cp-server 8.1.2), 405 for POST on {@code configs:alter} (kcp, {@code clusterlink.go}), 409
     * for a link that exists (kcp's fixtures). Their body is that of a 400.
     */
    static int status(int status) {
        return Set.of(403, 404, 405, 409).contains(status) ? 400 : status;
    }

    /**
     * A slash at the end of {@code /links/?link_name=} (kcp, {@code clusterlink.go}), and a
     * standalone REST proxy has no {@code /kafka} before {@code /v3} (Confluent's documentation of
     * the REST API).
     */
    static String path(String path) {
        String trimmed = path.length() > 1 && path.endsWith("/") ? cut(path) : path;
        return trimmed.startsWith("/v3/") ? "/kafka" + trimmed : trimmed;
    }

    private static String cut(String path) {
        return path.substring(0, path.length() - 1);
    }

    /**
     * Older names of the two reversals (the 2024 description of Confluent Platform, in
     * confluentinc/kafka-rest-sdk-go), which the present description has no more.
     */
    static final Pattern OLDER_ACTIONS =
            Pattern.compile(".*:promote-local-and-(start|pause)-remote-mirror");

    /** Meant to be wrong: what a fault that struck has changed in the answer. */
    static final List<Fault.Kind> ANSWERS_CHANGED =
            List.of(Fault.Kind.UNKNOWN_STATE, Fault.Kind.LOWER_CASE);

    private Deviations() {}

    /**
     * The value of a configuration is null where it is secret or was never set (recordings of
     * confluentinc/terraform-provider-confluent, {@code read_created_cluster_link_config.json}); by
     * the description it is a string.
     */
    static String answer(Exchange exchange, String body) {
        if (exchange.status() != 200 || !exchange.path().contains("/configs")) {
            return body;
        }
        JsonNode json = JSON.readTree(body);
        if (json.has("data")) {
            json.path("data").forEach(Deviations::withValue);
        } else {
            withValue(json);
        }
        return json.toString();
    }

    private static void withValue(JsonNode config) {
        if (config instanceof ObjectNode object && config.path("value").isNull()) {
            object.put("value", "");
        }
    }
}
