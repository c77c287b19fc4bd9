package dev.tradewind.cli.k8s;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Stands between the sink and an API server, and answers by itself where a test says so. */
final class FaultyProxy implements AutoCloseable {
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "host", "upgrade", "expect", "accept-encoding");

    /** Instead of the API server's. */
    record Answer(int status, Map<String, String> headers, String body) {
        /** As the API server says no: by a Status. */
        static Answer status(int code, String reason, String message) {
            return new Answer(
                    code,
                    Map.of("Content-Type", "application/json"),
                    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":"
                            + code
                            + ",\"reason\":\""
                            + reason
                            + "\",\"message\":\""
                            + message
                            + "\"}");
        }
    }

    /** A request. */
    record Call(String method, String path, long nanos) {
        boolean is(String wantedMethod, String part) {
            return method.equals(wantedMethod) && path.contains(part);
        }
    }

    /** What a test does before a request goes on. */
    interface Fault {
        /** Null: it goes on. */
        Answer on(Call call);
    }

    private final String upstream;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client;
    private volatile Fault fault = call -> null;
    final List<Call> calls = new CopyOnWriteArrayList<>();

    FaultyProxy(String upstream) throws IOException, GeneralSecurityException {
        this.upstream = upstream;
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        this.client = HttpClient.newBuilder().sslContext(trusting).build();
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on; calls seen so far are forgotten. */
    void fault(Fault next) {
        calls.clear();
        fault = next;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call =
                    new Call(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            System.nanoTime());
            calls.add(call);
            byte[] body = exchange.getRequestBody().readAllBytes();
            Answer own = fault.on(call);
            if (own != null) {
                own.headers().forEach((k, v) -> exchange.getResponseHeaders().set(k, v));
                send(exchange, own.status(), own.body().getBytes(StandardCharsets.UTF_8));
                return;
            }
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(upstream + call.path()))
                            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) -> {
                                if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                                    values.forEach(value -> request.header(name, value));
                                }
                            });
            HttpResponse<byte[]> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            send(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The API server is down: so is the connection to it.
            exchange.close();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Host names too: the server's certificate is its own, made at start. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String a) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
