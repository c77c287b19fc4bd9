package dev.tradewind.testbed.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testbed.kafka.Broker;
import dev.tradewind.testbed.kafka.BrokerOptions;
import dev.tradewind.testbed.kafka.ReadOnlyTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two clusters, a bidirectional link and what the double promises about both. */
class LinkingServiceTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ALL_GROUPS =
            """
            ,{"name":"consumer.offset.sync.enable","value":"true"},{"name":"consumer.offset.sync.ms","value":"1000"},\
            {"name":"consumer.offset.group.filters","value":"{\\"groupFilters\\":[{\\"name\\":\\"*\\",\\"patternType\\":\\"LITERAL\\",\\"filterType\\":\\"INCLUDE\\"}]}"}""";

    private static Broker west;
    private static Broker east;
    private static LinkingService westLinks;
    private static LinkingService eastLinks;
    private static Rest atWest;
    private static Rest atEast;

    /** Its own in each test. */
    private String topic;

    private String link;

    @BeforeAll
    static void start() {
        // compaction is off where it isn't looked for
        Map<String, String> cleaning =
                Map.of(
                        "log.cleaner.enable", "true",
                        "log.cleaner.backoff.ms", "50",
                        "log.cleaner.dedupe.buffer.size", "2097152",
                        "log.cleaner.io.buffer.size", "65536");
        CompletableFuture<Broker> first =
                CompletableFuture.supplyAsync(
                        () -> Broker.start(new BrokerOptions("west", 1, 0, cleaning)));
        east = Broker.start("east");
        west = first.join();
        westLinks = LinkingService.start(west);
        eastLinks = LinkingService.start(east);
        atWest = new Rest(westLinks);
        atEast = new Rest(eastLinks);
    }

    @AfterAll
    static void stop() {
        eastLinks.close();
        westLinks.close();
        west.close();
        east.close();
    }

    @BeforeEach
    void linkBothWays(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        link = "l-" + topic;
        bidirectional(ALL_GROUPS);
    }

    private void bidirectional(String configs) {
        assertThat(
                        atEast.createLink(link, west.bootstrapServers(), "BIDIRECTIONAL", configs)
                                .status())
                .isEqualTo(204);
        assertThat(
                        atWest.createLink(link, east.bootstrapServers(), "BIDIRECTIONAL", configs)
                                .status())
                .isEqualTo(204);
    }

    /** A topic at west with records, mirrored to east, and caught up. */
    private void mirrored(int partitions, int records) throws Exception {
        Records.topic(west, topic, partitions);
        Records.produce(west, topic, partitions, 0, records);
        assertThat(atEast.mirror(link, topic).status()).isEqualTo(204);
        awaitEqual(partitions);
    }

    private void awaitEqual(int partitions) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> {
                            for (int p = 0; p < partitions; p++) {
                                assertThat(Records.end(east, topic, p))
                                        .isEqualTo(Records.end(west, topic, p));
                            }
                        });
    }

    private static void awaitStatus(Rest at, String link, String topic, String status) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> at.status(link, topic), status::equals);
    }

    @Test
    void copiesEveryRecordAtItsOffset() throws Exception {
        mirrored(3, 2000);
        Records.produce(west, topic, 3, 2000, 500);
        awaitEqual(3);

        assertThat(Records.all(east, topic, 3)).isEqualTo(Records.all(west, topic, 3));
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(
                                                atEast.get("/links/" + link + "/mirrors/" + topic)
                                                        .path("mirror_lags")
                                                        .path(1)
                                                        .toString())
                                        .isEqualTo(
                                                "{\"partition\":1,\"lag\":0,\"last_source_fetch_offset\":"
                                                        + Records.end(west, topic, 1)
                                                        + "}"));
    }

    @Test
    void startsWhereTheSourcesLogStarts() throws Exception {
        Records.topic(west, topic, 1);
        Records.produce(west, topic, 1, 0, 100);
        TopicPartition partition = new TopicPartition(topic, 0);
        west.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(40))).all().get();
        atEast.mirror(link, topic);
        awaitEqual(1);

        assertThat(Kafka.starts(east.admin(), List.of(partition))).containsEntry(partition, 40L);
        assertThat(Records.all(east, topic, 1)).isEqualTo(Records.all(west, topic, 1)).hasSize(60);
    }

    @Test
    void refusesATopicThatWasWrittenInTransactions() throws Exception {
        Records.topic(west, topic, 1);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                west.bootstrapServers(),
                                "transactional.id",
                                topic),
                        new org.apache.kafka.common.serialization.ByteArraySerializer(),
                        new org.apache.kafka.common.serialization.ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, new byte[] {1}));
            producer.commitTransaction();
        }
        atEast.mirror(link, topic);
        awaitStatus(atEast, link, topic, "FAILED");
    }

    @Test
    void refusesACompactedTopicWithGaps() throws Exception {
        NewTopic compacted =
                new NewTopic(topic, 1, (short) 1)
                        .configs(
                                Map.of(
                                        "cleanup.policy",
                                        "compact",
                                        "segment.ms",
                                        "100",
                                        "min.cleanable.dirty.ratio",
                                        "0.001"));
        west.admin().createTopics(List.of(compacted)).all().get();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", west.bootstrapServers()),
                        new org.apache.kafka.common.serialization.ByteArraySerializer(),
                        new org.apache.kafka.common.serialization.ByteArraySerializer())) {
            await().atMost(SOON)
                    .until(
                            () -> {
                                // what is written last is never compacted, so more has to come
                                producer.send(
                                                new ProducerRecord<>(
                                                        topic, new byte[] {1}, new byte[] {2}))
                                        .get();
                                return Records.all(west, topic, 1).size()
                                        < Records.end(west, topic, 0);
                            });
        }
        atEast.mirror(link, topic);
        awaitStatus(atEast, link, topic, "FAILED");
    }

    @Test
    void aMirrorIsReadOnlyUntilItIsPromoted() throws Exception {
        mirrored(1, 10);
        assertThatThrownBy(() -> Records.produce(east, topic, 1, 0, 1))
                .hasCauseInstanceOf(TopicAuthorizationException.class);

        assertThat(atEast.act(link, "promote", topic).path("error_code").isNull()).isTrue();
        awaitStatus(atEast, link, topic, "STOPPED");
        Records.produce(east, topic, 1, 10, 1);
        assertThat(Records.end(east, topic, 0)).isEqualTo(11);

        assertThat(atEast.act(link, "promote", topic).path("error_code").asInt()).isEqualTo(400);
        assertThat(atEast.act(link, "promote", topic).path("error_message").asString())
                .isEqualTo(
                        "Topic '%s' has already stopped its mirror from '%s'"
                                .formatted(topic, link));
    }

    /** Whoever sees it stopped may write at once. */
    @Test
    void aMirrorIsOpenBeforeItIsToldToBeStopped() throws Exception {
        mirrored(1, 10);
        Link here = eastLinks.link(link).orElseThrow();
        Mirror mirror = here.mirror(topic).orElseThrow();
        here.hold(List.of(mirror));
        Map<TopicPartition, Long> ends = Kafka.ends(east.admin(), mirror.ofMirror());
        CompletableFuture<Void> stop;
        // its state can't change while it is looked at
        synchronized (mirror) {
            stop = CompletableFuture.runAsync(() -> here.stop(mirror, true, ends));
            await().atMost(SOON).until(() -> !ReadOnlyTopics.isReadOnly(east.clusterId(), topic));
        }
        stop.get();
        assertThat(atEast.status(link, topic)).isEqualTo("STOPPED");
        Records.produce(east, topic, 1, 10, 1);
    }

    /** Two changes of different configurations at once: both are in force afterwards. */
    @Test
    void noChangeOfALinkUndoesAnother() throws Exception {
        put(atEast, "consumer.offset.sync.enable", "false");
        put(atWest, "consumer.offset.sync.enable", "false");
        Link here = eastLinks.link(link).orElseThrow();
        // without rounds, which queue here too
        ReentrantLock round = Peers.lock(here.id);
        CompletableFuture<Void> one;
        CompletableFuture<Void> other;
        round.lock();
        try {
            one = CompletableFuture.runAsync(() -> put(atEast, "consumer.offset.sync.ms", "7000"));
            other =
                    CompletableFuture.runAsync(
                            () ->
                                    atEast.call(
                                            "PUT",
                                            "/links/" + link + "/configs:alter",
                                            "{\"data\":[{\"name\":\"topic.config.sync.ms\","
                                                    + "\"value\":\"8000\"}]}"));
            await().atMost(SOON).until(() -> round.getQueueLength() >= 2);
        } finally {
            round.unlock();
        }
        one.get();
        other.get();
        assertThat(here.configs().millis("consumer.offset.sync.ms")).isEqualTo(7000);
        assertThat(here.configs().millis("topic.config.sync.ms")).isEqualTo(8000);
    }

    @Test
    void promotionWaitsForAGroupThatIsActiveHere() throws Exception {
        mirrored(1, 10);
        Records.commit(west, "busy-" + topic, topic, 5);
        try (KafkaConsumer<byte[], byte[]> member = Records.member(east, "busy-" + topic, topic)) {
            atEast.act(link, "promote", topic);
            await().atMost(SOON)
                    .until(
                            () -> atEast.obstacles(link, topic),
                            o -> o.contains("CONSUMER_GROUP_IN_USE_ERROR"));
            assertThat(atEast.status(link, topic)).isEqualTo("PENDING_STOPPED");
            assertThat(member.assignment()).isNotEmpty();
        }
        awaitStatus(atEast, link, topic, "STOPPED");
        assertThat(Records.committed(east, "busy-" + topic, topic)).isEqualTo(5);
    }

    @Test
    void validationAloneChangesNothing() throws Exception {
        mirrored(1, 3);
        atEast.call(
                "POST",
                "/links/" + link + "/mirrors:failover?validate_only=true",
                "{\"mirror_topic_name_pattern\":\".*\"}");
        atEast.call(
                "PUT",
                "/links/" + link + "/configs:alter?validate_only=true",
                "{\"data\":[{\"name\":\"consumer.offset.sync.ms\",\"value\":\"7000\"}]}");
        assertThat(atEast.status(link, topic)).isEqualTo("ACTIVE");
        assertThat(
                        atEast.get("/links/" + link + "/configs/consumer.offset.sync.ms")
                                .path("value")
                                .asString())
                .isEqualTo("1000");
    }

    @Test
    void aPausedMirrorStandsStillAndGoesOn() throws Exception {
        mirrored(1, 10);
        atEast.act(link, "pause", topic);
        Records.produce(west, topic, 1, 10, 10);
        await().atMost(SOON)
                .until(
                        () ->
                                atEast.get("/links/" + link + "/mirrors/" + topic)
                                        .path("mirror_lags")
                                        .path(0)
                                        .path("lag")
                                        .asInt(),
                        lag -> lag == 10);
        assertThat(Records.end(east, topic, 0)).isEqualTo(10);
        atEast.act(link, "resume", topic);
        awaitEqual(1);
    }

    @Test
    void reversingThereAndBackKeepsEveryRecordAtItsOffset() throws Exception {
        mirrored(2, 100);
        atEast.act(link, "reverse-and-start-mirror", topic);
        awaitStatus(atEast, link, topic, "STOPPED");
        awaitStatus(atWest, link, topic, "ACTIVE");

        Records.produce(east, topic, 2, 100, 50);
        awaitEqual(2);
        assertThatThrownBy(() -> Records.produce(west, topic, 2, 0, 1))
                .hasCauseInstanceOf(TopicAuthorizationException.class);

        atWest.act(link, "reverse-and-start-mirror", topic);
        awaitStatus(atWest, link, topic, "STOPPED");
        awaitStatus(atEast, link, topic, "ACTIVE");
        Records.produce(west, topic, 2, 150, 50);
        awaitEqual(2);

        assertThat(Records.all(east, topic, 2)).isEqualTo(Records.all(west, topic, 2)).hasSize(200);
    }

    @Test
    void neverBothSidesTakeARecordWhileTheyReverse() throws Exception {
        mirrored(1, 1);
        try (KafkaProducer<byte[], byte[]> there = Records.producer(west);
                KafkaProducer<byte[], byte[]> here = Records.producer(east)) {
            CompletableFuture<Long> lastThere = CompletableFuture.supplyAsync(() -> last(there));
            await().atMost(SOON).until(() -> Records.end(west, topic, 0) > 5);
            atEast.act(link, "reverse-and-start-mirror", topic);
            long refusedAt = lastThere.get();
            awaitStatus(atEast, link, topic, "STOPPED");
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, new byte[] {2});
            record.headers().add("n", new byte[] {'x'});
            assertThat(here.send(record).get().offset()).isEqualTo(refusedAt + 1);
        }
        awaitStatus(atWest, link, topic, "ACTIVE");
        awaitEqual(1);
        assertThat(Records.all(east, topic, 1)).isEqualTo(Records.all(west, topic, 1));
    }

    /** Produces until it is refused. */
    private long last(KafkaProducer<byte[], byte[]> producer) {
        long last = -1;
        while (true) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, new byte[] {1});
            record.headers().add("n", new byte[] {'x'});
            try {
                last = producer.send(record).get().offset();
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
                return last;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void failoverEndsAReversalThatHangs() throws Exception {
        mirrored(1, 10);
        Records.commit(west, "busy-" + topic, topic, 5);
        try (KafkaConsumer<byte[], byte[]> member = Records.member(east, "busy-" + topic, topic)) {
            atEast.act(link, "reverse-and-start-mirror", topic);
            await().atMost(SOON)
                    .until(
                            () -> atEast.obstacles(link, topic),
                            o -> o.contains("CONSUMER_GROUP_IN_USE_ERROR"));
            assertThat(member.assignment()).isNotEmpty();
            assertThat(atEast.status(link, topic)).isEqualTo("PENDING_SYNCHRONIZE");
            assertThat(atWest.status(link, topic)).isEqualTo("PENDING_MIRROR");
            assertThatThrownBy(() -> Records.produce(west, topic, 1, 0, 1))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);

            atEast.act(link, "failover", topic);
            assertThat(atEast.status(link, topic)).isEqualTo("STOPPED");
            assertThat(atWest.status(link, topic)).isEqualTo("gone");
            Records.produce(west, topic, 1, 10, 1);
            Records.produce(east, topic, 1, 10, 1);
        }
    }

    @Test
    void offsetsFollowAndExcludedGroupsStay() throws Exception {
        mirrored(1, 100);
        Records.commit(west, "follows", topic, 42);
        Records.commit(west, "excluded", topic, 7);
        await().atMost(SOON)
                .until(() -> Records.committed(east, "excluded", topic), o -> o != null && o == 7);
        await().atMost(SOON)
                .until(() -> Records.committed(east, "follows", topic), o -> o != null && o == 42);

        put(
                atEast,
                "consumer.offset.group.filters",
                "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"},"
                        + "{\"name\":\"excl\",\"patternType\":\"PREFIXED\",\"filterType\":\"EXCLUDE\"}]}");
        Records.commit(west, "excluded", topic, 9);
        Records.commit(west, "follows", topic, 50);
        await().atMost(SOON).until(() -> Records.committed(east, "follows", topic), o -> o == 50);
        assertThat(Records.committed(east, "excluded", topic)).isEqualTo(7);

        // What is committed at the mirror goes back to the source's side.
        Records.commit(east, "follows", topic, 60);
        await().atMost(SOON).until(() -> Records.committed(west, "follows", topic), o -> o == 60);

        put(atEast, "consumer.offset.sync.enable", "false");
        assertThat(
                        atEast.get("/links/" + link + "/configs/consumer.offset.group.filters")
                                .path("value")
                                .asString())
                .isEmpty();
    }

    private void put(Rest at, String config, String value) {
        assertThat(
                        at.call(
                                        "PUT",
                                        "/links/" + link + "/configs/" + config,
                                        Rest.JSON.writeValueAsString(Map.of("value", value)))
                                .status())
                .isEqualTo(204);
    }

    @Test
    void deletingATopicEndsItsMirrorAndALinkWithMirrorsStays() throws Exception {
        mirrored(1, 1);
        assertThat(atEast.call("DELETE", "/links/" + link, null).status()).isEqualTo(403);
        assertThat(atEast.call("DELETE", "/topics/" + topic, null).status()).isEqualTo(204);
        assertThat(atEast.call("GET", "/links/" + link + "/mirrors/" + topic, null).status())
                .isEqualTo(404);
        assertThat(atEast.call("DELETE", "/links/" + link, null).status()).isEqualTo(200);
        assertThat(atEast.call("DELETE", "/links/" + link, null).status()).isEqualTo(404);
    }

    @Test
    void answersAsTheRealServerDoes() throws Exception {
        mirrored(1, 1);
        String root = eastLinks.url();
        String v3 = root.replace("/kafka/v3", "/v3");
        assertThat(Rest.raw("GET", v3 + "/clusters", null, null).status()).isEqualTo(200);
        assertThat(Rest.raw("GET", root + "/clusters/nope/links", null, null).status())
                .isEqualTo(404);
        assertThat(atEast.call("GET", "", null).json().path("kind").asString())
                .isEqualTo("KafkaCluster");
        assertThat(atEast.wrong("POST", "/links/" + link + "/configs:alter", "{}").status())
                .isEqualTo(405);
        assertThat(atEast.get("/links/-/mirrors?mirror_status=ACTIVE").path("data").toString())
                .contains("\"mirror_topic_name\":\"" + topic + "\"");
        assertThat(atEast.get("/links/" + link).path("remote_cluster_id").asString())
                .isEqualTo(west.clusterId());
        assertThat(atEast.get("/links/" + link).path("cluster_link_id"))
                .isEqualTo(atWest.get("/links/" + link).path("cluster_link_id"));
        assertThat(atEast.act(link, "promote", "no-mirror").path("error_code").asInt())
                .isEqualTo(404);
    }

    @Test
    void basicAuthenticationIsAskedFor() {
        try (LinkingService guarded =
                LinkingService.start(
                        east, LinkingOptions.open().withBasicAuth("user", "password"))) {
            String url = guarded.url() + "/clusters";
            assertThat(Rest.raw("GET", url, null, null).json().path("error_code").asInt())
                    .isEqualTo(40101);
            String given =
                    "Basic "
                            + java.util.Base64.getEncoder()
                                    .encodeToString("user:password".getBytes());
            assertThat(Rest.raw("GET", url, null, given).status()).isEqualTo(200);
        }
        // Two services of one cluster find no peers; the first takes its place again.
        Peers.add(eastLinks);
    }
}
