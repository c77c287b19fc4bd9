package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.recovery.SiteProbe;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A site is lost and comes back, on real brokers, with the Cluster Linking double. The application
 * goes on after the last record that it wrote, as it has to where brokers die. With {@code -Pslow}.
 */
class FailoverOnSitesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String OUT = "orders.out";
    private static final FedApp ORDERS = new FedApp("orders", "orders.in", "log");

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private Testbed testbed;
    private ConnectedSites connected;
    private Actuator actuator;

    /** The API server of oslo is out of reach. */
    private volatile boolean lost;

    /** What oslo had of the owned topic, right before it was cut back. */
    private volatile Map<TopicPartition, Long> before = Map.of();

    @BeforeEach
    void start() {
        testbed = Testbed.start(TestbedOptions.of(3, KubeApi.Mode.AUTO));
        connected = new ConnectedSites(testbed.connectionsDir(), 2_000);
        ActuatorConfig c = ActuatorConfig.of("test");
        actuator =
                new Actuator(
                        new Reachable(connected),
                        OutcomePublisher.telling(outcomes::add),
                        c.within(c.deadlines().withLost(3_000)),
                        new ActuatorMetrics());
        testbed.createTopic("frankfurt", "orders.in", 2);
        testbed.createTopic("frankfurt", OUT, 2);
    }

    @AfterEach
    void stop() {
        actuator.close();
        connected.close();
        testbed.close();
    }

    @Test
    void aSiteDiesIsFailedOverIsTakenBackAndFailedBackAndTheCountsAreRight() throws Exception {
        Feeder feeder = feedAndMoveToOslo();

        testbed.site("oslo").stopKafka();
        lost = true;
        Map<String, Optional<String>> silence = SiteProbe.ask(connected, Set.of("frankfurt"));
        assertThat(silence.get("frankfurt")).isEmpty();
        Loss told = completes(command(3, Action.failover, "oslo", "frankfurt", null)).loss();
        assertThat(told.endsOf(OUT)).hasSize(2);
        awaitAcknowledged(feeder, feeder.acknowledged() + 200);

        // its brokers are back sooner than its API: the old copy goes on, and nobody can stop it
        testbed.site("oslo").startKafka();
        await().atMost(SOON).until(() -> beyond(ends("oslo"), told.endsOf(OUT)) >= 20);
        lost = false;
        Outcome back = completes(command(4, Action.reclaim, "oslo", "frankfurt", told));

        assertThat(before).hasSize(2);
        assertThat(back.loss().truncated())
                .isEqualTo(beyond(before, told.endsOf(OUT)))
                .isGreaterThanOrEqualTo(20);

        completes(command(5, Action.run, "frankfurt", "oslo", null));
        awaitAcknowledged(feeder, feeder.acknowledged() + 200);
        feeder.stop();
        // what was cut off was made again where it ran meanwhile
        assertEveryRecordOnce("oslo");
    }

    /** Its mirror had stopped to follow, so that the lost site alone has the last that was made. */
    @Test
    void whatIsToldToBeMissingIsToTheRecordWhatTheLostSiteHadAlone() throws Exception {
        Feeder feeder = feedAndMoveToOslo();

        FaultPort faults = new FaultPort(testbed.adminUrl());
        faults.arm("{'kind': 'endless-lag', 'site': 'frankfurt', 'topic': '" + OUT + "'}");
        awaitAcknowledged(feeder, feeder.acknowledged() + 200);
        feeder.stop();
        await().atMost(SOON).until(() -> total(ends("oslo")) >= feeder.acknowledged());
        long alone = total(ends("oslo")) - total(ends("frankfurt"));
        assertThat(alone).isGreaterThanOrEqualTo(100);
        await().atMost(SOON).until(this::lag, lag -> lag == alone);

        testbed.site("oslo").stopKafka();
        lost = true;
        Loss told = completes(command(3, Action.failover, "oslo", "frankfurt", null)).loss();
        assertThat(told.missing()).isEqualTo(alone);
        faults.clear();

        testbed.site("oslo").startKafka();
        lost = false;
        Outcome back = completes(command(4, Action.reclaim, "oslo", "frankfurt", told));
        assertThat(back.loss().truncated()).isEqualTo(alone);
        assertEveryRecordOnce("frankfurt");
    }

    /** Of the owned topic, as frankfurt sees it. */
    private long lag() throws PortException {
        return connected
                .data("oslo", "frankfurt")
                .observe(List.of(OUT), List.of())
                .topics()
                .get(OUT)
                .partitions()
                .stream()
                .mapToLong(PartitionState::lag)
                .sum();
    }

    /**
     * A third site has mirrors of the lost one, which don't follow to where it runs now: a move
     * there is refused before anything is touched, or makes them anew, as the policy says.
     */
    @Test
    void afterAFailoverItMovesOnToAThirdSiteAndBackToTheLostOne() throws Exception {
        Feeder feeder = feedAndMoveToOslo();
        connected.data("oslo", "madrid").ensureMirror(OUT);
        awaitAcknowledged(feeder, feeder.acknowledged() + 200);
        await().atMost(SOON).until(() -> total(ends("madrid")) >= 100);

        testbed.site("oslo").stopKafka();
        lost = true;
        Loss told = completes(command(3, Action.failover, "oslo", "frankfurt", null)).loss();
        testbed.site("oslo").startKafka();
        lost = false;
        completes(command(4, Action.reclaim, "oslo", "frankfurt", told));
        long before = total(ends("madrid"));
        await().atMost(SOON).until(() -> total(ends("frankfurt")) > before + 100);

        for (String to : List.of("madrid", "oslo")) {
            String from = to.equals("madrid") ? "frankfurt" : "madrid";
            long epoch = to.equals("madrid") ? 5 : 7;
            Outcome refused = ends(command(epoch, Action.run, from, to, null));
            assertThat(refused.status()).as(refused.toString()).isEqualTo(Status.refused);
            assertThat(refused.message())
                    .contains("a stale mirror of " + OUT + " is in the way at " + to)
                    .contains("rebuildMirrors would make it anew");
            assertThat(outcomes.stream().filter(o -> o.epoch() == epoch).map(Outcome::step))
                    .doesNotContain("stageTarget", "rebuildMirrors", "quiesceSource");
            completes(ORDERS.move(epoch + 1, from, to, true));
            awaitAcknowledged(feeder, feeder.acknowledged() + 200);
        }
        feeder.stop();
        assertEveryRecordOnce("oslo");
    }

    private Feeder feedAndMoveToOslo() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers("frankfurt"), "orders.in", 2, 200);
        completes(command(1, Action.run, null, "frankfurt", null));
        completes(command(2, Action.run, "frankfurt", "oslo", null));
        awaitAcknowledged(feeder, feeder.acknowledged() + 200);
        return feeder;
    }

    private static long total(Map<TopicPartition, Long> ends) {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    private void assertEveryRecordOnce(String at) {
        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers("frankfurt"),
                        "orders.in",
                        testbed.bootstrapServers(at),
                        OUT,
                        Duration.ofSeconds(20));
        assertThat(report.lost()).as(report.toString()).isZero();
        assertThat(report.duplicated()).as(report.toString()).isZero();
        assertThat(report.disordered()).as(report.toString()).isZero();
    }

    private static long beyond(Map<TopicPartition, Long> ends, List<Long> cut) {
        return ends.entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - cut.get(e.getKey().partition())))
                .sum();
    }

    private Map<TopicPartition, Long> ends(String site) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < 2; p++) {
            asked.put(new TopicPartition(OUT, p), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        testbed.site(site)
                .broker()
                .admin()
                .listOffsets(asked)
                .all()
                .get()
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private Outcome completes(Command command) {
        Outcome end = ends(command);
        assertThat(end.status()).as(outcomes.toString()).isEqualTo(Status.completed);
        return end;
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

    private static void awaitAcknowledged(Feeder feeder, long records) {
        await().atMost(SOON).until(() -> feeder.acknowledged() >= records);
    }

    private static Command command(long epoch, Action action, String from, String to, Loss loss) {
        Command command =
                ORDERS.command(
                        epoch, action, from, to, action == Action.reclaim ? to : from, false);
        return loss == null ? command : command.after(List.of(from), loss.cut());
    }

    /**
     * The sites, of which one may be out of reach; it notes what is there before it is cut back.
     */
    private final class Reachable extends ForwardingSites {
        Reachable(Sites sites) {
            super(sites);
        }

        private void reach(String site) throws PortException {
            if (lost && site.equals("oslo")) {
                throw new PortException(PortException.Kind.UNREACHABLE, site, "no route");
            }
        }

        @Override
        public Cluster cluster(String site) throws PortException {
            reach(site);
            return super.cluster(site);
        }

        @Override
        public DataPlane data(String source, String target) throws PortException {
            DataPlane data = super.data(source, target);
            return (DataPlane)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {DataPlane.class},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("restore")) {
                                    before = ends(target);
                                }
                                try {
                                    return method.invoke(data, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }

        @Override
        public Inflows inflows(String site) throws PortException {
            reach(site);
            return super.inflows(site);
        }
    }
}
