package dev.tradewind.testbed.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.KubeOptions;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The agent and its application, on either API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AgentContract {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PARTITIONS = 3;
    private static final JsonMapper JSON = JsonMapper.shared();

    private KubeApi api;
    private KubernetesClient client;
    private Agent agent;
    private Broker broker;
    private KafkaProducer<byte[], byte[]> producer;

    abstract KubeApi start(KubeOptions options);

    @BeforeAll
    void startSite(@TempDir Path directory) {
        api = start(KubeOptions.of("here", directory.resolve("kubeconfig")));
        client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(api.kubeconfig().toFile()))
                        .build();
        agent = Agent.start(AgentOptions.of("here", api.kubeconfig()));
        broker = Broker.start("here");
        Properties p = new Properties();
        p.put("bootstrap.servers", broker.bootstrapServers());
        p.put("linger.ms", "1");
        p.put("max.in.flight.requests.per.connection", "1");
        producer = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    void stopSite() {
        for (AutoCloseable part : new AutoCloseable[] {producer, agent, client, broker, api}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private void apply(Deployment deployment) {
        client.resource(deployment).fieldManager("tradewind").forceConflicts().serverSideApply();
    }

    private List<Pod> pods(String app) {
        return client.pods().inNamespace("shop").withLabel("app", app).list().getItems();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private void createTopics(String... names) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new NewTopic(name, PARTITIONS, (short) 1));
        }
        broker.admin().createTopics(topics).all().get();
    }

    private void produce(String topic, long from, long to) {
        for (long seq = from; seq < to; seq++) {
            producer.send(
                    new ProducerRecord<>(
                            topic,
                            (int) (seq % PARTITIONS),
                            ("k" + seq % 7).getBytes(StandardCharsets.UTF_8),
                            ("{\"seq\":" + seq + "}").getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
    }

    /** All records of a topic, by partition in their order. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Properties p = new Properties();
        p.put("bootstrap.servers", broker.bootstrapServers());
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(t -> consumer.position(t) < ends.get(t))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    private List<Long> numbers(String topic) {
        return read(topic).stream().map(r -> JSON.readTree(r.value()).get("seq").asLong()).toList();
    }

    private Map<String, String> streaming(String in, String out, String group, String mode) {
        return Map.of(
                "BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "INPUT",
                in,
                "OUTPUT",
                out,
                "GROUP",
                group,
                "MODE",
                mode);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) throws Exception {
        return broker.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    }

    @Test
    void recordsComeOutAsTheyWentInAndSigtermLeavesTheOffsetsCommitted() throws Exception {
        String name = unique("orders");
        String in = name + ".in";
        String out = name + ".out";
        createTopics(in, out);
        Map<String, String> environment = streaming(in, out, name, "group");
        long begin = System.nanoTime();
        apply(Manifests.deployment(name, 1, "tradewind/testbed-app", environment));
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> pods(name).stream().anyMatch(AgentContract::isReady));
        System.out.println("ready after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        produce(in, 0, 3_000);
        await().atMost(SOON).until(() -> numbers(out).size() == 3_000);
        System.out.println("processed after " + (System.nanoTime() - begin) / 1_000_000 + " ms");

        List<ConsumerRecord<byte[], byte[]>> inputs = read(in);
        for (ConsumerRecord<byte[], byte[]> output : read(out)) {
            JsonNode value = JSON.readTree(output.value());
            ConsumerRecord<byte[], byte[]> input =
                    inputs.stream()
                            .filter(
                                    r ->
                                            r.partition() == output.partition()
                                                    && r.offset()
                                                            == value.at("/input/offset").asLong())
                            .findFirst()
                            .orElseThrow();
            assertThat(output.key()).isEqualTo(input.key());
            assertThat(value.at("/input/topic").asString()).isEqualTo(in);
            assertThat(value.get("site").asString()).isEqualTo("here");
            assertThat(JSON.readTree(input.value()).get("seq")).isEqualTo(value.get("seq"));
            assertThat(
                            new String(
                                    output.headers().lastHeader("tw-offset").value(),
                                    StandardCharsets.UTF_8))
                    .isEqualTo(Long.toString(input.offset()));
        }

        // It runs on while records come; what was put out and what was committed are equal.
        Thread feeder = new Thread(() -> produce(in, 3_000, 20_000));
        feeder.start();
        apply(Manifests.deployment(name, 0, "tradewind/testbed-app", environment));
        long stop = System.nanoTime();
        await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> pods(name).isEmpty());
        System.out.println("gone after " + (System.nanoTime() - stop) / 1_000_000 + " ms");
        feeder.join();
        Map<TopicPartition, OffsetAndMetadata> committed = committed(name);
        long total = committed.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
        assertThat(numbers(out)).hasSize((int) total);
        assertThat(
                        broker.admin()
                                .describeConsumerGroups(List.of(name))
                                .all()
                                .get()
                                .get(name)
                                .members())
                .isEmpty();

        apply(Manifests.deployment(name, 1, "tradewind/testbed-app", environment));
        await().atMost(SOON).until(() -> numbers(out).size() >= 20_000);
        assertThat(numbers(out))
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 20_000).boxed().toList());
        client.apps().deployments().inNamespace("shop").withName(name).delete();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
    }

    @Test
    void modeLogResumesAfterTheLastOutputEvenWithoutItsGroup() throws Exception {
        String name = unique("ledger");
        String in = name + ".in";
        String more = name + ".more";
        String out = name + ".out";
        createTopics(in, more, out);
        Map<String, String> environment = streaming(in + "," + more, out, name, "log");
        produce(in, 0, 5_000);
        produce(more, 5_000, 5_100);
        apply(Manifests.deployment(name, 1, "tradewind/testbed-app", environment));
        await().atMost(SOON).until(() -> numbers(out).size() >= 3_000);
        apply(Manifests.deployment(name, 0, "tradewind/testbed-app", environment));
        await().atMost(SOON).until(() -> pods(name).isEmpty());
        broker.admin().deleteConsumerGroups(List.of(name)).all().get();
        produce(in, 5_100, 6_000);
        apply(Manifests.deployment(name, 1, "tradewind/testbed-app", environment));
        await().atMost(SOON).until(() -> numbers(out).size() >= 6_000);
        assertThat(numbers(out))
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 6_000).boxed().toList());
        apply(Manifests.deployment(name, 0, "tradewind/testbed-app", environment));
        await().atMost(SOON).until(() -> pods(name).isEmpty());
    }

    @Test
    void aForeignImageStaysPendingWithAReason() {
        String name = unique("foreign");
        apply(Manifests.deployment(name, 1, "nginx:latest", Map.of()));
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(pods(name)).hasSize(1);
                            Pod pod = pods(name).get(0);
                            assertThat(pod.getSpec().getNodeName()).isEqualTo("here-node-1");
                            assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
                            assertThat(pod.getStatus().getContainerStatuses()).hasSize(1);
                            ContainerStatus status = pod.getStatus().getContainerStatuses().get(0);
                            assertThat(status.getState().getWaiting().getReason())
                                    .isEqualTo("ErrImagePull");
                            assertThat(status.getState().getWaiting().getMessage())
                                    .contains("nginx:latest");
                        });
        apply(Manifests.deployment(name, 0, "nginx:latest", Map.of()));
        await().atMost(SOON).until(() -> pods(name).isEmpty());
    }

    @Test
    void whatFailsIsStartedAgainWithBackOff() throws Exception {
        String name = unique("late");
        String in = name + ".in";
        String out = name + ".out";
        createTopics(out);
        apply(
                Manifests.deployment(
                        name, 1, "tradewind/testbed-app:2", streaming(in, out, name, "log")));
        await().atMost(SOON)
                .until(
                        () ->
                                pods(name).stream()
                                        .flatMap(p -> p.getStatus().getContainerStatuses().stream())
                                        .anyMatch(s -> s.getRestartCount() > 0));
        createTopics(in);
        produce(in, 0, 10);
        await().atMost(SOON).until(() -> numbers(out).size() == 10);
        assertThat(agent.restarts())
                .filteredOn(r -> r.startsWith("shop/" + name))
                .isNotEmpty()
                .allSatisfy(r -> assertThat(r).contains("/app ended with code 1").contains(in));
        client.apps().deployments().inNamespace("shop").withName(name).delete();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
    }

    @Test
    void aBatchJobCompletes() {
        String name = unique("batch");
        client.resource(Manifests.job(name, Map.of("MODE", "batch", "WORK_MILLIS", "300")))
                .fieldManager("tradewind")
                .serverSideApply();
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            Job job =
                                    client.batch()
                                            .v1()
                                            .jobs()
                                            .inNamespace("shop")
                                            .withName(name)
                                            .get();
                            assertThat(job.getStatus().getSucceeded()).isEqualTo(1);
                            assertThat(job.getStatus().getConditions())
                                    .extracting("type")
                                    .contains("Complete");
                        });
        assertThat(pods(name).get(0).getStatus().getPhase()).isEqualTo("Succeeded");
    }

    @Test
    void aSuspendedJobStopsItsPod() {
        String name = unique("pause");
        Job job = Manifests.job(name, Map.of("MODE", "batch", "WORK_MILLIS", "600000"));
        client.resource(job).fieldManager("tradewind").serverSideApply();
        await().atMost(SOON).until(() -> pods(name).stream().anyMatch(AgentContract::isReady));
        job.getSpec().setSuspend(true);
        client.resource(job).fieldManager("tradewind").serverSideApply();
        await().atMost(SOON).until(() -> pods(name).isEmpty());
        client.batch().v1().jobs().inNamespace("shop").withName(name).delete();
    }
}
