package dev.tradewind.testbed.kube.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tradewind.testbed.kube.embedded.Store.Author;
import dev.tradewind.testbed.kube.embedded.Store.DeleteOptions;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The HTTP face of an embedded API, on a free loopback port: what a Kubernetes client needs of the
 * API server's protocol (get, list, watch, create, update, the four patches, delete, scale, bind),
 * in JSON. Watches are held by HTTP; a WebSocket upgrade is answered 200, upon which clients fall
 * back, as the protocol provides. There is no authentication: it serves this machine alone.
 */
final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final AtomicInteger THREADS = new AtomicInteger();

    static {
        // Without this the JDK's server waits for more to send, up to 40 ms an answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** Made when the first YAML comes, which most clients never send. */
    private static final class Yaml {
        static final KubernetesSerialization READER =
                new KubernetesSerialization(new JsonMapper(), false);
    }

    private final Kinds kinds;
    private final Store store;
    private final HttpServer server;
    private final int port;
    private final ExecutorService threads;
    private final Watches watches;

    /**
     * @param wanted port; 0: any that is free
     */
    ApiServer(Kinds kinds, Store store, int wanted) {
        this.kinds = kinds;
        this.store = store;
        this.watches = new Watches(store);
        this.threads =
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread =
                                    new Thread(task, "kube-api-" + THREADS.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new UncheckedIOException("no port for the embedded Kubernetes API", e);
        }
        port = server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        watches.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange);
            } catch (ApiException e) {
                send(exchange, e.code(), e.status());
            } catch (JacksonException e) {
                send(exchange, 400, ApiException.badRequest(e.getOriginalMessage()).status());
            } catch (RuntimeException e) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                send(
                        exchange,
                        500,
                        new ApiException(500, "InternalError", String.valueOf(e)).status());
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
            send(exchange, 200, JsonNodeFactory.instance.objectNode());
            return;
        }
        String path = exchange.getRequestURI().getPath();
        if (List.of("/readyz", "/healthz", "/livez").contains(path)) {
            byte[] ok = "ok".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, ok.length);
            exchange.getResponseBody().write(ok);
            return;
        }
        Request request = Request.parse(exchange.getRequestURI());
        if (request == null) {
            ObjectNode answer = Discovery.answer(kinds, path);
            if (answer == null) {
                throw new ApiException(404, "NotFound", "nothing is served at " + path);
            }
            send(exchange, 200, answer);
            return;
        }
        Author author = new Author(manager(exchange, request), request.subresource());
        boolean binding =
                request.plural().equals("bindings") || request.subresource().equals("binding");
        if (binding && exchange.getRequestMethod().equals("POST")) {
            bind(exchange, request, author);
            return;
        }
        Kind kind = kinds.find(request.apiVersion(), request.plural());
        if (kind == null) {
            throw new ApiException(
                    404, "NotFound", "the server could not find the requested resource");
        }
        if (request.subresource().equals("scale")) {
            scale(exchange, kind, request, author);
            return;
        }
        if (request.subresource().equals("eviction")) {
            store.delete(kind, request.namespace(), request.name(), DeleteOptions.DEFAULT, false);
            send(exchange, 201, success(kind, request.name(), null));
            return;
        }
        if (!List.of("", "status", "finalize").contains(request.subresource())) {
            throw new ApiException(
                    404,
                    "NotFound",
                    "the embedded API has no subresource " + request.subresource());
        }
        switch (exchange.getRequestMethod()) {
            case "GET" -> get(exchange, kind, request);
            case "POST" -> create(exchange, kind, request, author);
            case "PUT" -> replace(exchange, kind, request, author);
            case "PATCH" -> patch(exchange, kind, request, author);
            case "DELETE" -> delete(exchange, kind, request);
            default ->
                    throw new ApiException(
                            405,
                            "MethodNotAllowed",
                            "the server does not allow this method on the requested resource");
        }
    }

    private static String manager(HttpExchange exchange, Request request) {
        String manager = request.query().get("fieldManager");
        if (manager != null && !manager.isEmpty()) {
            return manager;
        }
        String agent = exchange.getRequestHeaders().getFirst("User-Agent");
        return agent == null || agent.isEmpty() ? "unknown" : agent.split("/", 2)[0];
    }

    private void get(HttpExchange exchange, Kind kind, Request request) throws IOException {
        if (!request.name().isEmpty() && !request.flag("watch")) {
            send(exchange, 200, store.get(kind, request.namespace(), request.name()));
            return;
        }
        Predicate<JsonNode> filter =
                Selector.labels(request.query().get("labelSelector"))
                        .and(Selector.fields(request.query().get("fieldSelector")));
        if (!request.name().isEmpty()) {
            filter = filter.and(Selector.fields("metadata.name=" + request.name()));
        }
        String namespace = request.namespace().isEmpty() ? null : request.namespace();
        if (request.flag("watch")) {
            watches.serve(exchange, kind, namespace, filter, request);
            return;
        }
        Store.Listing listing = store.listing(kind, namespace, filter);
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", kind.name() + "List").put("apiVersion", kind.apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(listing.revision()));
        list.putArray("items").addAll(listing.objects());
        send(exchange, 200, list);
    }

    private void create(HttpExchange exchange, Kind kind, Request request, Author author)
            throws IOException {
        ObjectNode body = body(exchange, kind, request);
        body.withObject("/metadata").remove("managedFields");
        ObjectNode created = store.create(kind, body, author, request.dryRun());
        if (kind.equals(Kinds.DEFINITION) && !request.dryRun()) {
            created = establish(created);
        }
        send(exchange, 201, created);
    }

    /** A definition is served at once; the API server says so in its status. */
    private ObjectNode establish(ObjectNode definition) {
        kinds.define(definition);
        String name = definition.path("metadata").path("name").asString("");
        return store.update(
                Kinds.DEFINITION,
                "",
                name,
                new Author("kube-apiserver", "status"),
                false,
                object -> {
                    ObjectNode status = Admission.object(object, "status");
                    status.remove("conditions");
                    for (String type : List.of("NamesAccepted", "Established")) {
                        status.withArray("/conditions")
                                .addObject()
                                .put("type", type)
                                .put("status", "True");
                    }
                    status.set("acceptedNames", object.path("spec").path("names"));
                    return object;
                });
    }

    private void replace(HttpExchange exchange, Kind kind, Request request, Author author)
            throws IOException {
        ObjectNode body = body(exchange, kind, request);
        send(
                exchange,
                200,
                store.update(
                        kind,
                        request.namespace(),
                        request.name(),
                        author,
                        request.dryRun(),
                        before -> body));
    }

    private void patch(HttpExchange exchange, Kind kind, Request request, Author author)
            throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        String media = type == null ? "" : type.split(";", 2)[0].strip();
        if (media.equals("application/apply-patch+yaml")) {
            apply(exchange, kind, request, author);
            return;
        }
        JsonNode patch = JSON.readTree(exchange.getRequestBody().readAllBytes());
        ObjectNode patched =
                store.update(
                        kind,
                        request.namespace(),
                        request.name(),
                        author,
                        request.dryRun(),
                        before -> (ObjectNode) patched(kind, media, before, patch));
        send(exchange, 200, patched);
    }

    private static JsonNode patched(Kind kind, String media, ObjectNode before, JsonNode patch) {
        return switch (media) {
            case "application/json-patch+json" -> Patches.json(before, patch);
            case "application/merge-patch+json" -> Patches.merge(before, patch);
            case "application/strategic-merge-patch+json" -> {
                if (!kind.builtIn()) {
                    throw new ApiException(
                            415,
                            "UnsupportedMediaType",
                            "strategic merge patch needs a built-in kind");
                }
                yield Patches.strategic(before, patch, true);
            }
            default ->
                    throw new ApiException(
                            415, "UnsupportedMediaType", "unknown patch type '" + media + "'");
        };
    }

    private void apply(HttpExchange exchange, Kind kind, Request request, Author author)
            throws IOException {
        if (!request.query().containsKey("fieldManager")) {
            throw ApiException.badRequest(
                    "fieldManager: Required value: is required for apply patch");
        }
        ObjectNode body = body(exchange, kind, request);
        if (!body.path("metadata").path("managedFields").isEmpty()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        Store.Applied applied =
                store.apply(
                        kind, withoutNulls(body), author, request.flag("force"), request.dryRun());
        ObjectNode object = applied.object();
        if (kind.equals(Kinds.DEFINITION) && !request.dryRun()) {
            object = establish(object);
        }
        send(exchange, applied.created() ? 201 : 200, object);
    }

    private static ObjectNode withoutNulls(ObjectNode object) {
        return (ObjectNode) Patches.merge(JsonNodeFactory.instance.objectNode(), object);
    }

    private ObjectNode body(HttpExchange exchange, Kind kind, Request request) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        JsonNode node =
                text.stripLeading().startsWith("{")
                        ? JSON.readTree(text)
                        : JSON.valueToTree(Yaml.READER.unmarshal(text, Map.class));
        if (!(node instanceof ObjectNode object)) {
            throw ApiException.badRequest("the body is no object");
        }
        String sent = object.path("kind").asString(kind.name());
        String version = object.path("apiVersion").asString(kind.apiVersion());
        if (!sent.equals(kind.name()) || !version.equals(kind.apiVersion())) {
            throw ApiException.badRequest(
                    "the object is a "
                            + version
                            + " "
                            + sent
                            + ", but the path is that of "
                            + kind.apiVersion()
                            + " "
                            + kind.name());
        }
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        ObjectNode metadata = Admission.object(object, "metadata");
        if (kind.namespaced()) {
            String namespace = metadata.path("namespace").asString("");
            if (!namespace.isEmpty() && !namespace.equals(request.namespace())) {
                throw ApiException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on"
                                + " the request");
            }
            metadata.put("namespace", request.namespace());
        }
        if (!request.name().isEmpty()) {
            String name = metadata.path("name").asString("");
            if (!name.isEmpty() && !name.equals(request.name())) {
                throw ApiException.badRequest(
                        "the name of the object ("
                                + name
                                + ") does not match the name on the URL ("
                                + request.name()
                                + ")");
            }
            metadata.put("name", request.name());
        }
        return object;
    }

    private void delete(HttpExchange exchange, Kind kind, Request request) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        JsonNode sent =
                bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(bytes);
        String grace = text(sent.path("gracePeriodSeconds"), request, "gracePeriodSeconds");
        JsonNode conditions = sent.path("preconditions");
        DeleteOptions options =
                new DeleteOptions(
                        grace == null ? null : Long.valueOf(grace),
                        text(sent.path("propagationPolicy"), request, "propagationPolicy"),
                        conditions.path("uid").asString(null),
                        conditions.path("resourceVersion").asString(null));
        boolean dryRun = request.dryRun() || !sent.path("dryRun").isEmpty();
        if (request.name().isEmpty()) {
            Predicate<JsonNode> filter =
                    Selector.labels(request.query().get("labelSelector"))
                            .and(Selector.fields(request.query().get("fieldSelector")));
            for (ObjectNode object : store.list(kind, emptyToNull(request.namespace()))) {
                if (filter.test(object)) {
                    deleteOne(kind, object, options, dryRun);
                }
            }
            send(exchange, 200, success(kind, "", null));
            return;
        }
        ObjectNode last = store.delete(kind, request.namespace(), request.name(), options, dryRun);
        if (kind.equals(Kinds.DEFINITION) && !dryRun) {
            kinds.undefine(last);
        }
        boolean gone = store.find(kind, request.namespace(), request.name()) == null;
        send(
                exchange,
                200,
                gone
                        ? success(
                                kind,
                                request.name(),
                                last.path("metadata").path("uid").asString(""))
                        : last);
    }

    private void deleteOne(Kind kind, ObjectNode object, DeleteOptions options, boolean dryRun) {
        JsonNode metadata = object.path("metadata");
        try {
            store.delete(
                    kind,
                    metadata.path("namespace").asString(""),
                    metadata.path("name").asString(""),
                    options,
                    dryRun);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    private static String text(JsonNode value, Request request, String parameter) {
        return value.isMissingNode() || value.isNull()
                ? request.query().get(parameter)
                : value.asString();
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private void bind(HttpExchange exchange, Request request, Author author) throws IOException {
        JsonNode binding = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String pod =
                request.plural().equals("bindings")
                        ? binding.path("metadata").path("name").asString("")
                        : request.name();
        String node = binding.path("target").path("name").asString("");
        store.update(
                Kinds.POD,
                request.namespace(),
                pod,
                new Author(author.manager(), "binding"),
                request.dryRun(),
                object -> {
                    String present = object.path("spec").path("nodeName").asString("");
                    if (!present.isEmpty()) {
                        throw new ApiException(
                                409,
                                "Conflict",
                                "Operation cannot be fulfilled on pods/binding \""
                                        + pod
                                        + "\": pod "
                                        + pod
                                        + " is already assigned to node \""
                                        + present
                                        + "\"");
                    }
                    Admission.object(object, "spec").put("nodeName", node);
                    return object;
                });
        ObjectNode success = success(Kinds.POD, pod, null);
        send(exchange, 201, success);
    }

    private void scale(HttpExchange exchange, Kind kind, Request request, Author author)
            throws IOException {
        ObjectNode object = store.get(kind, request.namespace(), request.name());
        String method = exchange.getRequestMethod();
        if (!method.equals("GET")) {
            JsonNode sent = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String media =
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                            .split(";", 2)[0];
            ObjectNode updated =
                    store.update(
                            kind,
                            request.namespace(),
                            request.name(),
                            author,
                            request.dryRun(),
                            before -> {
                                JsonNode wanted =
                                        method.equals("PUT")
                                                ? sent
                                                : patched(kind, media, scaleOf(before), sent);
                                String version =
                                        wanted.path("metadata")
                                                .path("resourceVersion")
                                                .asString("");
                                if (!version.isEmpty()) {
                                    Admission.object(before, "metadata")
                                            .put("resourceVersion", version);
                                }
                                Admission.object(before, "spec")
                                        .put(
                                                "replicas",
                                                wanted.path("spec").path("replicas").asInt(0));
                                return before;
                            });
            send(exchange, 200, scaleOf(updated));
            return;
        }
        send(exchange, 200, scaleOf(object));
    }

    private static ObjectNode scaleOf(ObjectNode object) {
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.set(field, object.path("metadata").path(field));
        }
        scale.putObject("spec").put("replicas", object.path("spec").path("replicas").asInt(0));
        scale.putObject("status").put("replicas", object.path("status").path("replicas").asInt(0));
        return scale;
    }

    private static ObjectNode success(Kind kind, String name, String uid) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", name).put("group", kind.group()).put("kind", kind.plural());
        if (uid != null) {
            details.put("uid", uid);
        }
        return status;
    }

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
