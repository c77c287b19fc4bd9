package dev.tradewind.testbed.linking;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is sent back.
 *
 * @param type null where there is no body
 */
record Answer(int status, String type, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOO_MANY =
            "<html><head><title>Error 429 Too Many Requests</title></head>"
                    + "<body><h2>HTTP ERROR 429 Too Many Requests</h2></body></html>";

    static Answer of(Response response) {
        return response.body() == null
                ? new Answer(response.status(), null, new byte[0])
                : new Answer(
                        response.status(),
                        "application/json",
                        JSON.writeValueAsBytes(response.body()));
    }

    /**
     * @return null where the fault lets the request through
     */
    static Answer refusal(Fault fault) {
        return switch (fault.kind()) {
            case TOO_MANY_REQUESTS ->
                    new Answer(429, "text/html", TOO_MANY.getBytes(StandardCharsets.UTF_8));
            case ERROR_500 -> of(error(500, 50003, "Unexpected retriable error"));
            case UNAVAILABLE_503 -> of(error(503, 50302, "Broker not available"));
            case UNAUTHORIZED_401 -> of(unauthorized());
            default -> null;
        };
    }

    static Response unauthorized() {
        return error(401, 40101, "Authentication failed");
    }

    static Response error(int status, int code, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error_code", code);
        body.put("message", message);
        return new Response(status, body);
    }
}
