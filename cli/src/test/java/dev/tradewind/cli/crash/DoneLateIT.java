package dev.tradewind.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.GaugesReporter;
import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.recovery.Traces;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Requests that the linking services were sent long ago are done when the workload has come back.
 * Nobody asks for anything: the job sees it, and puts it right. With {@code -Pslow}.
 */
class DoneLateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Map<String, List<String>> ENTRY =
            Map.of(Stage.FIRST, List.of(Stage.GROUP));

    @Test
    void whatWasDoneLateIsPutRightByItself() throws Exception {
        // one that can't write dies, and goes on after the last record that it wrote
        try (Stage stage = Stage.open(KubeApi.Mode.EMBEDDED, "log")) {
            Map<String, String> options = TornJob.options(stage);
            // every twelfth of these looks for what was done late
            options.put("sites.probe", "300ms");
            try (TornJob job = TornJob.start(options);
                    ConnectedSites sites =
                            new ConnectedSites(stage.testbed().connectionsDir(), 5_000)) {
                stage.submit();
                stage.awaitRunningAt(Stage.FIRST);
                stage.move(Stage.SECOND);
                stage.awaitRunningAt(Stage.SECOND);
                stage.move(Stage.FIRST);
                long epoch = stage.awaitRunningAt(Stage.FIRST).epoch();
                stage.awaitFlow(Stage.FIRST);

                sites.inflows(Stage.SECOND).exclude(ENTRY);
                await("the entry is taken out", () -> !isLeftOut(sites, Stage.SECOND));
                Placement placed = stage.awaitRunningAt(Stage.FIRST);
                assertThat(placed.epoch()).isGreaterThan(epoch);
                assertThat(isLeftOut(sites, Stage.FIRST)).as("where it runs").isTrue();

                sites.inflows(Stage.FIRST).include(Map.of(Stage.SECOND, List.of(Stage.GROUP)));
                stage.awaitPlacement(
                        "it is seen, where it runs",
                        p -> p.phase() == Phase.running && p.epoch() > placed.epoch());
                await("the link is shut", () -> !isLetIn(sites, Stage.FIRST));

                sites.data(Stage.FIRST, Stage.SECOND).reverse(List.of(Stage.OUTPUT));
                await(
                        "its topics are taken away",
                        () -> GaugesReporter.latest("strayedWorkloads").equals(OptionalLong.of(1)));
                await(
                        "its topics are taken back",
                        () ->
                                sites.homes(List.of(Stage.OUTPUT)).equals(List.of(Stage.FIRST))
                                        && GaugesReporter.latest("strayedWorkloads")
                                                .equals(OptionalLong.of(0)));
                stage.awaitFlow(Stage.FIRST);

                stage.suspend();
                Placement suspended =
                        stage.awaitPlacement("suspended", p -> p.phase() == Phase.suspended);
                sites.inflows(Stage.SECOND).exclude(ENTRY);
                await("the entry is taken out", () -> !isLeftOut(sites, Stage.SECOND));
                stage.awaitPlacement(
                        "suspended as before",
                        p -> p.phase() == Phase.suspended && p.epoch() > suspended.epoch());
                sites.inflows(Stage.FIRST).include(Map.of(Stage.SECOND, List.of(Stage.GROUP)));
                await("the link is shut", () -> !isLetIn(sites, Stage.FIRST));
                stage.resume();
                stage.awaitRunningAt(Stage.FIRST);
                stage.awaitFlow(Stage.FIRST);

                AuditReport audit = stage.audit(Stage.FIRST);
                assertThat(audit.clean()).as(audit.toString()).isTrue();
                assertThat(job.failure()).isEmpty();
                assertThat(job.restarts()).isZero();
            }
        }
    }

    private static boolean isLeftOut(ConnectedSites sites, String site) {
        return Traces.ask(sites, List.of(site)).get(site).leftOut().contains(Stage.GROUP);
    }

    private static boolean isLetIn(ConnectedSites sites, String site) {
        return Traces.ask(sites, List.of(site)).get(site).letIn().test(Stage.GROUP);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(PATIENCE).until(condition);
    }
}
