package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.kubernetes.KubernetesCluster;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads of one namespace that are looked at at the same time are looked at by one request. */
class LooksTogetherTest {
    private static final long PATIENT = 120_000;

    @TempDir Path dir;
    private final List<URI> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicBoolean holds = new AtomicBoolean();

    /** The first request is held whose path ends so. */
    private volatile String heldAt;

    private KubeApi api;
    private KubernetesCluster plain;
    private KubernetesCluster cluster;

    @BeforeEach
    void start() {
        api =
                KubeApi.start(
                        KubeApi.Mode.EMBEDDED, KubeOptions.of("oslo", dir.resolve("kubeconfig")));
        plain = cluster(new Interceptor() {});
        cluster =
                cluster(
                        new Interceptor() {
                            @Override
                            public void before(
                                    BasicBuilder builder, HttpRequest request, RequestTags tags) {
                                hold(request.uri());
                            }
                        });
    }

    @AfterEach
    void stop() {
        held.countDown();
        plain.close();
        cluster.close();
        api.close();
    }

    private KubernetesCluster cluster(Interceptor interceptor) {
        KubernetesClient client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                        .withHttpClientBuilderConsumer(
                                http -> http.addOrReplaceInterceptor("looks", interceptor))
                        .build();
        return new KubernetesCluster("oslo", client, PATIENT);
    }

    private void hold(URI uri) {
        asked.add(uri);
        if (uri.getPath().endsWith(heldAt) && holds.compareAndSet(false, true)) {
            try {
                assertThat(held.await(PATIENT, TimeUnit.MILLISECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> manifests(int replicas) {
        return List.of(
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app%1$d"},"spec":{"replicas":%1$d,
                 "selector":{"matchLabels":{"app":"app%1$d"}},"template":{"metadata":{"labels":{"app":"app%1$d"}},
                 "spec":{"containers":[{"name":"app","image":"tradewind/none"}]}}}}
                """
                        .formatted(replicas));
    }

    private FutureTask<AppState> look(int replicas, List<Thread> threads) {
        FutureTask<AppState> look =
                new FutureTask<>(() -> cluster.observe("shop/w" + replicas, manifests(replicas)));
        Thread thread = new Thread(look);
        threads.add(thread);
        thread.start();
        return look;
    }

    /** In that step of its look, while another is in it. */
    private static boolean waits(Thread thread, String step) {
        List<StackTraceElement> frames = List.of(thread.getStackTrace());
        return thread.getState() == Thread.State.TIMED_WAITING
                && frames.stream().anyMatch(frame -> frame.getClassName().endsWith(".Together"))
                && frames.stream()
                        .anyMatch(
                                frame ->
                                        frame.getClassName().endsWith(".Looks")
                                                && frame.getMethodName().equals(step));
    }

    /**
     * One of the four is looked at and held, then the others are, and one that was never here.
     *
     * @param waiting how many of those wait for the one that is held
     * @param step where they do
     */
    private void lookWhileOneIsHeld(String at, int waiting, String step) throws Exception {
        heldAt = at;
        for (int replicas = 1; replicas <= 4; replicas++) {
            plain.apply("shop/w" + replicas, manifests(replicas), replicas, Mode.RUNNING);
        }
        List<Thread> threads = new ArrayList<>();
        List<FutureTask<AppState>> looks = new ArrayList<>();
        looks.add(look(1, threads));
        Awaitility.await().atMost(1, TimeUnit.MINUTES).untilTrue(holds);
        for (int replicas = 2; replicas <= 5; replicas++) {
            looks.add(look(replicas, threads));
        }
        Awaitility.await()
                .atMost(1, TimeUnit.MINUTES)
                .until(
                        () ->
                                threads.subList(1, 1 + waiting).stream()
                                        .allMatch(thread -> waits(thread, step)));
        if (waiting < 4) {
            assertThat(looks.get(4).get().exists()).isFalse();
        }
        held.countDown();
        for (int replicas = 1; replicas <= 4; replicas++) {
            AppState seen = looks.get(replicas - 1).get();
            assertThat(seen.exists()).isTrue();
            assertThat(seen.epoch()).isEqualTo(replicas);
            assertThat(seen.desired()).isEqualTo(replicas);
        }
        assertThat(looks.get(4).get().exists()).isFalse();
    }

    private List<String> asked(String path, String label) {
        return asked.stream()
                .filter(uri -> uri.getPath().endsWith(path))
                .map(URI::getQuery)
                .filter(query -> query != null && query.contains(label))
                .toList();
    }

    @Test
    void theirFloorsAreReadByOneList() throws Exception {
        lookWhileOneIsHeld("/configmaps", 4, "floor");
        List<String> floors = asked("/configmaps", "tradewind.dev/floor");
        assertThat(floors.get(0)).contains("shop.w1").doesNotContain("shop.w2");
        // the one that was never here is of other kinds, and in no list with the rest after that
        assertThat(floors)
                .filteredOn(query -> query.contains("shop.w5") && query.contains("shop.w2"))
                .singleElement()
                .satisfies(query -> assertThat(query).contains("shop.w3", "shop.w4"));
    }

    /** Of which kinds it has objects is known by then. */
    @Test
    void whatWasLookedAtBeforeIsLookedAtWithItsFloor() throws Exception {
        heldAt = "/none";
        plain.apply("shop/w1", manifests(1), 1, Mode.RUNNING);
        cluster.observe("shop/w1", manifests(1));
        asked.clear();

        AppState seen = cluster.observe("shop/w1", manifests(1));

        assertThat(seen.desired()).isEqualTo(1);
        assertThat(asked)
                .extracting(uri -> uri.getPath().replaceAll(".*/", ""))
                .containsExactly("configmaps", "deployments", "replicasets", "pods");
    }

    /** They are written down with its floor before any is made. */
    @Test
    void whatHasOtherKindsSinceIsLookedForOnceMore() throws Exception {
        heldAt = "/none";
        plain.apply("shop/w1", manifests(1), 1, Mode.RUNNING);
        cluster.observe("shop/w1", List.of());
        List<String> more = new ArrayList<>(manifests(1));
        more.add(
                """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"template":{"spec":{
                 "restartPolicy":"Never","containers":[{"name":"j","image":"tradewind/none"}]}}}}
                """);
        plain.apply("shop/w1", more, 2, Mode.RUNNING);

        assertThat(cluster.observe("shop/w1", List.of()).desired()).isEqualTo(2);
    }

    @Test
    void thoseOfTheSameKindsAreLookedAtByOneLookAndNobodyElseWaits() throws Exception {
        lookWhileOneIsHeld("/deployments", 3, "at");
        for (String path : List.of("/deployments", "/replicasets", "/pods")) {
            List<String> lists = asked(path, "tradewind.dev/workload");
            assertThat(lists).hasSize(3);
            assertThat(lists)
                    .anyMatch(
                            query ->
                                    Stream.of("shop.w2", "shop.w3", "shop.w4")
                                            .allMatch(query::contains));
        }
    }
}
