package dev.tradewind.cli.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tradewind.sinks.linking.KafkaSide;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.DataState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.recovery.SiteScan;
import dev.tradewind.sinks.recovery.Traces;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kube.EmbeddedKubeApi;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import dev.tradewind.testbed.linking.LinkingOptions;
import dev.tradewind.testbed.linking.LinkingService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink's ports, by nothing but connection files, against three sites of the testbed. */
class PortsTest {
    private static final List<String> NAMES = List.of("frankfurt", "oslo", "paris");
    private static final long TIMEOUT = 10_000;

    @TempDir static Path dir;
    private static final Map<String, Broker> BROKERS = new LinkedHashMap<>();
    private static final Map<String, LinkingService> LINKS = new LinkedHashMap<>();
    private static KubeApi kube;
    private static ConnectedSites sites;

    @BeforeAll
    static void start() throws Exception {
        kube = EmbeddedKubeApi.start(KubeOptions.of("frankfurt", dir.resolve("kubeconfig")));
        Files.writeString(dir.resolve("rest"), "tradewind:hush\n");
        for (String name : NAMES) {
            Broker broker = Broker.start(name);
            BROKERS.put(name, broker);
            LINKS.put(
                    name,
                    LinkingService.start(
                            broker, LinkingOptions.open().withBasicAuth("tradewind", "hush")));
        }
        for (String here : NAMES) {
            StringBuilder links = new StringBuilder();
            for (String there : NAMES) {
                if (!there.equals(here)) {
                    createLink(here, there);
                    links.append(links.isEmpty() ? "" : ", ")
                            .append(there)
                            .append(": {name: ")
                            .append(link(here, there))
                            .append('}');
                }
            }
            Files.writeString(
                    dir.resolve(here + ".yaml"),
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Connection
                    metadata: {name: %s}
                    spec:
                      kubernetes: {kubeconfig: kubeconfig}
                      kafka: {bootstrapServers: "%s"}
                      clusterLinking: {url: "%s", clusterId: %s, basicAuthFile: rest, links: {%s}}
                    """
                            .formatted(
                                    here,
                                    BROKERS.get(here).bootstrapServers(),
                                    LINKS.get(here).url(),
                                    LINKS.get(here).clusterId(),
                                    links));
        }
        sites = new ConnectedSites(dir, TIMEOUT);
    }

    @AfterAll
    static void stop() throws Exception {
        if (sites != null) {
            sites.close();
        }
        LINKS.values().forEach(LinkingService::close);
        BROKERS.values().forEach(Broker::close);
        kube.close();
    }

    private static String link(String one, String other) {
        return one.compareTo(other) < 0 ? one + "-" + other : other + "-" + one;
    }

    private static void createLink(String here, String there) throws Exception {
        String body =
                """
                {"remote_cluster_id":"%s","configs":[{"name":"bootstrap.servers","value":"%s"},{"name":"link.mode","value":"BIDIRECTIONAL"},
                 {"name":"consumer.offset.sync.enable","value":"true"},{"name":"consumer.offset.sync.ms","value":"1000"},
                 {"name":"consumer.offset.group.filters","value":"{\\"groupFilters\\":[{\\"name\\":\\"*\\",\\"patternType\\":\\"LITERAL\\",\\"filterType\\":\\"INCLUDE\\"}]}"}]}
                """
                        .formatted(
                                LINKS.containsKey(there) ? LINKS.get(there).clusterId() : "",
                                BROKERS.get(there).bootstrapServers());
        HttpResponse<String> response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        LINKS.get(here).url()
                                                                + "/clusters/"
                                                                + LINKS.get(here).clusterId()
                                                                + "/links?link_name="
                                                                + link(here, there)))
                                        .header("Content-Type", "application/json")
                                        .header(
                                                "Authorization",
                                                "Basic "
                                                        + Base64.getEncoder()
                                                                .encodeToString(
                                                                        "tradewind:hush"
                                                                                .getBytes(
                                                                                        StandardCharsets
                                                                                                .UTF_8)))
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    }

    private static void topic(String site, String topic, int partitions, int records)
            throws Exception {
        BROKERS.get(site)
                .admin()
                .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
        produce(site, topic, partitions, records);
    }

    private static void produce(String site, String topic, int partitions, int records) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKERS.get(site).bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                i % partitions,
                                null,
                                String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static void commit(String site, String group, String topic, long offset)
            throws Exception {
        BROKERS.get(site)
                .admin()
                .alterConsumerGroupOffsets(
                        group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private static TopicState seen(DataPlane plane, String topic) throws PortException {
        return plane.observe(List.of(topic), List.of()).topics().get(topic);
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private static boolean isEqual(TopicState state) {
        return state.atTarget()
                && !state.partitions().isEmpty()
                && state.partitions().stream().allMatch(p -> p.sourceEnd() == p.targetEnd());
    }

    private interface Act {
        void run() throws PortException;
    }

    private static PortException failure(Act act) {
        PortException e = catchThrowableOfType(PortException.class, act::run);
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("hush");
        return e;
    }

    @Test
    void a_topic_and_a_group_are_handed_over_and_go_on_to_a_third_site() throws Exception {
        topic("frankfurt", "orders.out", 2, 200);
        commit("frankfurt", "orders", "orders.out", 42);
        DataPlane plane = sites.data("frankfurt", "oslo");

        DataState first = plane.observe(List.of("orders.out"), List.of("orders"));
        assertThat(first.link().exists()).isTrue();
        assertThat(first.link().bidirectional()).isTrue();
        assertThat(first.link().error()).isNull();
        assertThat(first.topics().get("orders.out").writableAtSource()).isTrue();
        assertThat(first.topics().get("orders.out").atTarget()).isFalse();
        assertThat(first.topics().get("orders.out").partitions())
                .containsExactly(
                        new PartitionState(0, 100, -1, -1, -1),
                        new PartitionState(1, 100, -1, -1, -1));
        assertThat(first.groups().get("orders").source())
                .isEqualTo(Map.of(new TopicPartition("orders.out", 0), 42L));

        plane.ensureMirror("orders.out");
        plane.ensureMirror("orders.out");
        until(() -> isEqual(seen(plane, "orders.out")));
        assertThat(seen(plane, "orders.out").mirror().status()).isEqualTo(MirrorStatus.ACTIVE);
        assertThat(seen(plane, "orders.out").writableAtTarget()).isFalse();

        sites.inflows("oslo").exclude(Map.of("frankfurt", List.of("orders")));
        plane.writeOffsets("orders", Map.of(new TopicPartition("orders.out", 0), 41L), 7);
        DataState excluded = plane.observe(List.of("orders.out"), List.of("orders"));
        assertThat(excluded.groups().get("orders").target())
                .isEqualTo(Map.of(new TopicPartition("orders.out", 0), 41L));
        assertThat(excluded.groups().get("orders").sourceOurs()).isEmpty();
        assertThat(excluded.groups().get("orders").targetOurs())
                .containsExactly(new TopicPartition("orders.out", 0));

        assertThat(plane.reverse(List.of("orders.out"))).isEmpty();
        assertThat(plane.reverse(List.of("orders.out"))).isEmpty();
        until(() -> seen(plane, "orders.out").reversed());
        assertThat(plane.reverse(List.of("orders.out"))).isEmpty();
        assertThat(seen(plane, "orders.out").writableAtTarget()).isTrue();
        assertThat(seen(plane, "orders.out").writableAtSource()).isFalse();
        until(() -> sites.homes(List.of("orders.out")).equals(List.of("oslo")));
        produce("oslo", "orders.out", 2, 20);
        until(() -> isEqual(seen(plane, "orders.out")));

        DataPlane onward = sites.data("oslo", "paris");
        onward.ensureMirror("orders.out");
        until(() -> isEqual(seen(onward, "orders.out")));
        assertThat(onward.reverse(List.of("orders.out"))).isEmpty();
        until(() -> seen(onward, "orders.out").reversed());

        // Frankfurt still follows oslo: over another link than the one from where the topic is now.
        DataPlane home = sites.data("paris", "frankfurt");
        assertThat(seen(home, "orders.out").mirror().status()).isEqualTo(MirrorStatus.FAILED);
        assertThat(seen(home, "orders.out").mirror().raw())
                .isEqualTo("ACTIVE over link frankfurt-oslo");
        assertThat(seen(home, "orders.out").writableAtTarget()).isFalse();
        assertThat(failure(() -> home.ensureMirror("orders.out")).kind()).isEqualTo(Kind.REFUSED);
        home.deleteStaleMirror("orders.out");
        until(() -> !seen(home, "orders.out").atTarget());
        home.ensureMirror("orders.out");
        until(() -> isEqual(seen(home, "orders.out")));
        assertThat(home.reverse(List.of("orders.out"))).isEmpty();
        until(() -> seen(home, "orders.out").reversed());
        until(() -> sites.homes(List.of("orders.out")).equals(List.of("frankfurt")));
    }

    @Test
    void groups_leave_the_links_into_a_site_and_come_back_and_others_stay() throws Exception {
        Inflows inflows = sites.inflows("paris");
        List<String> groups = List.of("one", "other");

        assertThat(inflows.observe(groups))
                .isEqualTo(
                        Map.of(
                                "frankfurt",
                                inflow("frankfurt-paris", Inflow.Sync.SYNCED, Inflow.Sync.SYNCED),
                                "oslo",
                                inflow("oslo-paris", Inflow.Sync.SYNCED, Inflow.Sync.SYNCED)));

        Map<String, List<String>> excluded =
                Map.of("frankfurt", List.of("one"), "oslo", List.of("one", "other"));
        inflows.exclude(excluded);
        inflows.exclude(excluded);
        assertThat(inflows.observe(groups))
                .isEqualTo(
                        Map.of(
                                "frankfurt",
                                inflow("frankfurt-paris", Inflow.Sync.EXCLUDED, Inflow.Sync.SYNCED),
                                "oslo",
                                inflow("oslo-paris", Inflow.Sync.EXCLUDED, Inflow.Sync.EXCLUDED)));
        assertThat(sites.inflows("oslo").observe(groups).get("paris"))
                .isEqualTo(inflow("oslo-paris", Inflow.Sync.SYNCED, Inflow.Sync.SYNCED));
        Map<String, Traces> traces = Traces.ask(sites, List.of("paris", "oslo", "lyon"));
        assertThat(traces.get("paris").leftOut()).containsExactlyInAnyOrder("one", "other");
        assertThat(traces.get("oslo").leftOut()).doesNotContain("one", "other");
        assertThat(traces.get("paris").letIn()).rejects("one").accepts("other", "third");
        assertThat(traces.get("oslo").letIn()).accepts("one", "other");
        assertThat(traces.get("lyon")).as("there is no connection").isEqualTo(Traces.NONE);

        inflows.include(excluded);
        assertThat(inflows.observe(groups).values())
                .allSatisfy(i -> assertThat(i.groups().values()).containsOnly(Inflow.Sync.SYNCED));
        assertThat(failure(() -> inflows.exclude(Map.of("lyon", List.of("one")))))
                .hasMessageContaining("names a link from lyon to paris")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
    }

    private static Inflow inflow(String link, Inflow.Sync one, Inflow.Sync other) {
        return new Inflow(link, 1_000, Map.of("one", one, "other", other));
    }

    /** Each asks its own service alone, by the name that either of the two connections has. */
    @Test
    void links_into_a_site_are_seen_while_the_sites_they_come_from_are_lost() throws Exception {
        Path some = Files.createDirectory(dir.resolve("some"));
        for (String file : List.of("rest", "kubeconfig", "frankfurt.yaml")) {
            Files.copy(dir.resolve(file), some.resolve(file));
        }
        Files.writeString(
                some.resolve("oslo.yaml"),
                Files.readString(dir.resolve("oslo.yaml"))
                        .replaceAll("paris: \\{name: [^}]*\\}", "lost: {name: not-made}"));
        Files.writeString(
                some.resolve("paris.yaml"),
                Files.readString(dir.resolve("paris.yaml"))
                        .replaceAll(
                                "bootstrapServers: \"[^\"]*\"", "bootstrapServers: \"127.0.0.1:9\"")
                        .replaceAll("url: \"[^\"]*\"", "url: \"http://127.0.0.1:9/kafka/v3\""));
        Files.writeString(some.resolve("broken.yaml"), "apiVersion: none\n");
        try (ConnectedSites part = new ConnectedSites(some, TIMEOUT)) {
            assertThat(part.inflows("oslo").observe(List.of("g")))
                    .containsOnlyKeys("frankfurt", "paris");
        }
    }

    @Test
    void an_ordinary_topic_is_neither_taken_for_a_mirror_nor_deleted() throws Exception {
        topic("frankfurt", "plain", 1, 3);
        topic("oslo", "plain", 1, 9);
        DataPlane plane = sites.data("frankfurt", "oslo");

        assertThat(seen(plane, "plain").mirror()).isNull();
        assertThat(failure(() -> plane.ensureMirror("plain")))
                .hasMessageContaining("is in the way at oslo")
                .extracting(PortException::kind)
                .isEqualTo(Kind.REFUSED);
        assertThat(failure(() -> plane.deleteStaleMirror("plain")).kind()).isEqualTo(Kind.REFUSED);
        assertThat(sites.homes(List.of("plain"))).containsExactly("frankfurt", "oslo");
        assertThat(sites.homes(List.of("plain", "nowhere"))).isEmpty();
    }

    @Test
    void a_failed_over_mirror_with_records_of_its_own_is_not_deleted() throws Exception {
        topic("frankfurt", "split", 1, 5);
        DataPlane plane = sites.data("frankfurt", "oslo");
        plane.ensureMirror("split");
        until(() -> isEqual(seen(plane, "split")));
        assertThat(plane.failover(List.of("split"))).isEmpty();
        until(() -> seen(plane, "split").mirror().status() == MirrorStatus.STOPPED);
        assertThat(plane.failover(List.of("split"))).isEmpty();
        assertThat(plane.promote(List.of("split"))).isEmpty();
        produce("oslo", "split", 1, 1);

        assertThat(failure(() -> plane.deleteStaleMirror("split")))
                .hasMessageContaining("partition 0 ends at 6, and at frankfurt at 5");
        assertThat(plane.reverse(List.of("split"))).containsKey("split");
        produce("frankfurt", "split", 1, 1);
        plane.deleteStaleMirror("split");
        until(() -> !seen(plane, "split").atTarget());
    }

    /** The broker itself turns down a deletion that comes when the mirror has been made anew. */
    @Test
    void a_deletion_that_is_done_late_leaves_what_was_made_anew_alone() throws Exception {
        topic("frankfurt", "late", 1, 5);
        DataPlane plane = sites.data("frankfurt", "oslo");
        plane.ensureMirror("late");
        until(() -> isEqual(seen(plane, "late")));
        assertThat(plane.failover(List.of("late"))).isEmpty();
        until(() -> seen(plane, "late").stale());
        Properties clients = new Properties();
        clients.put("bootstrap.servers", BROKERS.get("oslo").bootstrapServers());
        Duration limit = Duration.ofMillis(TIMEOUT);
        try (KafkaSide oslo = new KafkaSide("oslo", clients)) {
            Uuid judged = oslo.id("late", limit).orElseThrow();
            plane.deleteStaleMirror("late");
            until(() -> !seen(plane, "late").atTarget());
            plane.ensureMirror("late");
            until(() -> isEqual(seen(plane, "late")));

            assertThat(oslo.delete("late", judged, limit)).isFalse();

            plane.deleteStaleMirror("late");
            assertThat(oslo.id("late", limit)).isPresent().isNotEqualTo(Optional.of(judged));
            produce("frankfurt", "late", 1, 1);
            until(() -> isEqual(seen(plane, "late")));
            assertThat(seen(plane, "late").mirror().status()).isEqualTo(MirrorStatus.ACTIVE);
        }
    }

    @Test
    void the_offsets_of_a_group_with_members_are_not_written() throws Exception {
        topic("oslo", "busy", 1, 3);
        DataPlane plane = sites.data("frankfurt", "oslo");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                BROKERS.get("oslo").bootstrapServers(),
                                "group.id",
                                "readers"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("busy"));
            until(
                    () -> {
                        consumer.poll(Duration.ofMillis(50));
                        return !consumer.assignment().isEmpty();
                    });
            assertThat(
                            plane.observe(List.of("busy"), List.of("readers", "nobody"))
                                    .groups()
                                    .get("readers")
                                    .targetMembers())
                    .isEqualTo(1);
            assertThat(
                            failure(
                                    () ->
                                            plane.writeOffsets(
                                                    "readers",
                                                    Map.of(new TopicPartition("busy", 0), 0L),
                                                    7)))
                    .hasMessageContaining("readers has members at oslo")
                    .extracting(PortException::kind)
                    .isEqualTo(Kind.REFUSED);
        }
    }

    /** Whoever commits after it has the last word, and it is seen that it was not Tradewind. */
    @Test
    void a_commit_of_tradewinds_is_known_again_until_another_commits() throws Exception {
        topic("paris", "marked", 2, 10);
        TopicPartition first = new TopicPartition("marked", 0);
        TopicPartition second = new TopicPartition("marked", 1);
        commit("paris", "marks", "marked", 2);
        DataPlane plane = sites.data("paris", "paris");

        plane.writeOffsets("marks", Map.of(first, 3L, second, 4L), 7);
        GroupState ours = plane.observe(List.of("marked"), List.of("marks")).groups().get("marks");
        assertThat(ours.source()).isEqualTo(Map.of(first, 3L, second, 4L));
        assertThat(ours.sourceOurs()).containsExactlyInAnyOrder(first, second);

        commit("paris", "marks", "marked", 3);
        GroupState theirs =
                plane.observe(List.of("marked"), List.of("marks")).groups().get("marks");
        assertThat(theirs.source()).isEqualTo(Map.of(first, 3L, second, 4L));
        assertThat(theirs.sourceOurs()).containsExactly(second);

        // what a link brings over is nobody's at the site where it comes in
        topic("oslo", "brought", 1, 10);
        TopicPartition brought = new TopicPartition("brought", 0);
        DataPlane there = sites.data("oslo", "oslo");
        there.writeOffsets("brings", Map.of(brought, 5L), 7);
        DataPlane over = sites.data("oslo", "frankfurt");
        over.ensureMirror("brought");
        until(
                () ->
                        over.observe(List.of("brought"), List.of("brings"))
                                .groups()
                                .get("brings")
                                .target()
                                .containsValue(5L));
        assertThat(
                        sites.data("frankfurt", "frankfurt")
                                .observe(List.of("brought"), List.of("brings"))
                                .groups()
                                .get("brings")
                                .sourceOurs())
                .isEmpty();
    }

    @Test
    void one_site_needs_no_link() throws Exception {
        topic("paris", "local", 1, 3);
        DataPlane plane = sites.data("paris", "paris");
        DataState state = plane.observe(List.of("local"), List.of("g"));
        assertThat(state.link()).isEqualTo(DataState.LinkState.LOCAL);
        assertThat(state.topics().get("local").writableAtTarget()).isTrue();
        assertThat(state.topics().get("local").partitions())
                .containsExactly(new PartitionState(0, 3, 3, -1, -1));
        assertThat(plane.reverse(List.of("local"))).isEmpty();
    }

    @Test
    void the_embedded_api_takes_what_the_sink_does() throws Exception {
        List<String> manifests =
                List.of(
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":1,
                         "selector":{"matchLabels":{"app":"app"}},"template":{"metadata":{"labels":{"app":"app"}},
                         "spec":{"containers":[{"name":"app","image":"tradewind/testbed-app"}]}}}}
                        """,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\"},\"data\":{\"k\":\"v\"}}",
                        """
                        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"night"},"spec":{"template":{"spec":{
                         "restartPolicy":"Never","containers":[{"name":"w","image":"tradewind/testbed-app"}]}}}}
                        """);
        Cluster cluster = sites.cluster("frankfurt");
        assertThat(cluster.observe("shop/orders", manifests)).isEqualTo(AppState.ABSENT);
        assertThat(cluster.preflight("shop/orders", manifests, 1)).isEmpty();
        assertThat(cluster.lease("shop/orders", "a", 5_000)).isTrue();
        assertThat(cluster.lease("shop/orders", "b", 5_000)).isFalse();

        cluster.apply("shop/orders", manifests, 1, Mode.STAGED);
        until(() -> cluster.observe("shop/orders", manifests).stopped());
        cluster.apply("shop/orders", manifests, 1, Mode.RUNNING);
        until(() -> cluster.observe("shop/orders", manifests).podsPresent() == 2);
        assertThat(cluster.observe("shop/orders", manifests).applied(1, Mode.RUNNING)).isTrue();
        assertThat(SiteScan.scan(sites, Set.of("shop")).runningAt("shop/orders"))
                .contains("frankfurt");
        cluster.quiesce("shop/orders", 2);
        until(() -> cluster.observe("shop/orders", manifests).stopped());
        cluster.resume("shop/orders", 2);
        until(() -> cluster.observe("shop/orders", manifests).podsPresent() == 2);
        assertThat(failure(() -> cluster.quiesce("shop/orders", 1)).kind()).isEqualTo(Kind.REFUSED);
        cluster.quiesce("shop/orders", 3);
        until(() -> cluster.observe("shop/orders", manifests).stopped());
        cluster.remove("shop/orders", 3);
        until(() -> !cluster.observe("shop/orders", manifests).exists());
        assertThat(cluster.observe("shop/orders", List.of()).epoch()).isEqualTo(3);
        cluster.release("shop/orders", "a");
        assertThat(cluster.lease("shop/orders", "b", 5_000)).isTrue();
    }

    @Test
    void a_site_that_does_not_answer_is_told_in_time() throws Exception {
        Path gone = Files.createDirectory(dir.resolve("gone"));
        Files.copy(dir.resolve("frankfurt.yaml"), gone.resolve("frankfurt.yaml"));
        Files.copy(dir.resolve("rest"), gone.resolve("rest"));
        Files.writeString(
                gone.resolve("kubeconfig"),
                Files.readString(dir.resolve("kubeconfig"))
                        .replaceAll("server: .*", "server: http://127.0.0.1:9"));
        Files.writeString(
                gone.resolve("lost.yaml"),
                Files.readString(dir.resolve("frankfurt.yaml"))
                        .replace("name: frankfurt}\n", "name: lost}\n")
                        .replace("links: {", "links: {frankfurt: {name: lost-link}, ")
                        .replaceAll(
                                "bootstrapServers: \"[^\"]*\"", "bootstrapServers: \"127.0.0.1:9\"")
                        .replaceAll("url: \"[^\"]*\"", "url: \"http://127.0.0.1:9/kafka/v3\""));
        try (ConnectedSites half = new ConnectedSites(gone, 2_000)) {
            for (Act act :
                    List.<Act>of(
                            () -> half.cluster("lost").observe("shop/orders", List.of()),
                            () -> half.data("lost", "frankfurt").observe(List.of("t"), List.of()),
                            () -> half.data("frankfurt", "lost").ensureMirror("t"),
                            () -> half.homes(List.of("t")))) {
                long began = System.nanoTime();
                PortException e = failure(act);
                assertThat(e.kind()).as(e.toString()).isEqualTo(Kind.UNREACHABLE);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("2 s are given; the rest is for a busy machine, and far below a minute")
                        .isLessThan(Duration.ofSeconds(15));
            }
            assertThat(half.placeholders("lost"))
                    .isEqualTo(Map.of("name", "lost", "bootstrapServers", "127.0.0.1:9"));
            assertThat(failure(() -> half.cluster("nowhere")).kind()).isEqualTo(Kind.REFUSED);
        }
    }
}
