package dev.tradewind.sinks.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * etcd, kube-apiserver and kube-controller-manager of {@code KUBEBUILDER_ASSETS} on free ports. The
 * real API server is the judge of the sink: what it refuses, no double knows.
 */
final class ControlPlane implements AutoCloseable {
    static final String ASSETS = "KUBEBUILDER_ASSETS";

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final int apiPort = freePort();
    private final Thread hook = new Thread(this::kill);

    private ControlPlane(Path directory) {
        this.directory = directory;
    }

    /** Skips the test where the binaries are not to be had. */
    static ControlPlane start() throws Exception {
        String assets = System.getenv(ASSETS);
        Assumptions.assumeTrue(
                assets != null && Files.isExecutable(Path.of(assets, "kube-apiserver")),
                "skipped: "
                        + ASSETS
                        + " names no folder with etcd, kube-apiserver and kube-controller-manager;"
                        + " `setup-envtest use -p path` fetches one");
        ControlPlane plane = new ControlPlane(Files.createTempDirectory("control-plane"));
        Runtime.getRuntime().addShutdownHook(plane.hook);
        try {
            plane.run(Path.of(assets));
        } catch (Exception | Error e) {
            plane.close();
            throw e;
        }
        return plane;
    }

    private void run(Path assets) throws Exception {
        int etcd = freePort();
        Path tokens = directory.resolve("tokens.csv");
        Files.writeString(
                tokens,
                "admin-token,admin,1,\"system:masters\"\nguest-token,guest,2,\"guests\"\n"
                        + "sink-token,system:serviceaccount:tradewind:tradewind-sink,3,\"sinks\"\n");
        KeyPair keys = keys();
        Path key = pem("sa.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
        Path pub = pem("sa.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
        String etcdUrl = "http://127.0.0.1:" + etcd;
        spawn(
                assets.resolve("etcd"),
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + etcdUrl,
                "--advertise-client-urls=" + etcdUrl,
                "--listen-peer-urls=http://127.0.0.1:" + freePort(),
                "--unsafe-no-fsync");
        spawn(
                assets.resolve("kube-apiserver"),
                "--etcd-servers=" + etcdUrl,
                "--cert-dir=" + directory.resolve("certs"),
                "--secure-port=" + apiPort,
                "--bind-address=127.0.0.1",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--service-account-issuer=https://localhost",
                "--service-account-key-file=" + pub,
                "--service-account-signing-key-file=" + key,
                "--authorization-mode=RBAC",
                "--token-auth-file=" + tokens,
                "--disable-admission-plugins=ServiceAccount");
        awaitReady();
        spawn(
                assets.resolve("kube-controller-manager"),
                "--kubeconfig=" + kubeconfig("admin"),
                "--leader-elect=false",
                "--use-service-account-credentials=false",
                "--bind-address=127.0.0.1",
                "--secure-port=0",
                "--service-account-private-key-file=" + key,
                "--controllers=deployment-controller,replicaset-controller,statefulset-controller,"
                        + "job-controller,cronjob-controller,garbage-collector-controller");
    }

    /**
     * A kubeconfig of {@code admin}, of {@code guest}, who may do nothing, or of {@code sink}, the
     * service account of the manifests that we publish.
     */
    Path kubeconfig(String user) throws IOException {
        return Files.writeString(
                directory.resolve(user + ".kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: %s-token}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(apiPort, user));
    }

    private void awaitReady() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        HttpClient http = HttpClient.newBuilder().sslContext(trusting).build();
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + apiPort + "/readyz"))
                        .header("Authorization", "Bearer admin-token")
                        .timeout(Duration.ofSeconds(5))
                        .build();
        Awaitility.await("the API server in " + directory)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(
                        () ->
                                http.send(ready, HttpResponse.BodyHandlers.ofString()).statusCode()
                                        == 200);
    }

    private void spawn(Path binary, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(Arrays.asList(arguments));
        processes.add(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(binary.getFileName() + ".log").toFile())
                        .start());
    }

    private Path pem(String name, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    private static KeyPair keys() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void kill() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        for (Process process : processes) {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Host names too: the server's certificate is its own, made at start. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}

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
