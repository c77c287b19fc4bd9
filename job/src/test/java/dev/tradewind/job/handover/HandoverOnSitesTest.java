package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.linking.GroupFilters;
import dev.tradewind.sinks.linking.LinkingClient;
import dev.tradewind.sinks.linking.Mirror;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Faults;
import dev.tradewind.testbed.linking.LinkingService;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actuator on real brokers, the Cluster Linking double, and the embedded Kubernetes API. */
class HandoverOnSitesTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final FedApp ORDERS = new FedApp("orders", "orders.in", "group");

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicLong signs = new AtomicLong();
    private Testbed testbed;
    private Sites sites;
    private Actuator actuator;

    @BeforeEach
    void start() {
        testbed = Testbed.start(TestbedOptions.of(3, KubeApi.Mode.EMBEDDED));
        sites = new ConnectedSites(testbed.connectionsDir(), 5_000);
        actuator = actuator();
        testbed.createTopic("frankfurt", "orders.in", 2);
        testbed.createTopic("frankfurt", "orders.out", 2);
    }

    @AfterEach
    void stop() {
        actuator.close();
        sites.close();
        testbed.close();
    }

    private Actuator actuator() {
        return new Actuator(
                sites, OutcomePublisher.telling(outcomes::add), patient(), new ActuatorMetrics());
    }

    /** A topic that is held is waited for, and not failed over while it is. */
    private static ActuatorConfig patient() {
        ActuatorConfig c = ActuatorConfig.of("test");
        return c.within(c.deadlines().withWritable(300_000));
    }

    @Test
    void aRunningWorkloadGoesThereAndOnAndBackAndNoRecordIsLostOrDoubled() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers("frankfurt"), "orders.in", 2, 200);
        completes(run(1, null, "frankfurt", null));
        awaitAcknowledged(feeder, 500);
        completes(run(2, "frankfurt", "oslo", "frankfurt"));
        awaitAcknowledged(feeder, 1_000);
        completes(run(3, "oslo", "madrid", "oslo"));
        assertThat(keptOutOf("madrid")).containsExactly("frankfurt-madrid", "oslo-madrid");
        assertThat(keptOutOf("oslo")).isEmpty();
        assertThat(keptOutOf("frankfurt")).isEmpty();
        awaitAcknowledged(feeder, 1_500);
        completes(run(4, "madrid", "oslo", "madrid"));
        awaitAcknowledged(feeder, 2_000);
        feeder.stop();

        AuditReport report = audited("oslo");
        assertThat(report.produced()).isGreaterThanOrEqualTo(2_000);
        assertThat(report.pauses()).hasSize(3);
    }

    /**
     * Madrid has the inputs from frankfurt, and with them, as far as its links let it, what
     * frankfurt knows of where the group has read to: something older than oslo's last word.
     */
    @Test
    void anOlderOffsetAtTheHomeOfTheInputsIsNotBroughtToTheThirdSite() throws Exception {
        Feeder feeder = Feeder.start(testbed.bootstrapServers("frankfurt"), "orders.in", 2, 200);
        completes(run(1, null, "frankfurt", null));
        awaitAcknowledged(feeder, 300);
        completes(run(2, "frankfurt", "oslo", "frankfurt"));
        awaitAcknowledged(feeder, 800);
        Faults faults = testbed.site("madrid").linking().faults();
        faults.holdPending("orders.out");
        Command move = run(3, "oslo", "madrid", "oslo");
        actuator.submit(move);
        await().atMost(SOON)
                .until(
                        () ->
                                outcomes.stream()
                                        .anyMatch(
                                                o -> o.epoch() == 3 && "reverse".equals(o.step())));

        Map<TopicPartition, Long> carried = committed("madrid", "orders");
        Map<TopicPartition, Long> older = new HashMap<>();
        carried.forEach((partition, offset) -> older.put(partition, Math.max(0, offset - 50)));
        // oslo's last word comes to frankfurt too, over either link, until it is no news any more
        await().atMost(SOON)
                .until(
                        () -> {
                            commit("frankfurt", "orders", older);
                            aRoundFromFrankfurtToMadrid();
                            return committed("frankfurt", "orders").equals(older);
                        });
        assertThat(committed("madrid", "orders")).isEqualTo(carried);

        faults.releasePending("orders.out");
        completes(move);
        awaitAcknowledged(feeder, feeder.acknowledged() + 300);
        feeder.stop();
        audited("madrid");
    }

    @Test
    void anActuatorThatEndsMidwayIsFollowedByAnother() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers("frankfurt"), "orders.in", 2, 200);
        completes(run(1, null, "frankfurt", null));
        awaitAcknowledged(feeder, 300);
        Command move = run(2, "frankfurt", "oslo", "frankfurt");
        int seen = 0;
        while (outcomes.stream().noneMatch(o -> o.epoch() == 2 && o.status().isTerminal())) {
            actuator.submit(move);
            int steps = seen;
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(1))
                    .until(
                            () ->
                                    outcomes.stream().filter(o -> o.epoch() == 2).count()
                                                    > steps + 3
                                            || outcomes.stream()
                                                    .anyMatch(
                                                            o ->
                                                                    o.epoch() == 2
                                                                            && o.status()
                                                                                    .isTerminal()));
            seen = (int) outcomes.stream().filter(o -> o.epoch() == 2).count();
            actuator.close();
            actuator = actuator();
        }
        awaitAcknowledged(feeder, 1_000);
        feeder.stop();

        // First: where a move was not made the audit has nothing to look at.
        assertThat(outcomes.stream().filter(o -> o.status().isTerminal()))
                .allMatch(o -> o.status() == Status.completed);
        audited("oslo");
    }

    @Test
    void topicsThatCannotBeMirroredAreRefusedBeforeAnythingIsTouched() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                testbed.bootstrapServers("frankfurt"),
                                "transactional.id",
                                "orders"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("orders.in", 1, null, new byte[] {1}));
            producer.commitTransaction();
        }
        Outcome end = ends(run(1, null, "oslo", "frankfurt"));
        assertThat(end.status()).isEqualTo(Status.refused);
        assertThat(end.message())
                .contains("topic orders.in at frankfurt has transactional producers");
        assertThat(testbed.site("oslo").broker().admin().listTopics().names().get())
                .doesNotContain("orders.in", "orders.out");
        otherPartitionsAreRefusedToo();
    }

    /** Of a mirror whose source was given another partition since. */
    private void otherPartitionsAreRefusedToo() throws Exception {
        FedApp wide = new FedApp("wide", "wide.in", "group");
        testbed.createTopic("frankfurt", wide.input(), 2);
        testbed.createTopic("frankfurt", wide.output(), 2);
        client("oslo").createMirror("frankfurt-oslo", wide.input());
        testbed.site("frankfurt")
                .broker()
                .admin()
                .createPartitions(Map.of(wide.input(), NewPartitions.increaseTo(3)))
                .all()
                .get();
        await().atMost(SOON).until(() -> partitions("frankfurt", wide.input()) == 3);

        Outcome end = ends(wide.command(2, Command.Action.run, null, "oslo", "frankfurt", false));
        assertThat(end.status()).isEqualTo(Status.refused);
        assertThat(end.message())
                .contains("topic wide.in has 3 partitions at frankfurt and 2 at oslo");
        assertThat(partitions("oslo", wide.input())).isEqualTo(2);
        assertThat(client("oslo").mirrors("frankfurt-oslo"))
                .extracting(Mirror::topic, Mirror::status)
                .containsExactly(tuple(wide.input(), "ACTIVE"));
        assertThat(testbed.site("oslo").broker().admin().listTopics().names().get())
                .doesNotContain(wide.output());
    }

    private int partitions(String site, String topic) throws Exception {
        return testbed.site(site)
                .broker()
                .admin()
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    private void completes(Command command) {
        Outcome end = ends(command);
        assertThat(end.status()).as(end.toString()).isEqualTo(Status.completed);
    }

    private Outcome ends(Command command) {
        actuator.submit(command);
        await().atMost(SOON)
                .until(
                        () ->
                                outcomes.stream()
                                        .anyMatch(
                                                o ->
                                                        o.epoch() == command.epoch()
                                                                && o.status().isTerminal()));
        return outcomes.stream()
                .filter(o -> o.epoch() == command.epoch() && o.status().isTerminal())
                .findFirst()
                .orElseThrow();
    }

    private AuditReport audited(String at) {
        for (TestbedSite site : testbed.sites()) {
            assertThat(site.agent().restarts())
                    .as(
                            "containers at %s that were started again: each may double a batch,"
                                    + " which no hand-over can prevent",
                            site.name())
                    .isEmpty();
        }
        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers("frankfurt"),
                        "orders.in",
                        testbed.bootstrapServers(at),
                        "orders.out",
                        Duration.ofSeconds(20));
        assertThat(report.clean()).as(report.toString()).isTrue();
        return report;
    }

    /** The links over which no offset of the group comes to the site. */
    private List<String> keptOutOf(String site) {
        LinkingClient client = client(site);
        return Stream.of("frankfurt-oslo", "frankfurt-madrid", "oslo-madrid")
                .filter(link -> link.contains(site))
                .filter(
                        link ->
                                GroupFilters.excludes(
                                        client.config(link, GroupFilters.CONFIG).orElse(""),
                                        "orders"))
                .toList();
    }

    private LinkingClient client(String site) {
        LinkingService service = testbed.site(site).linking();
        return new LinkingClient(
                URI.create(service.url()),
                service.clusterId(),
                Optional::empty,
                Duration.ofSeconds(5));
    }

    /**
     * By the offset of another group. It may come as the first of its round, so it is only the
     * second one that shows a round to have ended.
     */
    private void aRoundFromFrankfurtToMadrid() throws Exception {
        for (int i = 0; i < 2; i++) {
            Map<TopicPartition, Long> sign =
                    Map.of(new TopicPartition("orders.in", 0), signs.incrementAndGet());
            commit("frankfurt", "sign", sign);
            await().atMost(SOON).until(() -> committed("madrid", "sign").equals(sign));
        }
    }

    private Map<TopicPartition, Long> committed(String site, String group) throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        testbed.site(site)
                .broker()
                .admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private void commit(String site, String group, Map<TopicPartition, Long> offsets)
            throws Exception {
        Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
        offsets.forEach((partition, o) -> written.put(partition, new OffsetAndMetadata(o)));
        testbed.site(site).broker().admin().alterConsumerGroupOffsets(group, written).all().get();
    }

    private static void awaitAcknowledged(Feeder feeder, long records) {
        await().atMost(SOON).until(() -> feeder.acknowledged() >= records);
    }

    static Command run(long epoch, String from, String to, String dataHome) {
        return ORDERS.command(epoch, Command.Action.run, from, to, dataHome, false);
    }
}
