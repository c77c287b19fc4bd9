package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.handover.Suitability;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kafka.BrokerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What two real brokers show of topics before a mirror of them is made. */
class SurveyOnBrokersTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Map<String, String> CLEANING =
            Map.of(
                    "log.cleaner.enable", "true",
                    "log.cleaner.backoff.ms", "50",
                    "log.cleaner.dedupe.buffer.size", "2097152",
                    "log.cleaner.io.buffer.size", "65536");
    private static final Map<String, String> GUARDED =
            Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "super.users",
                    "User:ANONYMOUS;User:tradewind-replication");

    @TempDir static Path dir;
    private static Broker west;
    private static Broker east;
    private static ConnectedSites sites;

    /** Its own in each test. */
    private String topic;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> open = new HashMap<>(GUARDED);
        open.putAll(CLEANING);
        open.put("allow.everyone.if.no.acl.found", "true");
        CompletableFuture<Broker> first = CompletableFuture.supplyAsync(() -> broker("west", open));
        east = broker("east", GUARDED);
        west = first.join();
        // nobody asks an API server here
        Files.writeString(dir.resolve("kubeconfig"), "{}");
        for (Broker broker : List.of(west, east)) {
            Files.writeString(
                    dir.resolve(broker.name() + ".yaml"),
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Connection
                    metadata: {name: %s}
                    spec:
                      kubernetes: {kubeconfig: kubeconfig}
                      kafka: {bootstrapServers: "%s"}
                    """
                            .formatted(broker.name(), broker.bootstrapServers()));
        }
        sites = new ConnectedSites(dir, 30_000);
    }

    private static Broker broker(String name, Map<String, String> overrides) {
        return Broker.start(new BrokerOptions(name, 1, 0, overrides));
    }

    @AfterAll
    static void stop() {
        if (sites != null) {
            sites.close();
        }
        west.close();
        east.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
    }

    private static List<String> problems(String from, String to, String topic)
            throws PortException {
        Route route =
                new Route(
                        from,
                        to,
                        from,
                        from,
                        from,
                        List.of(topic),
                        List.of(topic),
                        List.of(topic),
                        null);
        return Suitability.problems(from, to, sites.data(from, to).survey(List.of(topic)), route);
    }

    private void create(int partitions, Map<String, String> configs) throws Exception {
        NewTopic made = new NewTopic(topic, partitions, (short) 1).configs(configs);
        west.admin().createTopics(List.of(made)).all().get();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", west.bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void produce(String topic, int partition, int count) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(
                        new ProducerRecord<>(topic, partition, new byte[] {1}, new byte[] {2}));
            }
        }
    }

    @Test
    void anOrdinaryTopicIsFine() throws Exception {
        create(3, Map.of());
        produce(topic, 0, 500);
        produce(topic, 2, 20_000);
        west.admin()
                .deleteRecords(
                        Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(40)))
                .all()
                .get();
        assertThat(problems("west", "east", topic)).isEmpty();
        assertThat(problems("west", "east", "not-there")).isEmpty();
    }

    @Test
    void aTransactionIsSeenWhileItIsOpenAndAfterIt() throws Exception {
        create(2, Map.of());
        produce(topic, 0, 10);
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 1, null, new byte[] {1})).get();
            assertThat(problems("west", "east", topic)).containsExactly(transactional());
            producer.commitTransaction();
        }
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(problems("west", "east", topic))
                                        .containsExactly(transactional()));
    }

    private String transactional() {
        return "topic "
                + topic
                + " at west has transactional producers (partitions [1]): Cluster Linking can't"
                + " mirror transactions";
    }

    @Test
    void aCompactedTopicIsFineUntilItHasGaps() throws Exception {
        create(
                1,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "segment.ms",
                        "100",
                        "min.cleanable.dirty.ratio",
                        "0.001"));
        produce(topic, 0, 1);
        assertThat(problems("west", "east", topic)).isEmpty();
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            // what is written last is never compacted, so more has to come
                            produce(topic, 0, 5);
                            assertThat(problems("west", "east", topic))
                                    .containsExactly(
                                            "topic "
                                                    + topic
                                                    + " at west has gaps (no record 0 in partition"
                                                    + " 0): it is compacted, so a mirror with equal"
                                                    + " offsets can't be made");
                        });
    }

    /** West lets everyone to what has no ACL, so what is missing there is no problem. */
    @Test
    void anAclThatIsMissingIsSeenWhereAclsAreAllThatCounts() throws Exception {
        create(1, Map.of());
        AclBinding commits = allow(ResourceType.GROUP, topic, AclOperation.READ);
        AclBinding reads = allow(ResourceType.TOPIC, topic, AclOperation.READ);
        AclBinding other = allow(ResourceType.TOPIC, "another", AclOperation.READ);
        west.admin().createAcls(List.of(commits, reads)).all().get();
        east.admin().createAcls(List.of(commits, other)).all().get();
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(problems("west", "east", topic))
                                        .containsExactly(
                                                "an ACL is missing at east: User:app may READ topic "
                                                        + topic
                                                        + " at west and not there"));
        east.admin().createAcls(List.of(reads)).all().get();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(problems("west", "east", topic)).isEmpty());

        String back = topic + "-back";
        east.admin().createTopics(List.of(new NewTopic(back, 1, (short) 1))).all().get();
        AclBinding ofBack = allow(ResourceType.GROUP, back, AclOperation.READ);
        east.admin().createAcls(List.of(ofBack)).all().get();
        await().atMost(SOON)
                .until(
                        () ->
                                sites.data("east", "west")
                                        .survey(List.of(back))
                                        .sourceGrants()
                                        .contains(ofBack));
        assertThat(problems("east", "west", back)).isEmpty();
    }

    private static AclBinding allow(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:app", "*", operation, AclPermissionType.ALLOW));
    }
}
