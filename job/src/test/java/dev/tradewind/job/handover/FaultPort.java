package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Faults on demand, as anybody asks the testbed for them.
 *
 * @param adminUrl of the testbed's admin port
 */
record FaultPort(String adminUrl) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /**
     * @param json the fault, in single quotes
     */
    void arm(String json) {
        send("POST", json.replace('\'', '"'));
    }

    void clear() {
        send("DELETE", "");
    }

    /** What is armed, and what has struck. */
    JsonNode armed() {
        return send("GET", "");
    }

    private JsonNode send(String method, String body) {
        try {
            HttpResponse<String> answer =
                    HTTP.send(
                            HttpRequest.newBuilder(URI.create(adminUrl + "/faults"))
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return JsonMapper.shared().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
