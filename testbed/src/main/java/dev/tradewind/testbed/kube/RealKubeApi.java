package dev.tradewind.testbed.kube;

import dev.tradewind.testbed.net.FreePorts;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real control plane: etcd (shared by all of this JVM), kube-apiserver and
 * kube-controller-manager, from the folder that {@code KUBEBUILDER_ASSETS} names. RBAC is on; the
 * kubeconfig's user is in {@code system:masters}.
 */
public final class RealKubeApi implements KubeApi {
    /** The environment variable that other Kubernetes projects use too. */
    public static final String ASSETS = "KUBEBUILDER_ASSETS";

    /** How to get the binaries, for people who don't have them. */
    public static final String HOW_TO_GET =
            ASSETS
                    + " names no folder with etcd, kube-apiserver and kube-controller-manager."
                    + " `setup-envtest use -p path` downloads the first two;"
                    + " kube-controller-manager is at"
                    + " https://dl.k8s.io/v1.36.3/bin/linux/amd64/kube-controller-manager";

    private static final List<String> BINARIES =
            List.of("etcd", "kube-apiserver", "kube-controller-manager");
    private static final String CONTROLLERS =
            "deployment-controller,replicaset-controller,statefulset-controller,job-controller,"
                    + "cronjob-controller,garbage-collector-controller,namespace-controller,"
                    + "endpointslice-controller,ttl-after-finished-controller";
    private static final Duration START = Duration.ofSeconds(60);

    private final KubeOptions options;
    private final Path directory;
    private final String url;
    private final Etcd etcd;
    private List<String> command;
    private ChildProcess apiServer;
    private ChildProcess controllerManager;

    private RealKubeApi(KubeOptions options, Path directory, String url, Etcd etcd) {
        this.options = options;
        this.directory = directory;
        this.url = url;
        this.etcd = etcd;
    }

    /** Whether {@link #ASSETS} names a folder with all binaries. */
    public static boolean isAvailable() {
        String folder = System.getenv(ASSETS);
        return folder != null
                && !folder.isEmpty()
                && BINARIES.stream().allMatch(b -> Files.isExecutable(Path.of(folder, b)));
    }

    /**
     * @throws IllegalStateException without the binaries, or when it doesn't come up
     */
    public static RealKubeApi start(KubeOptions options) {
        if (!isAvailable()) {
            throw new IllegalStateException(HOW_TO_GET);
        }
        Path binaries = Path.of(System.getenv(ASSETS));
        Path directory = Temporary.directory("tradewind-kube");
        int port = FreePorts.one();
        RealKubeApi api =
                new RealKubeApi(
                        options, directory, "https://127.0.0.1:" + port, Etcd.acquire(binaries));
        try {
            api.launch(binaries, port);
            return api;
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }

    private void launch(Path binaries, int port) {
        String token = token();
        writeKeys();
        Kubeconfigs.secret(
                directory.resolve("tokens.csv"), token + ",admin,1,\"system:masters\"\n");
        command =
                List.of(
                        binaries.resolve("kube-apiserver").toString(),
                        "--etcd-servers=" + etcd.url(),
                        "--etcd-prefix=/" + options.name() + "-" + UUID.randomUUID(),
                        "--cert-dir=" + directory.resolve("certs"),
                        "--secure-port=" + port,
                        "--bind-address=127.0.0.1",
                        "--service-cluster-ip-range=10.0.0.0/24",
                        "--service-account-issuer=https://localhost",
                        "--service-account-key-file=" + directory.resolve("sa.pub"),
                        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                        "--authorization-mode=RBAC",
                        "--token-auth-file=" + directory.resolve("tokens.csv"),
                        "--disable-admission-plugins=ServiceAccount");
        apiServer = ChildProcess.start("kube-apiserver", directory, command);
        long deadline = System.nanoTime() + START.toNanos();
        byte[] authority = awaitCertificate(deadline);
        Kubeconfigs.write(options.kubeconfig(), options.name(), url, authority, token);
        Path own = directory.resolve("kubeconfig");
        Kubeconfigs.write(own, options.name(), url, authority, token);
        try (KubernetesClient client = client()) {
            awaitReady(client, deadline);
            // Not before: it gives up, for good, on an API that isn't healthy within ten seconds.
            startControllers(binaries, own);
            for (String namespace : options.namespaces()) {
                client.namespaces()
                        .resource(
                                new NamespaceBuilder()
                                        .withNewMetadata()
                                        .withName(namespace)
                                        .endMetadata()
                                        .build())
                        .fieldManager("testbed")
                        .forceConflicts()
                        .serverSideApply();
            }
        }
    }

    @Override
    public void kill() {
        apiServer.close();
    }

    @Override
    public void revive() {
        apiServer = ChildProcess.start("kube-apiserver", directory, command);
        long deadline = System.nanoTime() + START.toNanos();
        try (KubernetesClient client = client()) {
            awaitReady(client, deadline);
        }
    }

    private KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(options.kubeconfig().toFile()))
                .withKubernetesSerialization(new KubernetesSerialization(new JsonMapper(), false))
                .build();
    }

    private void startControllers(Path binaries, Path own) {
        List<String> started =
                new ArrayList<>(
                        List.of(
                                binaries.resolve("kube-controller-manager").toString(),
                                "--kubeconfig=" + own,
                                "--leader-elect=false",
                                "--use-service-account-credentials=false",
                                "--bind-address=127.0.0.1",
                                "--secure-port=0",
                                "--service-account-private-key-file=" + directory.resolve("sa.key"),
                                "--controllers=" + CONTROLLERS));
        int qps = options.controllerQps();
        if (qps > 0) {
            started.add("--kube-api-qps=" + qps);
            started.add("--kube-api-burst=" + (qps + qps / 2));
        }
        controllerManager = ChildProcess.start("kube-controller-manager", directory, started);
    }

    /** The server signs its certificate itself when it starts. */
    private byte[] awaitCertificate(long deadline) {
        Path certificate = directory.resolve("certs/apiserver.crt");
        Path key = directory.resolve("certs/apiserver.key");
        while (!Files.exists(certificate) || !Files.exists(key)) {
            pause(deadline, "no certificate", null);
        }
        try {
            return Files.readAllBytes(certificate);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + certificate, e);
        }
    }

    private void awaitReady(KubernetesClient client, long deadline) {
        while (true) {
            try {
                if ("ok".equals(client.raw("/readyz"))) {
                    return;
                }
                pause(deadline, "not ready", null);
            } catch (KubernetesClientException e) {
                pause(deadline, "not ready", e);
            }
        }
    }

    private void pause(long deadline, String what, RuntimeException cause) {
        etcd.check();
        apiServer.check();
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException(
                    "kube-apiserver of " + options.name() + ": " + what + ": " + apiServer.tail(),
                    cause);
        }
        LockSupport.parkNanos(25_000_000L);
    }

    private static String token() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void writeKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            Kubeconfigs.secret(
                    directory.resolve("sa.key"),
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Kubeconfigs.secret(
                    directory.resolve("sa.pub"), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no RSA", e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN "
                + what
                + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END "
                + what
                + "-----\n";
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public Path kubeconfig() {
        return options.kubeconfig();
    }

    @Override
    public void close() {
        if (controllerManager != null) {
            controllerManager.close();
        }
        if (apiServer != null) {
            apiServer.close();
        }
        etcd.release();
        Temporary.delete(directory);
    }
}
