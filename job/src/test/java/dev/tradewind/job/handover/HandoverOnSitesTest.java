package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.Audit;
import dev.tradewind.testbed.load.AuditReport;
import dev.tradewind.testbed.load.Feeder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actuator on real brokers, the Cluster Linking double, and the embedded Kubernetes API. */
class HandoverOnSitesTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String MANIFEST =
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"orders"},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"orders"}},
              "template":{"metadata":{"labels":{"app":"orders"}},
               "spec":{"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},
                {"name":"INPUT","value":"orders.in"},{"name":"OUTPUT","value":"orders.out"},
                {"name":"GROUP","value":"orders"},{"name":"MODE","value":"group"}]}]}}}}
            """;

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
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
                sites,
                new OutcomePublisher() {
                    @Override
                    public CompletableFuture<Void> publish(Outcome outcome) {
                        outcomes.add(outcome);
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public void close() {
                        // nothing to close
                    }
                },
                ActuatorConfig.of("test"),
                new ActuatorMetrics());
    }

    @Test
    void aRunningWorkloadGoesThereAndOnAndBackAndNoRecordIsLostOrDoubled() {
        Feeder feeder = Feeder.start(testbed.bootstrapServers("frankfurt"), "orders.in", 2, 200);
        completes(run(1, null, "frankfurt", null));
        awaitAcknowledged(feeder, 500);
        completes(run(2, "frankfurt", "oslo", "frankfurt"));
        awaitAcknowledged(feeder, 1_000);
        completes(run(3, "oslo", "madrid", "oslo"));
        awaitAcknowledged(feeder, 1_500);
        completes(run(4, "madrid", "oslo", "madrid"));
        awaitAcknowledged(feeder, 2_000);
        feeder.stop();

        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers("frankfurt"),
                        "orders.in",
                        testbed.bootstrapServers("oslo"),
                        "orders.out",
                        Duration.ofSeconds(20));
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.produced()).isGreaterThanOrEqualTo(2_000);
        assertThat(report.pauses()).hasSize(3);
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

        AuditReport report =
                Audit.run(
                        testbed.bootstrapServers("frankfurt"),
                        "orders.in",
                        testbed.bootstrapServers("oslo"),
                        "orders.out",
                        Duration.ofSeconds(20));
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(outcomes.stream().filter(o -> o.status().isTerminal()))
                .allMatch(o -> o.status() == Status.completed);
    }

    private void completes(Command command) {
        actuator.submit(command);
        await().atMost(SOON)
                .until(
                        () ->
                                outcomes.stream()
                                        .anyMatch(
                                                o ->
                                                        o.epoch() == command.epoch()
                                                                && o.status().isTerminal()));
        assertThat(outcomes.get(outcomes.size() - 1).status())
                .as(outcomes.get(outcomes.size() - 1).toString())
                .isEqualTo(Status.completed);
    }

    private static void awaitAcknowledged(Feeder feeder, long records) {
        await().atMost(SOON).until(() -> feeder.acknowledged() >= records);
    }

    private static Command run(long epoch, String from, String to, String dataHome) {
        WorkloadSpec spec =
                new WorkloadSpec(
                        null,
                        List.of(MANIFEST),
                        null,
                        null,
                        new WorkloadSpec.Topics(
                                "frankfurt", List.of("orders.in"), List.of("orders.out")),
                        List.of("orders"),
                        null,
                        null,
                        null,
                        null,
                        null);
        return new Command(
                "c-" + epoch,
                "d-" + epoch,
                "shop/orders",
                epoch,
                Command.Action.run,
                from,
                to,
                dataHome,
                spec,
                new Guard(
                        List.of("shop"),
                        List.of("Deployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                Instant.EPOCH,
                Map.of(),
                null);
    }
}
