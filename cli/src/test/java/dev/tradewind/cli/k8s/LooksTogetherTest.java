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

    /** The first request of all. */
    private void hold(URI uri) {
        asked.add(uri);
        if (asked.size() == 1) {
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

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith(".Together"));
    }

    @Test
    void eachSeesItsOwn() throws Exception {
        for (int replicas = 1; replicas <= 4; replicas++) {
            plain.apply("shop/w" + replicas, manifests(replicas), replicas, Mode.RUNNING);
        }
        List<Thread> threads = new ArrayList<>();
        List<FutureTask<AppState>> looks = new ArrayList<>();
        looks.add(look(1, threads));
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> asked.size() == 1);
        // one that was never here, too
        for (int replicas = 2; replicas <= 5; replicas++) {
            looks.add(look(replicas, threads));
        }
        Awaitility.await()
                .atMost(1, TimeUnit.MINUTES)
                .until(() -> threads.subList(1, 5).stream().allMatch(LooksTogetherTest::waits));
        held.countDown();
        for (int replicas = 1; replicas <= 4; replicas++) {
            AppState seen = looks.get(replicas - 1).get();
            assertThat(seen.exists()).isTrue();
            assertThat(seen.epoch()).isEqualTo(replicas);
            assertThat(seen.desired()).isEqualTo(replicas);
        }
        assertThat(looks.get(4).get().exists()).isFalse();
        List<String> floors =
                asked.stream()
                        .map(URI::getQuery)
                        .filter(q -> q != null && q.contains("tradewind.dev/floor"))
                        .toList();
        assertThat(floors).hasSize(2);
        assertThat(floors.get(0)).contains("shop.w1");
        assertThat(floors.get(1)).contains("shop.w2", "shop.w3", "shop.w4", "shop.w5");
    }
}
