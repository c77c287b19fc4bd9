package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.conformance.Conformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bare client of the API under test. */
final class Rest {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final String base;

    Rest(LinkingService service) {
        this.base = service.url() + "/clusters/" + service.clusterId();
    }

    record Answer(int status, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }
    }

    Answer call(String method, String path, String body) {
        return raw(method, base + path, body, null);
    }

    /** A request against the API's description, which must be refused. */
    Answer wrong(String method, String path, String body) {
        return send(request(method, base + path, body).header(Conformance.ON_PURPOSE, "yes"));
    }

    static Answer raw(String method, String url, String body, String authorization) {
        HttpRequest.Builder request = request(method, url, body);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return send(request);
    }

    private static HttpRequest.Builder request(String method, String url, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
        return body == null
                ? request.method(method, HttpRequest.BodyPublishers.noBody())
                : request.header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode get(String path) {
        return call("GET", path, null).json();
    }

    Answer createLink(String name, String servers, String mode, String moreConfigs) {
        return call(
                "POST",
                "/links/?link_name=" + name,
                """
                {"configs":[{"name":"bootstrap.servers","value":"%s"},{"name":"link.mode","value":"%s"}%s]}"""
                        .formatted(servers, mode, moreConfigs));
    }

    Answer mirror(String link, String topic) {
        return call(
                "POST", "/links/" + link + "/mirrors", "{\"source_topic_name\":\"" + topic + "\"}");
    }

    /** The one topic's part of the multi-status answer. */
    JsonNode act(String link, String action, String topic) {
        Answer answer =
                call(
                        "POST",
                        "/links/" + link + "/mirrors:" + action,
                        "{\"mirror_topic_names\":[\"" + topic + "\"]}");
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.json().path("data").path(0);
    }

    String status(String link, String topic) {
        return get("/links/" + link + "/mirrors/" + topic).path("mirror_status").asString("gone");
    }

    String obstacles(String link, String topic) {
        return get("/links/" + link + "/mirrors/" + topic + "?include_state_transition_errors=true")
                .path("mirror_state_transition_errors")
                .toString();
    }
}
