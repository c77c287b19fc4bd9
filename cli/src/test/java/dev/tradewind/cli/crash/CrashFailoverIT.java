package dev.tradewind.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.GaugesReporter;
import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.sites.ConnectedSites;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Fault;
import dev.tradewind.testbed.linking.Faults;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The job loses its task manager where no planned move goes: while it fails a workload over from a
 * site that has died, while it takes that site back, and on the way back of a move it gives up.
 */
class CrashFailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CALL_MILLIS = 5_000;

    /**
     * After which step of a failover, and which of the reclaim that follows, it is lost. Done
     * twice, these would cost records.
     */
    private record Strike(StepKind failover, StepKind reclaim) {}

    private static final List<Strike> STRIKES =
            List.of(
                    new Strike(StepKind.CUT, StepKind.CUT),
                    new Strike(StepKind.FAILOVER, StepKind.TRUNCATE),
                    new Strike(StepKind.START_TARGET, StepKind.STOP));

    /** The source stands still since the first of them. */
    private static final List<StepKind> WAY_BACK =
            List.of(
                    StepKind.QUIESCE_SOURCE,
                    StepKind.GIVE_UP,
                    StepKind.RESTORE_SOURCE,
                    StepKind.REMOVE_TARGET);

    @Test
    void aDeadSiteIsFailedOverAndTakenBackThoughTheTaskManagerIsLostAfterAnyStepThatCounts()
            throws Exception {
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO, "log")) {
            stage.catalog(
                    "policy.yaml",
                    Stage.policy() + "  lostSite: {after: 1s, do: failover, risk: accepted}\n");
            Map<String, String> options = TornJob.options(stage);
            options.put("sites.probe", "1s");
            options.put("handover.deadline.lost", "3s");
            try (TornJob job = TornJob.start(options);
                    ConnectedSites sites = sites(stage)) {
                stage.submit();
                stage.awaitRunningAt(Stage.FIRST);
                for (Strike strike : STRIKES) {
                    stage.move(Stage.SECOND);
                    long epoch = stage.awaitRunningAt(Stage.SECOND).epoch();
                    stage.awaitFlow(Stage.SECOND);
                    TestbedSite lost = stage.testbed().site(Stage.SECOND);
                    lost.stopKafka();
                    lost.kube().kill();
                    Loss loss = failedOver(stage, job, epoch + 1, strike.failover());
                    stage.awaitFlow(Stage.FIRST);

                    // its brokers are back sooner than its API: the old copy goes on
                    lost.startKafka();
                    long doomed = awaitBeyond(stage, loss);
                    // Again, not over before the task manager is lost.
                    lost.linking().faults().holdPending(Stage.OUTPUT);
                    lost.kube().revive();
                    Loss back = takenBack(stage, job, epoch + 2, strike.reclaim());
                    assertThat(back.truncated())
                            .as("cut off after a crash at " + strike)
                            .isGreaterThanOrEqualTo(doomed);
                    assertFencedAndFollowing(sites, epoch + 2);
                    awaitSilent(0);
                }
                stage.move(Stage.SECOND);
                stage.awaitRunningAt(Stage.SECOND);
                stage.awaitFlow(Stage.SECOND);
                assertEachRecordOnce(stage.audit(Stage.SECOND));
                assertThat(job.failure()).isEmpty();
                assertThat(job.restarts()).isGreaterThanOrEqualTo(2 * STRIKES.size());
            }
        }
    }

    /** A pod that does not go in time brings it back when its workload stands still already. */
    @Test
    void aMoveThatIsGivenUpEndsAtItsSourceThoughTheTaskManagerIsLostOnTheWayBack()
            throws Exception {
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO)) {
            Map<String, String> options = TornJob.options(stage);
            options.put("handover.deadline.drain", "3s");
            // Asked for again, it is tried at once.
            options.put("placement.retry", "1ms");
            options.put("placement.retryMax", "1ms");
            try (TornJob job = TornJob.start(options);
                    ConnectedSites sites = sites(stage);
                    KubernetesClient source = stage.admin(Stage.FIRST)) {
                stage.submit();
                long epoch = stage.awaitRunningAt(Stage.FIRST).epoch();
                for (StepKind step : WAY_BACK) {
                    String held = hold(source);
                    stage.move(Stage.SECOND);
                    epoch++;
                    stage.awaitDone(epoch, StepKind.QUIESCE_SOURCE.text());
                    // The last of the way back: it is not over before the task manager is lost.
                    faults(stage).forEach(f -> f.arm(filtersAreRefused()));
                    stage.awaitDone(epoch, step.text());
                    job.loseTaskManager();
                    faults(stage).forEach(Faults::clear);
                    stage.awaitDone(epoch, StepKind.GIVE_UP.text());
                    finalizers(source, held, "");
                    assertGoneOnWith(stage, epoch, step, Status.rolledBack);
                    assertThat(stage.outcomes(epoch))
                            .as("it stood still, and was before the point of no return")
                            .anyMatch(done(StepKind.QUIESCE_SOURCE))
                            .noneMatch(done(StepKind.CUT));
                    stage.awaitRunningAt(Stage.FIRST);
                    assertNothingAt(sites, Stage.SECOND);
                    stage.awaitFlow(Stage.FIRST);
                }
                AuditReport audit = stage.audit(Stage.FIRST);
                assertThat(audit.clean()).as(audit.toString()).isTrue();
                assertThat(job.failure()).isEmpty();
                assertThat(job.restarts()).isGreaterThanOrEqualTo(WAY_BACK.size());
            }
        }
    }

    private static Loss failedOver(Stage stage, TornJob job, long epoch, StepKind step) {
        TestbedSite heir = stage.testbed().site(Stage.FIRST);
        // Its pod waits for a node: so the command is not over before the task manager is lost.
        heir.crashNode();
        awaitSilent(1);
        stage.awaitDone(epoch, step.text());
        job.loseTaskManager();
        heir.startAgent();
        Loss loss = assertGoneOnWith(stage, epoch, step, Status.completed).loss();
        assertThat(stage.outcomes(epoch)).filteredOn(done(StepKind.CUT)).hasSize(1);
        assertThat(stage.follower().decisions())
                .as("of its own accord")
                .anyMatch(
                        d ->
                                d.reason()
                                        .contains(
                                                "is failed over from "
                                                        + Stage.SECOND
                                                        + " to "
                                                        + Stage.FIRST));
        stage.awaitRunningAt(Stage.FIRST);
        assertThat(loss.endsOf(Stage.OUTPUT)).as("the cut is known").isNotEmpty();
        return loss;
    }

    /** By the metric that is the alarm. */
    private static void awaitSilent(long sites) {
        Awaitility.await("silent sites: " + sites)
                .atMost(PATIENCE)
                .until(() -> GaugesReporter.latest("silentSites").equals(OptionalLong.of(sites)));
    }

    private static Loss takenBack(Stage stage, TornJob job, long epoch, StepKind step) {
        stage.awaitDone(epoch, step.text());
        job.loseTaskManager();
        stage.testbed().site(Stage.SECOND).linking().faults().releasePending(Stage.OUTPUT);
        Outcome end = assertGoneOnWith(stage, epoch, step, Status.completed);
        assertThat(stage.outcomes(epoch)).filteredOn(done(StepKind.CUT)).hasSize(1);
        stage.awaitPlacement(
                "taken back", p -> p.epoch() == epoch && p.commandId() == null && p.lost() == null);
        return end.loss();
    }

    /** Another actuator took it up where the first was lost, and did nothing twice. */
    private static Outcome assertGoneOnWith(
            Stage stage, long epoch, StepKind lostAt, Status expected) {
        Outcome end = stage.awaitEnd(epoch);
        List<Outcome> told = stage.outcomes(epoch);
        assertThat(end.status()).as("after a crash at %s: %s", lostAt, told).isEqualTo(expected);
        assertThat(told)
                .as("taken up again after a crash at " + lostAt)
                .filteredOn(o -> o.status() == Status.accepted)
                .hasSizeGreaterThan(1);
        assertThat(CrashIT.repeated(told))
                .as("effects repeated after a crash at " + lostAt)
                .isEmpty();
        return end;
    }

    private static Predicate<Outcome> done(StepKind step) {
        return o -> o.status() == Status.step && step.text().equals(o.step());
    }

    /** Waits until the lost site has what nobody else has; how much that is at least. */
    private static long awaitBeyond(Stage stage, Loss loss) {
        Awaitility.await("the old copy goes on")
                .atMost(PATIENCE)
                .until(() -> beyond(stage, loss) >= 20);
        return beyond(stage, loss);
    }

    private static long beyond(Stage stage, Loss loss) {
        List<Long> cut = loss.endsOf(Stage.OUTPUT);
        List<Long> ends = stage.outputEnds(Stage.SECOND);
        long beyond = 0;
        for (int p = 0; p < ends.size(); p++) {
            beyond += Math.max(0, ends.get(p) - cut.get(p));
        }
        return beyond;
    }

    private static void assertFencedAndFollowing(ConnectedSites sites, long epoch)
            throws PortException {
        assertThat(assertNothingAt(sites, Stage.SECOND).epoch()).as("floor").isEqualTo(epoch);
        TopicState output =
                sites.data(Stage.FIRST, Stage.SECOND)
                        .observe(List.of(Stage.OUTPUT), List.of())
                        .topics()
                        .get(Stage.OUTPUT);
        assertThat(output.mirror().status()).isEqualTo(MirrorStatus.ACTIVE);
    }

    private static AppState assertNothingAt(ConnectedSites sites, String site)
            throws PortException {
        AppState there = sites.cluster(site).observe(Stage.WORKLOAD, List.of());
        assertThat(there.exists()).as("objects at " + site).isFalse();
        assertThat(there.podsPresent()).as("pods at " + site).isZero();
        return there;
    }

    /** In a failover too: an application goes on after the last record that it wrote. */
    private static void assertEachRecordOnce(AuditReport audit) {
        assertThat(audit.lost()).as(audit.toString()).isZero();
        assertThat(audit.duplicated()).as(audit.toString()).isZero();
        assertThat(audit.disordered()).as(audit.toString()).isZero();
    }

    private static ConnectedSites sites(Stage stage) {
        return new ConnectedSites(stage.testbed().connectionsDir(), CALL_MILLIS);
    }

    private static Stream<Faults> faults(Stage stage) {
        return stage.testbed().sites().stream().map(s -> s.linking().faults());
    }

    private static Fault filtersAreRefused() {
        return Fault.of(Fault.Kind.UNAVAILABLE_503).at(Fault.Target.requests("PUT", "/configs/"));
    }

    // the pod that does not go

    /** The only pod there, when the one before it is gone: it is kept though it has ended. */
    private static String hold(KubernetesClient site) {
        Awaitility.await("one pod").atMost(PATIENCE).until(() -> pods(site).size() == 1);
        String pod = pods(site).get(0).getMetadata().getName();
        finalizers(site, pod, "\"tradewind.dev/hold\"");
        return pod;
    }

    private static List<Pod> pods(KubernetesClient site) {
        return site.pods().inNamespace("shop").list().getItems();
    }

    private static void finalizers(KubernetesClient site, String pod, String which) {
        site.pods()
                .inNamespace("shop")
                .withName(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"finalizers\":[" + which + "]}}");
    }
}
