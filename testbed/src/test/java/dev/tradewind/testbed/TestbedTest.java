package dev.tradewind.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.testbed.kube.KubeApi;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TestbedTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();
    @TempDir static Path directory;
    private static Testbed testbed;

    @BeforeAll
    static void start() {
        long begin = System.nanoTime();
        testbed =
                Testbed.start(
                        TestbedOptions.of(3, KubeApi.Mode.EMBEDDED)
                                .withDirectory(directory)
                                .withCatalog());
        System.out.println("3 sites after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    @AfterAll
    static void stop() {
        if (testbed != null) {
            long begin = System.nanoTime();
            testbed.close();
            System.out.println("closed in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        }
    }

    @Test
    void theEndpointsFileNamesEverything() throws Exception {
        Path file = directory.resolve("out/endpoints.json");
        testbed.writeEndpoints(file);
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        assertThat(json.propertyNames())
                .containsExactlyInAnyOrder(
                        "control", "sites", "catalogDir", "connectionsDir", "adminUrl");
        assertThat(json.get("adminUrl").asString()).isEqualTo(testbed.adminUrl());
        assertThat(json.at("/control/bootstrapServers").asString())
                .isEqualTo(testbed.controlServers());
        assertThat(json.get("sites").valueStream().map(s -> s.get("name").asString()))
                .containsExactly("frankfurt", "oslo", "madrid");
        for (JsonNode site : json.get("sites")) {
            assertThat(site.propertyNames())
                    .containsExactlyInAnyOrder(
                            "name",
                            "zone",
                            "bootstrapServers",
                            "clusterId",
                            "clusterLinkingUrl",
                            "kubeconfig",
                            "connection");
            assertThat(Path.of(site.get("kubeconfig").asString())).isRegularFile();
            assertThat(Path.of(site.get("connection").asString())).isRegularFile();
        }
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theInitialCatalogIsValid() throws IOException {
        List<CatalogFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(testbed.catalogDir())) {
            for (Path path : paths.sorted().toList()) {
                files.add(new CatalogFile(path.getFileName().toString(), Files.readString(path)));
            }
        }
        CatalogResult result = CatalogParser.parse(files);
        assertThat(result.problems()).isEmpty();
        assertThat(result.catalog().sites()).hasSize(3);
    }

    @Test
    void theControlTopicsHaveTheirPolicies() throws Exception {
        Map<String, String> policies = new TreeMap<>();
        var admin = testbed.control().admin();
        for (String topic : admin.listTopics().names().get()) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            policies.put(
                    topic,
                    admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get("cleanup.policy")
                            .value());
        }
        assertThat(policies)
                .hasSize(11)
                .containsEntry("tradewind.ledger", "compact")
                .containsEntry("tradewind.placements", "compact")
                .containsEntry("tradewind.requests", "delete");
        assertThat(
                        admin.describeTopics(List.of("tradewind.readings"))
                                .allTopicNames()
                                .get()
                                .get("tradewind.readings")
                                .partitions())
                .hasSize(4);
    }

    @Test
    void aMirrorOverALinkCarriesRecordsAndOffsetsOfTheApplication() throws Exception {
        testbed.createTopic("frankfurt", "orders.in", 2);
        testbed.createTopic("frankfurt", "orders.out", 2);
        TestbedSite oslo = testbed.site("oslo");
        String mirrors =
                oslo.linking().url()
                        + "/clusters/"
                        + oslo.broker().clusterId()
                        + "/links/frankfurt-oslo/mirrors";
        HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(mirrors))
                                        .header("Content-Type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"source_topic_name\":\"orders.out\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        TestbedSite frankfurt = testbed.site("frankfurt");
        try (KubernetesClient client =
                        new KubernetesClientBuilder()
                                .withConfig(
                                        Config.fromKubeconfig(
                                                frankfurt.kube().kubeconfig().toFile()))
                                .build();
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", testbed.bootstrapServers("frankfurt")),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            client.resource(orders(frankfurt.broker().bootstrapServers()))
                    .fieldManager("tradewind")
                    .serverSideApply();
            for (int i = 0; i < 100; i++) {
                producer.send(
                        new ProducerRecord<>(
                                "orders.in",
                                i % 2,
                                null,
                                ("{\"seq\":" + i + "}").getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
            var outputs =
                    Map.of(
                            new TopicPartition("orders.out", 0),
                            OffsetSpec.latest(),
                            new TopicPartition("orders.out", 1),
                            OffsetSpec.latest());
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    oslo.broker()
                                                            .admin()
                                                            .listOffsets(outputs)
                                                            .all()
                                                            .get()
                                                            .values())
                                            .extracting(o -> o.offset())
                                            .containsExactly(50L, 50L));
        }
    }

    private static Deployment orders(String servers) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("orders")
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", "orders")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "orders")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("tradewind/testbed-app")
                .addNewEnv()
                .withName("BOOTSTRAP_SERVERS")
                .withValue(servers)
                .endEnv()
                .addNewEnv()
                .withName("INPUT")
                .withValue("orders.in")
                .endEnv()
                .addNewEnv()
                .withName("OUTPUT")
                .withValue("orders.out")
                .endEnv()
                .addNewEnv()
                .withName("GROUP")
                .withValue("orders")
                .endEnv()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
