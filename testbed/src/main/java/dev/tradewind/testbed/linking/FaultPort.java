package dev.tradewind.testbed.linking;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Faults of several linking services, over HTTP: {@code POST /faults} arms one, {@code GET /faults}
 * tells each with how often it really struck, {@code DELETE /faults} ends all. On the loopback
 * interface, as everything of the testbed.
 */
public final class FaultPort implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_BODY = 1 << 16;
    private static final Set<String> FIELDS =
            Set.of(
                    "kind",
                    "site",
                    "link",
                    "topic",
                    "method",
                    "path",
                    "times",
                    "forMillis",
                    "millis",
                    "value");

    private final Map<String, Faults> sites;
    private final HttpServer server;

    private FaultPort(Map<String, Faults> sites) throws IOException {
        this.sites = new LinkedHashMap<>(sites);
        this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::exchange);
        server.start();
    }

    /**
     * Starts it on a free port.
     *
     * @param sites the faults of each service by the name of its site
     */
    public static FaultPort start(Map<String, Faults> sites) {
        try {
            return new FaultPort(sites);
        } catch (IOException e) {
            throw new UncheckedIOException("no admin port", e);
        }
    }

    /** Base address, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response;
            try {
                response = answer(exchange);
            } catch (IllegalArgumentException | JacksonException e) {
                response = new Response(400, Map.of("message", e.getMessage()));
            }
            byte[] body = JSON.writeValueAsBytes(response.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(response.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Response answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
        if (!exchange.getRequestURI().getPath().equals("/faults")) {
            return new Response(404, Map.of("message", "there is only /faults"));
        }
        return switch (exchange.getRequestMethod()) {
            case "GET" -> Response.ok(view());
            case "POST" -> new Response(201, view(arm(JSON.readTree(body))));
            case "DELETE" -> {
                Map<String, Object> last = view();
                sites.values().forEach(Faults::clear);
                yield Response.ok(last);
            }
            default -> new Response(405, Map.of("message", "GET, POST or DELETE"));
        };
    }

    private Fault arm(JsonNode asked) {
        for (String field : asked.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException("unknown field " + field);
            }
        }
        Fault fault =
                Fault.of(Fault.Kind.of(asked.path("kind").asString("")))
                        .at(
                                new Fault.Target(
                                        text(asked, "link"),
                                        text(asked, "topic"),
                                        text(asked, "method"),
                                        text(asked, "path")));
        if (asked.has("times")) {
            fault = fault.times(asked.path("times").asInt());
        }
        if (asked.has("forMillis")) {
            fault = fault.lasting(Duration.ofMillis(asked.path("forMillis").asLong()));
        }
        if (asked.has("millis")) {
            fault = fault.delayed(Duration.ofMillis(asked.path("millis").asLong()));
        }
        if (asked.has("value")) {
            fault = fault.telling(text(asked, "value"));
        }
        for (Faults each : at(text(asked, "site"))) {
            each.arm(fault);
        }
        return fault;
    }

    private Collection<Faults> at(String site) {
        if (site == null) {
            return sites.values();
        }
        Faults faults = sites.get(site);
        if (faults == null) {
            throw new IllegalArgumentException(
                    "there is no site " + site + ", only " + sites.keySet());
        }
        return List.of(faults);
    }

    private static String text(JsonNode asked, String field) {
        return asked.has(field) ? asked.path(field).asString() : null;
    }

    /** All faults, and how often each kind has struck since the start, cleared ones included. */
    private Map<String, Object> view() {
        Map<Fault, List<String>> armedAt = new IdentityHashMap<>();
        List<Fault> order = new ArrayList<>();
        Map<String, Integer> totals = new TreeMap<>();
        sites.forEach(
                (site, faults) -> {
                    for (Fault fault : faults.all()) {
                        armedAt.computeIfAbsent(
                                        fault,
                                        f -> {
                                            order.add(f);
                                            return new ArrayList<>();
                                        })
                                .add(site);
                    }
                    faults.struck().forEach((k, n) -> totals.merge(k.word(), n, Integer::sum));
                });
        order.sort((a, b) -> Long.compare(a.since() - b.since(), 0));
        List<Map<String, Object>> all = new ArrayList<>();
        for (Fault fault : order) {
            Map<String, Object> each = view(fault);
            each.put("sites", armedAt.get(fault));
            all.add(each);
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("struck", totals);
        view.put("faults", all);
        return view;
    }

    private static Map<String, Object> view(Fault fault) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kind", fault.kind().word());
        view.put("link", fault.target().link());
        view.put("topic", fault.target().topic());
        view.put("method", fault.target().method());
        view.put("path", fault.target().path());
        view.put("times", fault.limit());
        view.put("forMillis", fault.duration());
        view.put("struck", fault.struck());
        view.put("active", fault.isActive());
        return view;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
