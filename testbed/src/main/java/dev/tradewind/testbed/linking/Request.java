package dev.tradewind.testbed.linking;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A request, taken apart.
 *
 * @param call as it came, for the faults
 * @param path the decoded segments after {@code clusters/{id}}
 * @param query the decoded parameters; unknown ones are ignored
 * @param body a missing node if there is none
 */
record Request(Call call, List<String> path, Map<String, String> query, JsonNode body) {
    String method() {
        return call.method();
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.getOrDefault(name, "false"));
    }
}
