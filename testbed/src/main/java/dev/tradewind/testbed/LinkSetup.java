package dev.tradewind.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the links between sites through the REST API, as their operators would: bidirectional, with
 * the offsets of all consumer groups synced each second.
 */
final class LinkSetup {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ALL_GROUPS =
            "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\","
                    + "\"filterType\":\"INCLUDE\"}]}";

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /** The name of the link between two sites, at both of its ends. */
    static String name(TestbedSite a, TestbedSite b) {
        return a.name() + "-" + b.name();
    }

    void link(TestbedSite a, TestbedSite b) {
        end(a, b, name(a, b));
        end(b, a, name(a, b));
    }

    private void end(TestbedSite at, TestbedSite remote, String name) {
        Map<String, Object> body =
                Map.of(
                        "remote_cluster_id",
                        remote.broker().clusterId(),
                        "configs",
                        List.of(
                                config("bootstrap.servers", remote.broker().peersServers()),
                                config("link.mode", "BIDIRECTIONAL"),
                                config("consumer.offset.sync.enable", "true"),
                                config("consumer.offset.sync.ms", "1000"),
                                config("consumer.offset.group.filters", ALL_GROUPS)));
        URI uri =
                URI.create(
                        at.linking().url()
                                + "/clusters/"
                                + at.broker().clusterId()
                                + "/links?link_name="
                                + name);
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        "link "
                                + name
                                + " at "
                                + at.name()
                                + " was refused: "
                                + answer.statusCode()
                                + " "
                                + answer.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException("link " + name + " at " + at.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted making link " + name, e);
        }
    }

    private static Map<String, String> config(String name, String value) {
        return Map.of("name", name, "value", value);
    }
}
