package dev.tradewind.cli.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.RealKubeApi;
import dev.tradewind.testbed.load.AuditReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A site is lost, its brokers and its API server, and comes back: the workload is failed over,
 * taken back and failed back between real API servers, by the role of {@code k8s/site} alone.
 */
class RealFailoverIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final int CALL_MILLIS = 2_000;

    @TempDir private Path dir;
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    @Test
    void aSiteIsFailedOverTakenBackAndFailedBackByTheSitesRoleAlone() throws Exception {
        RealKubernetes.assume();
        try (Stage stage = Stage.open(KubeApi.Mode.REAL, "log")) {
            SitesRole.alone(stage, dir);
            try (ConnectedSites sites =
                            new ConnectedSites(stage.testbed().connectionsDir(), CALL_MILLIS);
                    Actuator actuator = actuator(sites)) {
                completes(actuator, command(1, Action.run, null, Stage.FIRST, null));
                completes(actuator, command(2, Action.run, Stage.FIRST, Stage.SECOND, null));
                stage.awaitFlow(Stage.SECOND);

                TestbedSite lost = stage.testbed().site(Stage.SECOND);
                RealKubeApi api = (RealKubeApi) lost.kube();
                lost.stopKafka();
                api.kill();
                Loss loss =
                        completes(
                                        actuator,
                                        command(
                                                3,
                                                Action.failover,
                                                Stage.SECOND,
                                                Stage.FIRST,
                                                null))
                                .loss();
                assertThat(loss.endsOf(Stage.OUTPUT)).hasSize(2);
                stage.awaitFlow(Stage.FIRST);

                lost.startKafka();
                api.revive();
                Outcome back =
                        completes(
                                actuator,
                                command(4, Action.reclaim, Stage.SECOND, Stage.FIRST, loss));
                assertThat(back.loss().truncated()).isNotNegative();
                assertThat(pods(sites, Stage.SECOND)).isZero();
                assertThat(pods(sites, Stage.FIRST)).isEqualTo(1);

                completes(actuator, command(5, Action.run, Stage.FIRST, Stage.SECOND, null));
                stage.awaitFlow(Stage.SECOND);
                AuditReport audit = stage.audit(Stage.SECOND);
                assertThat(audit.lost()).as(audit.toString()).isZero();
                assertThat(audit.duplicated()).as(audit.toString()).isZero();
                assertThat(audit.disordered()).as(audit.toString()).isZero();
                assertThat(outcomes)
                        .as("nothing was forbidden")
                        .noneMatch(
                                o -> o.message() != null && o.message().matches("(?is).*forbid.*"));
            }
        }
    }

    private Actuator actuator(ConnectedSites sites) {
        ActuatorConfig c = ActuatorConfig.of("test");
        return new Actuator(
                sites,
                OutcomePublisher.telling(outcomes::add),
                c.within(c.deadlines().withLost(3_000)),
                new ActuatorMetrics());
    }

    private static int pods(ConnectedSites sites, String site) throws Exception {
        return sites.cluster(site).observe(Stage.WORKLOAD, List.of()).podsPresent();
    }

    private Outcome completes(Actuator actuator, Command command) {
        actuator.submit(command);
        await().atMost(SOON).until(() -> end(command.epoch()) != null);
        Outcome end = end(command.epoch());
        assertThat(end.status()).as(outcomes.toString()).isEqualTo(Status.completed);
        return end;
    }

    private Outcome end(long epoch) {
        return outcomes.stream()
                .filter(o -> o.epoch() == epoch && o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    private static Command command(long epoch, Action action, String from, String to, Loss loss) {
        return new Command(
                "c-" + epoch,
                "d-" + epoch,
                Stage.WORKLOAD,
                epoch,
                action,
                from,
                to,
                action == Action.reclaim ? to : from,
                Stage.spec("log"),
                new Guard(
                        List.of("shop"),
                        List.of("Deployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        false),
                Instant.EPOCH,
                Map.of(),
                null,
                loss == null ? null : loss.cut(),
                loss == null ? null : List.of(from));
    }
}
