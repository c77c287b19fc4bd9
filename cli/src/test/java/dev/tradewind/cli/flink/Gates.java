package dev.tradewind.cli.flink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedSite;
import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stands between the job and what its sites offer over HTTP: a witness of every effect that does
 * not depend on what the job says of itself, and a way to hold a hand-over right before one of
 * them, as long as it takes to stop the job.
 */
final class Gates implements AutoCloseable {
    enum Plane {
        KUBERNETES,
        LINKING
    }

    /**
     * @param path with the query
     */
    record Call(String site, Plane plane, String method, String path, String body) {
        boolean reads() {
            return method.equals("GET");
        }

        /** Changes something that lasts: no lease, no dry run. */
        boolean acts() {
            return !reads() && !path.contains("/leases") && !path.contains("dryRun");
        }

        boolean writes(String at, Plane on) {
            return acts() && site.equals(at) && plane == on;
        }

        /** The same effect again has the same text. */
        String effect() {
            String text = body;
            if (plane == Plane.KUBERNETES && body.startsWith("{")) {
                JsonNode object = JsonMapper.shared().readTree(body);
                if (object instanceof ObjectNode node) {
                    node.remove("status");
                    if (node.path("metadata") instanceof ObjectNode metadata) {
                        metadata.remove(List.of("resourceVersion", "managedFields", "generation"));
                    }
                }
                text = object.toString();
            }
            return site + " " + method + " " + path.replaceFirst("\\?.*", "") + " " + text;
        }
    }

    private static final Set<String> OF_THE_CONNECTION =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "transfer-encoding",
                    "upgrade");
    private static final byte[] REFUSAL =
            """
            {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"ServiceUnavailable","code":503,
             "error_code":50302,"message":"held"}"""
                    .getBytes(StandardCharsets.UTF_8);

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "gate");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final HttpClient client;
    private final List<Call> effects = new CopyOnWriteArrayList<>();

    private Predicate<Call> after;
    private Predicate<Call> at;
    private boolean holding;

    private Gates(HttpClient client) {
        this.client = client;
    }

    /**
     * Copies the connections of the testbed to a directory, with gates for addresses.
     *
     * @param connections is made
     */
    static Gates before(Testbed testbed, Path connections) throws IOException {
        Gates gates = new Gates(client(testbed));
        Files.createDirectories(connections);
        for (TestbedSite site : testbed.sites()) {
            String name = site.name();
            String kube = site.kube().url();
            String config =
                    Files.readString(site.kube().kubeconfig())
                            .replace(kube, gates.open(name, Plane.KUBERNETES, kube));
            Path kubeconfig = connections.resolve(name + ".kubeconfig");
            Files.writeString(kubeconfig, config);
            String linking = site.linking().url();
            Files.writeString(
                    connections.resolve(name + ".yaml"),
                    Files.readString(testbed.connectionsDir().resolve(name + ".yaml"))
                            .replace(
                                    site.kube().kubeconfig().toAbsolutePath().toString(),
                                    kubeconfig.toString())
                            .replace(linking, gates.open(name, Plane.LINKING, linking)));
        }
        return gates;
    }

    /** One that trusts real API servers, each of which has signed its certificate itself. */
    private static HttpClient client(Testbed testbed) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (TestbedSite site : testbed.sites()) {
                String authority =
                        Config.fromKubeconfig(site.kube().kubeconfig().toFile()).getCaCertData();
                if (authority != null) {
                    byte[] pem = Base64.getDecoder().decode(authority);
                    trusted.setCertificateEntry(
                            site.name(),
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(pem)));
                }
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, managers.getTrustManagers(), null);
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(tls)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the API servers' certificates can't be trusted", e);
        }
    }

    /**
     * From now on, the first call that {@code at} matches and all like it are answered by 503, once
     * a call that {@code after} matches was let through (null: at once).
     */
    synchronized void hold(Predicate<Call> after, Predicate<Call> at) {
        this.after = after;
        this.at = at;
        this.holding = false;
    }

    synchronized boolean isHolding() {
        return holding;
    }

    synchronized void letGo() {
        hold(null, null);
    }

    /** What took effect, in order. */
    List<Call> effects() {
        return List.copyOf(effects);
    }

    /** Those since there were so many. */
    List<Call> effects(int since) {
        return effects.stream().skip(since).toList();
    }

    /** Effects that came to pass more than once since there were so many. */
    List<String> repeated(int since) {
        Map<String, Integer> counts = new TreeMap<>();
        effects(since).forEach(e -> counts.merge(e.effect(), 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(e -> e.getValue() > 1)
                .map(e -> e.getValue() + " times " + e.getKey())
                .toList();
    }

    private String open(String site, Plane plane, String upstream) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> pass(exchange, site, plane, upstream));
        server.start();
        servers.add(server);
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange, String site, Plane plane, String upstream)
            throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Call call =
                    new Call(
                            site,
                            plane,
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            new String(body, StandardCharsets.UTF_8));
            if (refuses(call)) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(503, REFUSAL.length);
                exchange.getResponseBody().write(REFUSAL);
                return;
            }
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(upstream + call.path()))
                            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) -> {
                                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                                    values.forEach(value -> request.header(name, value));
                                }
                            });
            HttpResponse<byte[]> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() < 300) {
                passed(call);
            }
            response.headers()
                    .map()
                    .forEach(
                            (name, values) -> {
                                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                                    exchange.getResponseHeaders().put(name, values);
                                }
                            });
            byte[] answer = response.body();
            exchange.sendResponseHeaders(
                    response.statusCode(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean refuses(Call call) {
        boolean refuses = at != null && after == null && at.test(call);
        holding |= refuses;
        return refuses;
    }

    private synchronized void passed(Call call) {
        if (call.acts()) {
            effects.add(call);
        }
        if (after != null && after.test(call)) {
            after = null;
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
