package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.linking.LinkingException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of the Cluster Linking REST Admin API v3 that a handover needs, against one cluster.
 * Mirrors live at the destination, and so do the calls about them.
 *
 * <p>Every call ends within the timeout, its body included. A call that failed with {@link
 * Kind#RETRY} may have taken effect: look before doing it again. Nothing is tried again in here.
 */
public final class LinkingClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http;
    private final URI base;
    private final Supplier<Optional<String>> basicAuth;
    private final Duration timeout;

    /**
     * @param url with the API's prefix, without a slash at the end
     * @param basicAuth {@code user:password}, asked for at each call
     * @param timeout of a whole call
     */
    public LinkingClient(
            URI url, String clusterId, Supplier<Optional<String>> basicAuth, Duration timeout) {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .build(),
                URI.create(url + "/clusters/" + encode(clusterId)),
                basicAuth,
                timeout);
    }

    private LinkingClient(
            HttpClient http, URI base, Supplier<Optional<String>> basicAuth, Duration timeout) {
        this.http = http;
        this.base = base;
        this.basicAuth = basicAuth;
        this.timeout = timeout;
    }

    /** This client, on the same connections, with another time limit for a call. */
    public LinkingClient within(Duration limit) {
        return new LinkingClient(http, base, basicAuth, limit);
    }

    /** The cluster's address: links of the same name at two clusters are two objects. */
    URI base() {
        return base;
    }

    /** The link with its tasks; empty where there is none. */
    public Optional<Link> link(String link) {
        return find(path("links", link) + "?include_tasks=true").map(Responses::link);
    }

    /** Every mirror of the link, stopped ones too. */
    public List<Mirror> mirrors(String link) {
        return mirrorsAt(path("links", link, "mirrors"));
    }

    /** Every mirror of the cluster, over whichever link, stopped ones too. */
    public List<Mirror> mirrors() {
        return mirrorsAt("/links/-/mirrors");
    }

    private List<Mirror> mirrorsAt(String path) {
        List<Mirror> mirrors = new ArrayList<>();
        for (JsonNode each : list(path)) {
            mirrors.add(Responses.mirror(each));
        }
        return mirrors;
    }

    /** The mirror, with what keeps it from getting on; empty where there is none. */
    public Optional<Mirror> mirror(String link, String topic) {
        return find(path("links", link, "mirrors", topic) + "?include_state_transition_errors=true")
                .map(Responses::mirror);
    }

    /**
     * Makes a mirror of the same name as its source. It is there some time later only.
     *
     * @throws LinkingException of kind EXISTS where a topic of this name is there
     */
    public void createMirror(String link, String topic) {
        ObjectNode body = JSON.createObjectNode();
        body.put("source_topic_name", topic);
        body.put("mirror_topic_name", topic);
        send("POST", path("links", link, "mirrors"), body);
    }

    /** Planned: waits until lag is zero. Done when the mirror is STOPPED, not when this returns. */
    public List<TopicResult> promote(String link, List<String> topics) {
        return alter(link, "promote", topics);
    }

    /** At once: what was not fetched yet is lost. */
    public List<TopicResult> failover(String link, List<String> topics) {
        return alter(link, "failover", topics);
    }

    public List<TopicResult> pause(String link, List<String> topics) {
        return alter(link, "pause", topics);
    }

    public List<TopicResult> resume(String link, List<String> topics) {
        return alter(link, "resume", topics);
    }

    /**
     * On a bidirectional link: promotes here, and makes the former source a mirror. Older services
     * know it by a longer name, which is tried where they don't know the present one.
     */
    public List<TopicResult> reverse(String link, List<String> topics) {
        try {
            return alter(link, "reverse-and-start-mirror", topics);
        } catch (LinkingException e) {
            if (e.status() != 404 && e.status() != 405 || e.kind() == Kind.RETRY) {
                throw e;
            }
            try {
                return alter(link, "promote-local-and-start-remote-mirror", topics);
            } catch (LinkingException older) {
                if (older.status() == 404 || older.status() == 405) {
                    throw e;
                }
                throw older;
            }
        }
    }

    /**
     * On a bidirectional link: makes a topic here, the counterpart of which was failed over there,
     * a mirror of that one. What it has beyond the point where that took over is cut off.
     */
    public List<TopicResult> truncateAndRestore(String link, List<String> topics) {
        return alter(link, "truncate-and-restore", topics);
    }

    /** A configuration of the link; empty where it is not set. */
    public Optional<String> config(String link, String name) {
        return find(path("links", link, "configs", name))
                .map(json -> json.path("value").asString(""))
                .filter(value -> !value.isEmpty());
    }

    /** Every configuration of the link that has a value. */
    public Map<String, String> configs(String link) {
        Map<String, String> configs = new TreeMap<>();
        for (JsonNode config : list(path("links", link, "configs"))) {
            String value = config.path("value").asString("");
            if (!value.isEmpty()) {
                configs.put(config.path("name").asString(""), value);
            }
        }
        return configs;
    }

    public void setConfig(String link, String name, String value) {
        send(
                "PUT",
                path("links", link, "configs", name),
                JSON.createObjectNode().put("value", value));
    }

    private List<TopicResult> alter(String link, String action, List<String> topics) {
        ObjectNode body = JSON.createObjectNode();
        topics.forEach(body.putArray("mirror_topic_names")::add);
        String path = path("links", link) + "/mirrors:" + action;
        List<TopicResult> results =
                Responses.results(Responses.json("POST " + path, send("POST", path, body)));
        for (String topic : topics) {
            if (results.stream().noneMatch(r -> r.topic().equals(topic))) {
                throw new LinkingException(
                        Kind.RETRY, 200, "POST " + path + " said nothing about " + topic, null);
            }
        }
        return results;
    }

    private Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (LinkingException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private JsonNode list(String path) {
        return Responses.list("GET " + path, send("GET", path, null));
    }

    private JsonNode get(String path) {
        return Responses.json("GET " + path, send("GET", path, null));
    }

    private String send(String method, String path, JsonNode body) {
        String call = method + " " + base.getHost() + ":" + base.getPort() + path;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Accept", "application/json")
                        .timeout(timeout);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        basicAuth
                .get()
                .ifPresent(
                        auth ->
                                request.header(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(
                                                                auth.getBytes(
                                                                        StandardCharsets.UTF_8))));
        HttpResponse<String> response = exchange(call, request.build());
        if (response.statusCode() / 100 != 2) {
            throw Responses.error(call, response.statusCode(), response.body());
        }
        return response.body();
    }

    private HttpResponse<String> exchange(String call, HttpRequest request) {
        // The request's own timeout ends with the header; a body may trickle for ever.
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new LinkingException(
                    Kind.RETRY, 0, call + " did not answer within " + timeout, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new LinkingException(Kind.RETRY, 0, call + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            boolean unreachable =
                    cause instanceof ConnectException
                            || cause instanceof HttpConnectTimeoutException
                            || cause instanceof UnresolvedAddressException;
            if (!(cause instanceof IOException) && !unreachable) {
                throw new IllegalStateException(call, cause);
            }
            throw new LinkingException(
                    unreachable ? Kind.UNREACHABLE : Kind.RETRY,
                    0,
                    call
                            + " failed: "
                            + cause.getClass().getSimpleName()
                            + (cause.getMessage() == null ? "" : ": " + cause.getMessage()),
                    cause);
        }
    }

    private static String path(String... parts) {
        StringBuilder path = new StringBuilder();
        for (String part : parts) {
            path.append('/').append(encode(part));
        }
        return path.toString();
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
