package dev.tradewind.testbed.linking;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** HTTP around the routes: address, authentication, JSON, errors, faults. */
final class RestServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_BODY = 1 << 20;
    private static final List<ExchangeListener> LISTENERS =
            ServiceLoader.load(ExchangeListener.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    static {
        // Without it an answer waits for the peer's delayed acknowledgement: 40 ms each.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads;
    private final String clusterId;
    private final Function<String, Routes> routes;
    private final LinkingOptions options;
    private final Faults faults;

    /**
     * @param routes for the base address of the request's prefix
     */
    RestServer(
            String name,
            int port,
            String clusterId,
            Function<String, Routes> routes,
            LinkingOptions options,
            Faults faults)
            throws IOException {
        this.name = name;
        this.clusterId = clusterId;
        this.routes = routes;
        this.options = options;
        this.faults = faults;
        this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        64,
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        r -> {
                            Thread t = new Thread(r, "rest-" + name);
                            t.setDaemon(true);
                            return t;
                        });
        server.setExecutor(threads);
        server.createContext("/", this::exchange);
        server.start();
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getRawPath();
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            Call call = call(method, path, body);
            Fault strike = faults.strike(call);
            Set<Fault.Kind> struck = EnumSet.noneOf(Fault.Kind.class);
            Answer answer = strike == null ? null : Answer.refusal(strike);
            if (answer == null) {
                answer = Answer.of(distorted(call, answer(exchange, call, body), struck));
            }
            if (strike != null) {
                struck.add(strike.kind());
            }
            tell(exchange, call, body, answer, struck);
            if (struck.contains(Fault.Kind.RESET_AFTER_APPLIED)) {
                // Ending without an answer makes the server drop the connection.
                throw new IOException("fault: connection reset after the request was applied");
            }
            if (struck.contains(Fault.Kind.SLOW)) {
                TimeUnit.MILLISECONDS.sleep(strike.millis());
            }
            write(exchange, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Response distorted(Call call, Response response, Set<Fault.Kind> struck) {
        List<Fault> by = new ArrayList<>();
        Object body = faults.distorted(call, response.body(), by);
        by.forEach(fault -> struck.add(fault.kind()));
        return new Response(response.status(), body);
    }

    private void tell(
            HttpExchange exchange, Call call, byte[] body, Answer answer, Set<Fault.Kind> struck) {
        if (LISTENERS.isEmpty()) {
            return;
        }
        Exchange seen =
                new Exchange(
                        name,
                        call.method(),
                        call.path(),
                        exchange.getRequestURI().getRawQuery(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        body,
                        answer.status(),
                        answer.type(),
                        answer.body(),
                        struck);
        for (ExchangeListener listener : LISTENERS) {
            try {
                listener.exchanged(seen);
            } catch (RuntimeException e) {
                LOG.error("{} {} could not be told", call.method(), call.path(), e);
            }
        }
    }

    /** Of a request that can't be read nothing more is known than its path. */
    private static Call call(String method, String path, byte[] body) {
        try {
            List<String> segments = segments(path);
            int at = segments.indexOf("clusters") + 2;
            return Call.of(
                    method,
                    path,
                    segments.size() > at ? segments.subList(at, segments.size()) : List.of(),
                    json(body));
        } catch (ApiException e) {
            return Call.of(method, path, List.of(), MissingNode.getInstance());
        }
    }

    private Response answer(HttpExchange exchange, Call call, byte[] body) {
        try {
            if (!authenticated(exchange)) {
                return Answer.unauthorized();
            }
            return dispatch(exchange, call, body);
        } catch (ApiException e) {
            return Answer.error(e.status, e.code, e.getMessage());
        } catch (KafkaException e) {
            ApiException known = ApiException.of(e);
            return Answer.error(known.status, known.code, known.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed", call.method(), call.path(), e);
            return Answer.error(500, 500, "Internal Server Error");
        }
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                // A plus is itself in a path.
                segments.add(decode(segment.replace("+", "%2B")));
            }
        }
        return segments;
    }

    private Response dispatch(HttpExchange exchange, Call call, byte[] body) {
        List<String> segments = segments(call.path());
        String prefix = "";
        if (!segments.isEmpty() && segments.get(0).equals("kafka")) {
            prefix = "/kafka";
            segments.remove(0);
        }
        if (segments.size() < 2
                || !segments.get(0).equals("v3")
                || !segments.get(1).equals("clusters")) {
            throw Routes.notFound();
        }
        String base = "http://127.0.0.1:" + port() + prefix + "/v3/clusters";
        Views views = new Views(base + "/" + clusterId);
        if (segments.size() == 2) {
            return Response.ok(
                    new Views(base)
                            .list("KafkaClusterList", "", List.of(views.cluster(clusterId))));
        }
        if (!segments.get(2).equals(clusterId)) {
            throw new ApiException(404, 404, "Cluster " + segments.get(2) + " cannot be found.");
        }
        return routes.apply(base + "/" + clusterId)
                .handle(
                        new Request(
                                call,
                                List.copyOf(segments.subList(3, segments.size())),
                                query(exchange.getRequestURI().getRawQuery()),
                                json(body)));
    }

    private static JsonNode json(byte[] body) {
        if (body.length > MAX_BODY) {
            throw new ApiException(413, 413, "Request body too large");
        }
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new ApiException(400, 400, "Cannot deserialize the request body as JSON");
        }
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, 400, "Malformed URL encoding");
        }
    }

    private boolean authenticated(HttpExchange exchange) {
        if (options.user() == null) {
            return true;
        }
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        String expected =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (options.user() + ":" + options.password())
                                                .getBytes(StandardCharsets.UTF_8));
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        expected.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.type() == null) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
