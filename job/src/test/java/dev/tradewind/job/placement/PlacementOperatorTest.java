package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class PlacementOperatorTest {
    private static final String ORDERS = "shop/orders";

    @Test
    void requestsWaitForTheFirstCatalog() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.submit(ORDERS, spec());
            assertThat(job.commands()).isEmpty();
            OperatorSubtaskState saved = job.snapshot();
            try (Harness again = new Harness(saved, null)) {
                again.catalog(twoSites());
                assertThat(again.commands()).hasSize(1);
                assertThat(again.decisions().get(0).requestId()).isEqualTo("r-" + ORDERS);
            }
        }
    }

    @Test
    void aWorkloadRunsMovesAndLeavesNothingBehind() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(ORDERS, spec());
            job.complete();
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.running);
            job.price("frankfurt", 900);
            job.price("oslo", 40);
            job.passTo(NOON + HOUR / 2);
            assertThat(job.command())
                    .returns("frankfurt", Command::from)
                    .returns("oslo", Command::to);
            job.complete();
            job.request(Action.withdraw, ORDERS, null);
            job.complete();
            assertThat(Placements.isTombstone(job.placements().get(job.placements().size() - 1)))
                    .isTrue();
            assertThat(job.harness.numKeyedStateEntries()).isZero();
            assertThat(job.harness.numProcessingTimeTimers()).isZero();
            job.request(Action.submit, ORDERS, spec());
            assertThat(job.command().epoch()).isEqualTo(4);
        }
    }

    @Test
    void whatIsUnderWayIsIssuedAgainAtOnceAfterARestoreAlsoWhenItWasAccepted() throws Exception {
        OperatorSubtaskState saved;
        Command issued;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.price("frankfurt", 50);
            job.submit(ORDERS, spec());
            job.outcome(Outcome.Status.accepted);
            issued = job.command();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.tick();
            assertThat(job.commands()).containsExactly(issued);
            assertThat(job.decisions()).isEmpty();
            job.complete();
            job.tick();
            assertThat(job.commands()).hasSize(1);
            // room, catalog and readings are there again
            job.price("oslo", 10);
            job.submit("shop/second", spec());
            assertThat(job.command().to()).isEqualTo("oslo");
            assertThat(job.decisions().get(job.decisions().size() - 1).readings()).hasSize(2);
        }
    }

    @Test
    void aPlannedStartSurvivesARestore() throws Exception {
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(ORDERS, scheduled(null, Instant.ofEpochMilli(NOON + 8 * HOUR), "PT2H"));
            assertThat(job.commands()).isEmpty();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.passTo(NOON + 6 * HOUR - 120_001);
            assertThat(job.commands()).isEmpty();
            job.passTo(NOON + 6 * HOUR - 120_000);
            assertThat(job.commands()).hasSize(1);
        }
    }

    /**
     * Oslo is a bargain at noon, and at noon alone. Whoever has seen that on the days before
     * doesn't go there for it; who has seen nothing takes the bargain for the rule.
     */
    @Test
    void whatWasLearnedSurvivesARestore() throws Exception {
        OperatorSubtaskState saved;
        OperatorSubtaskState unlearned;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            for (int hour = -72; hour < 0; hour++) {
                job.price("frankfurt", 60, NOON + hour * HOUR);
                job.price("oslo", hour % 24 == 0 ? 40 : 300, NOON + hour * HOUR);
            }
            job.submit(ORDERS, spec());
            job.complete();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(ORDERS, spec());
            job.complete();
            unlearned = job.snapshot();
        }
        for (OperatorSubtaskState state : List.of(saved, unlearned)) {
            try (Harness job = new Harness(state, null)) {
                job.tick();
                job.price("frankfurt", 60);
                job.price("oslo", 40);
                job.passTo(NOON + HOUR - 1);
                assertThat(job.commands()).hasSize(state == saved ? 0 : 1);
            }
        }
    }

    @Test
    void detectionsSurviveARestore() throws Exception {
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.detection(Detection.Kind.fired, "storm", "frankfurt");
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.submit(ORDERS, spec());
            assertThat(job.command().to()).isEqualTo("oslo");
        }
    }

    @Test
    void withLostStateItGoesOnFromWhatIsFoundAboveEveryEpochSeen() throws Exception {
        Placement running = placement("shop/running", 5, Phase.running, "frankfurt", null);
        Placement moving = placement("shop/moving", 7, Phase.moving, "frankfurt", "oslo");
        RecoveryPort found =
                connections ->
                        List.of(
                                new Recovered(
                                        "shop/running", 5, running, "frankfurt", 5, List.of()),
                                new Recovered("shop/moving", 9, moving, "frankfurt", 7, List.of()),
                                new Recovered("shop/orphan", 3, null, "oslo", 3, List.of()));
        try (Harness job = new Harness(null, found)) {
            job.submit("shop/orphan", spec());
            assertThat(job.commands()).isEmpty();
            job.catalog(twoSites());
            assertThat(job.commands()).hasSize(2);
            assertThat(job.commands().get(0))
                    .returns("shop/moving", Command::workload)
                    .returns("oslo", Command::to)
                    .returns(11L, Command::epoch);
            // its objects are taken over where they are
            assertThat(job.commands().get(1))
                    .returns("shop/orphan", Command::workload)
                    .returns("oslo", Command::to);
            assertThat(job.commands().get(1).epoch()).isGreaterThan(9);
            job.request(Action.move, "shop/running", null);
            assertThat(job.command().epoch()).isEqualTo(7);
        }
    }

    private static WorkloadSpec aJob() {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                List.of(
                                        "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"report\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\",\"image\":\"i\"}]}}}}"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    @Test
    void afterARestoreTheEndOfAJobIsAskedForAgain() throws Exception {
        OperatorSubtaskState saved;
        Command run;
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(ORDERS, spec());
            job.complete();
            job.submit("shop/report", aJob());
            run = job.command();
            job.complete();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.tick();
            // what runs until it is stopped isn't watched
            assertThat(job.commands()).hasSize(1);
            assertThat(job.command())
                    .returns(Command.Action.watch, Command::action)
                    .returns("shop/report", Command::workload)
                    .returns(run.commandId(), Command::commandId)
                    .returns(run.epoch(), Command::epoch)
                    .returns(run.to(), Command::to);
            job.outcome(Outcome.Status.accepted);
            job.outcome(Outcome.Status.finished);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.finished);
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.tick();
            assertThat(job.commands()).isEmpty();
        }
    }

    @Test
    void aJobThatFailsAfterItWasStartedNeedsAPersonAndRunsAnewWhenResumed() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit("shop/report", aJob());
            job.complete();
            job.outcome(Outcome.Status.failed);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.failed);
            job.request(Action.resume, "shop/report", null);
            assertThat(job.command())
                    .returns(Command.Action.run, Command::action)
                    .returns(2L, Command::epoch)
                    .returns("frankfurt", Command::to);
        }
    }

    @Test
    void aJobThatStaysWhereItWasBecauseAMoveWasRolledBackIsWatchedAgain() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit("shop/report", aJob());
            job.complete();
            job.request(Action.move, "shop/report", null);
            job.outcome(Outcome.Status.rolledBack);
            assertThat(job.command())
                    .returns(Command.Action.watch, Command::action)
                    .returns(2L, Command::epoch)
                    .returns("frankfurt", Command::to);
            job.outcome(Outcome.Status.finished);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.finished);
        }
    }

    /** Its end is known, so the next command starts it from nowhere, as often as it takes. */
    @Test
    void aJobThatIsSubmittedAgainRunsNowhereUntilItIsStarted() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit("shop/report", aJob());
            job.complete();
            job.outcome(Outcome.Status.finished);
            job.request(Action.submit, "shop/report", aJob());
            for (long epoch = 2; epoch < 4; epoch++) {
                assertThat(job.command())
                        .returns(Command.Action.run, Command::action)
                        .returns(epoch, Command::epoch)
                        .returns(null, Command::from);
                job.outcome(Outcome.Status.refused);
                assertThat(job.placements().get(job.placements().size() - 1))
                        .returns(null, Placement::site);
            }
            // of the run before
            job.outcome(Outcome.Status.finished);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isNotEqualTo(Phase.finished);
        }
    }

    /** It had ended before it was stopped, which nobody was told: it can't be started elsewhere. */
    @Test
    void aJobThatHadEndedBeforeItWasStoppedIsAskedForItsEnd() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit("shop/report", aJob());
            job.complete();
            job.request(Action.suspend, "shop/report", null);
            job.complete();
            job.request(Action.pin, "shop/report", null);
            job.request(Action.resume, "shop/report", null);
            assertThat(job.command())
                    .returns("frankfurt", Command::from)
                    .returns("oslo", Command::to);
            job.outcome(Outcome.Status.refused);
            assertThat(job.command())
                    .returns(Command.Action.watch, Command::action)
                    .returns("frankfurt", Command::to);
            job.outcome(Outcome.Status.finished);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.finished);
        }
    }

    @Test
    void withLostStateTheEndOfAJobIsAskedForToo() throws Exception {
        Placement found = placement("shop/report", 5, Phase.running, "frankfurt", null, aJob());
        try (Harness job =
                new Harness(
                        null,
                        connections ->
                                List.of(
                                        new Recovered(
                                                "shop/report",
                                                5,
                                                found,
                                                "frankfurt",
                                                5,
                                                List.of())))) {
            job.catalog(twoSites());
            assertThat(job.commands()).hasSize(1);
            assertThat(job.command())
                    .returns(Command.Action.watch, Command::action)
                    .returns("frankfurt", Command::to);
            job.outcome(Outcome.Status.finished);
            assertThat(job.placements().get(job.placements().size() - 1).phase())
                    .isEqualTo(Phase.finished);
        }
    }

    @Test
    void whatALostSiteMayHaveIsHeldUntilAPersonAsksAndHoldsUpNoOther() throws Exception {
        RecoveryPort found =
                connections -> {
                    assertThat(connections)
                            .containsEntry("oslo", "oslo")
                            .containsEntry("frankfurt", "frankfurt");
                    return List.of(
                            new Recovered(
                                    ORDERS,
                                    5,
                                    placement(ORDERS, 5, Phase.moving, "frankfurt", "oslo"),
                                    "frankfurt",
                                    5,
                                    List.of("oslo")),
                            new Recovered(
                                    "shop/apart",
                                    7,
                                    placement("shop/apart", 7, Phase.running, "frankfurt", null),
                                    "frankfurt",
                                    7,
                                    List.of()));
                };
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, found)) {
            job.catalog(twoSites());
            assertThat(job.commands()).isEmpty();
            assertThat(job.decisions()).hasSize(1);
            assertThat(job.decisions().get(0))
                    .returns(ORDERS, Decision::workload)
                    .returns(Decision.Verdict.stay, Decision::verdict);
            assertThat(job.decisions().get(0).reason()).contains("oslo").contains("resume");
            job.request(Action.move, "shop/apart", null);
            assertThat(job.command().workload()).isEqualTo("shop/apart");
            job.complete();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, found)) {
            job.tick();
            job.passTo(NOON + 3 * HOUR);
            job.catalog(Story.catalog(Story.policy(), Story.site("frankfurt"), Story.site("oslo")));
            assertThat(job.commands()).isEmpty();
            job.request(Action.resume, ORDERS, null);
            assertThat(job.command())
                    .returns(ORDERS, Command::workload)
                    .returns("oslo", Command::to)
                    .returns(7L, Command::epoch);
        }
    }

    @Test
    void aHeldWorkloadGoesOnByItselfWhenTheLostSiteAnswersAlsoAfterARestore() throws Exception {
        AtomicBoolean lost = new AtomicBoolean(true);
        // Oslo has an epoch that no placement tells of: it had been sent there
        RecoveryPort found =
                connections ->
                        List.of(
                                new Recovered(
                                        ORDERS,
                                        lost.get() ? 5 : 6,
                                        placement(ORDERS, 5, Phase.moving, "frankfurt", "oslo"),
                                        lost.get() ? "frankfurt" : "oslo",
                                        lost.get() ? 5 : 6,
                                        lost.get() ? List.of("oslo") : List.of()));
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, found)) {
            job.catalog(twoSites());
            job.passTo(NOON + 10 * PlacementOperator.ASK_AGAIN_MILLIS);
            assertThat(job.commands()).isEmpty();
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, found)) {
            job.tick();
            lost.set(false);
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> {
                                job.passTo(
                                        job.harness.getProcessingTime()
                                                + PlacementOperator.ASK_AGAIN_MILLIS);
                                return !job.commands().isEmpty();
                            });
            assertThat(job.command())
                    .returns("frankfurt", Command::from)
                    .returns("oslo", Command::to);
            assertThat(job.command().epoch()).isGreaterThan(6);
            job.complete();
            assertThat(job.placements().get(job.placements().size() - 1))
                    .returns("oslo", Placement::site)
                    .returns(Phase.running, Placement::phase);
        }
    }

    @Test
    void aCommandSaysByWhichConnectionsSitesAreFound() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            job.submit(ORDERS, spec());
            assertThat(job.command().connections())
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("frankfurt", "frankfurt", "oslo", "oslo"));
            assertThat(job.command().siteValues())
                    .containsEntry("zone", "frankfurt-zone")
                    .containsEntry("labels.jurisdiction", "gdpr");
        }
    }

    @Test
    void aSpecThatCantBeReadAnyMoreHoldsUpNoOtherAndIsLeftAsItIsUntilItIsUpdated()
            throws Exception {
        WorkloadSpec lots =
                spec().updatedBy(
                                new WorkloadSpec(
                                        null, null, null, "lots", null, null, null, null, null,
                                        null, null));
        WorkloadSpec elsewhere =
                spec().updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        "site.sea > 3",
                                        null,
                                        null,
                                        null,
                                        null));
        RecoveryPort found =
                connections ->
                        List.of(
                                new Recovered(
                                        "shop/lots",
                                        5,
                                        placement(
                                                "shop/lots", 5, Phase.running, "oslo", null, lots),
                                        "oslo",
                                        5,
                                        List.of()),
                                new Recovered(
                                        "shop/sea",
                                        6,
                                        placement(
                                                "shop/sea",
                                                6,
                                                Phase.running,
                                                "oslo",
                                                null,
                                                elsewhere),
                                        "oslo",
                                        6,
                                        List.of()));
        OperatorSubtaskState saved;
        try (Harness job = new Harness(null, found)) {
            job.catalog(twoSites());
            assertThat(job.commands()).isEmpty();
            assertThat(job.decisions())
                    .hasSize(2)
                    .allMatch(d -> d.verdict() == Decision.Verdict.stay)
                    .allMatch(d -> d.reason().contains("can't be read by this version"));
            saved = job.snapshot();
        }
        try (Harness job = new Harness(saved, null)) {
            job.tick();
            job.price("oslo", 900);
            job.price("frankfurt", 10);
            job.detection(Detection.Kind.fired, "storm", "oslo");
            job.submit(ORDERS, spec());
            assertThat(job.command().workload()).isEqualTo(ORDERS);
            job.complete();
            job.passTo(NOON + 5 * HOUR);
            assertThat(job.commands()).allMatch(c -> c.workload().equals(ORDERS));
            job.request(Action.move, "shop/lots", null);
            assertThat(job.decisions().get(job.decisions().size() - 1).verdict())
                    .isEqualTo(Decision.Verdict.refused);
            job.request(
                    Action.update,
                    "shop/lots",
                    new WorkloadSpec(
                            null, null, null, "1 kW", null, null, null, null, null, null, null));
            // read again, it leaves the site that the storm empties
            assertThat(job.command())
                    .returns("shop/lots", Command::workload)
                    .returns("frankfurt", Command::to);
            job.request(Action.withdraw, "shop/sea", null);
            assertThat(job.command())
                    .returns("shop/sea", Command::workload)
                    .returns(Command.Action.withdraw, Command::action);
        }
    }

    /** Six of eight have a slot at Oslo, four of which are on their way when the job stops. */
    @Test
    void aPlanOfTheFleetHoldsOnAfterARestore() throws Exception {
        Catalog scarce =
                Story.catalog(
                        Story.policy(),
                        Story.cores(Story.site("frankfurt"), 200),
                        Story.cores(Story.site("oslo"), 50));
        OperatorSubtaskState saved;
        List<String> uninterrupted;
        try (Harness job = new Harness(null, null)) {
            job.catalog(scarce);
            job.price("frankfurt", 50);
            job.price("oslo", 90);
            for (int i = 0; i < 8; i++) {
                job.submit("shop/w" + i, spec());
                job.complete();
            }
            job.passTo(NOON + HOUR / 2 - 1);
            job.price("frankfurt", 300);
            job.price("oslo", 10);
            job.passTo(NOON + HOUR / 2);
            saved = job.snapshot();
            assertThat(job.commands()).filteredOn(c -> "oslo".equals(c.to())).hasSize(4);
            uninterrupted = settle(job);
        }
        assertThat(uninterrupted).hasSize(6);
        try (Harness job = new Harness(saved, null)) {
            job.passTo(NOON + HOUR / 2 + 1);
            assertThat(settle(job)).isEqualTo(uninterrupted);
        }
    }

    /** Completes all that is under way and comes of it; who went to Oslo. */
    private static List<String> settle(Harness job) throws Exception {
        for (int i = 0; i < job.commands().size(); i++) {
            Command command = job.commands().get(i);
            job.event(
                    WorkloadEvent.of(
                            new Outcome(
                                    command.commandId(),
                                    command.workload(),
                                    command.epoch(),
                                    Outcome.Status.completed,
                                    null,
                                    null,
                                    Instant.EPOCH,
                                    null,
                                    null,
                                    null)));
        }
        return job.commands().stream()
                .filter(command -> "oslo".equals(command.to()))
                .map(Command::workload)
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void withTooManyRequestsBeforeTheCatalogTheRestIsRefused() throws Exception {
        try (Harness job = new Harness(null, null)) {
            for (int i = 0; i < 4; i++) {
                job.submit("shop/w" + i, spec());
            }
            assertThat(job.decisions()).hasSize(1);
            assertThat(job.decisions().get(0).verdict()).isEqualTo(Decision.Verdict.refused);
        }
    }

    private static Placement placement(
            String workload, long epoch, Phase phase, String site, String target) {
        return placement(workload, epoch, phase, site, target, spec());
    }

    private static Placement placement(
            String workload,
            long epoch,
            Phase phase,
            String site,
            String target,
            WorkloadSpec spec) {
        return new Placement(
                workload,
                epoch,
                phase,
                site,
                target,
                null,
                target == null ? null : "c-1",
                "d-1",
                null,
                null,
                null,
                spec,
                "r-1",
                Instant.ofEpochMilli(NOON - HOUR),
                Placement.Ledger.ZERO,
                null,
                null);
    }

    /** Placement and admission as the job runs them, with a clock that a test moves. */
    static final class Harness implements AutoCloseable {
        /** What admission had kept when placement kept this. */
        private static final Map<OperatorSubtaskState, OperatorSubtaskState> ADMISSIONS =
                new IdentityHashMap<>();

        private static final PlacementConfig SETTINGS =
                new PlacementConfig(5_000, 300_000, 30_000, 1_800_000, HOUR, 120_000, 64, 3);

        final KeyedTwoInputStreamOperatorTestHarness<String, WorkloadEvent, FleetEvent, Command>
                harness;
        final PlacementOperator operator;
        final TwoInputStreamOperatorTestHarness<Up, FleetEvent, Word> admission;

        Harness(OperatorSubtaskState state, RecoveryPort recovery) throws Exception {
            this(state, recovery, NOON);
        }

        Harness(OperatorSubtaskState state, RecoveryPort recovery, long wall) throws Exception {
            this(state, recovery, wall, null);
        }

        Harness(OperatorSubtaskState state, RecoveryPort recovery, long wall, String history)
                throws Exception {
            operator =
                    new PlacementOperator(
                            EnergyClock.WALL,
                            recovery,
                            SETTINGS,
                            history == null ? null : new HistoryFile(history, Map.of("USD", 0.5)));
            harness =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            operator, WorkloadEvent::workload, null, Types.STRING);
            admission =
                    new TwoInputStreamOperatorTestHarness<>(
                            new AdmissionOperator(EnergyClock.WALL, 0));
            harness.setProcessingTime(wall);
            admission.setProcessingTime(wall);
            if (state != null) {
                harness.initializeState(state);
                OperatorSubtaskState its = ADMISSIONS.get(state);
                if (its != null) {
                    admission.initializeState(its);
                }
            }
            harness.open();
            admission.open();
        }

        OperatorSubtaskState snapshot() throws Exception {
            OperatorSubtaskState state = harness.snapshot(1, 1);
            ADMISSIONS.put(state, admission.snapshot(1, 1));
            return state;
        }

        private void fleet(FleetEvent event) throws Exception {
            harness.processElement2(new StreamRecord<>(event));
            admission.processElement2(new StreamRecord<>(event));
            talk();
        }

        /** Until neither has anything to say to the other. */
        private void talk() throws Exception {
            boolean more = true;
            while (more) {
                more = false;
                Queue<StreamRecord<Up>> ups = harness.getSideOutput(PlacementOperator.UPS);
                while (ups != null && !ups.isEmpty()) {
                    admission.processElement1(new StreamRecord<>(ups.poll().getValue()));
                    more = true;
                }
                while (!admission.getOutput().isEmpty()) {
                    Word word = (Word) ((StreamRecord<?>) admission.getOutput().poll()).getValue();
                    harness.processElement2(new StreamRecord<>(FleetEvent.of(word)));
                    more = true;
                }
            }
        }

        void catalog(Catalog catalog) throws Exception {
            fleet(FleetEvent.of(catalog));
        }

        void submit(String workload, WorkloadSpec spec) throws Exception {
            event(
                    WorkloadEvent.of(
                            new WorkloadRequest(
                                    Action.submit,
                                    "r-" + workload,
                                    workload,
                                    spec,
                                    null,
                                    null,
                                    null)));
        }

        void request(Action action, String workload, WorkloadSpec spec) throws Exception {
            event(
                    WorkloadEvent.of(
                            new WorkloadRequest(
                                    action,
                                    "r-" + action + harness.getOutput().size(),
                                    workload,
                                    spec,
                                    action == Action.move || action == Action.pin ? "oslo" : null,
                                    null,
                                    null)));
        }

        void price(String site, double eurPerMwh) throws Exception {
            price(site, eurPerMwh, NOON);
        }

        void price(String site, double eurPerMwh, long start) throws Exception {
            fleet(
                    FleetEvent.of(
                            SeriesView.actual(
                                    false,
                                    site + "-zone",
                                    SignalNames.PRICE,
                                    eurPerMwh,
                                    start,
                                    start + HOUR,
                                    "test")));
        }

        void forecast(String site, long from, double... hourly) throws Exception {
            long[] starts = new long[hourly.length];
            long[] ends = new long[hourly.length];
            for (int i = 0; i < hourly.length; i++) {
                starts[i] = from + i * HOUR;
                ends[i] = starts[i] + HOUR;
            }
            view(
                    SeriesView.forecast(
                            false,
                            site + "-zone",
                            SignalNames.PRICE,
                            harness.getProcessingTime(),
                            starts,
                            ends,
                            hourly,
                            "test"));
        }

        void view(SeriesView view) throws Exception {
            fleet(FleetEvent.of(view));
        }

        void detection(Detection.Kind kind, String rule, String site) throws Exception {
            Instant now = Instant.ofEpochMilli(harness.getProcessingTime());
            fleet(
                    FleetEvent.of(
                            new Detection(
                                    rule + site,
                                    kind,
                                    rule,
                                    rule + "-v1",
                                    "any",
                                    site,
                                    SignalNames.PRICE,
                                    now,
                                    now,
                                    1.0,
                                    "evacuate",
                                    null,
                                    "true",
                                    "because")));
        }

        void outcome(Outcome.Status status) throws Exception {
            Command command = command();
            event(
                    WorkloadEvent.of(
                            new Outcome(
                                    command.commandId(),
                                    command.workload(),
                                    command.epoch(),
                                    status,
                                    null,
                                    null,
                                    Instant.EPOCH,
                                    null,
                                    null,
                                    null)));
        }

        void complete() throws Exception {
            outcome(Outcome.Status.completed);
        }

        void event(WorkloadEvent event) throws Exception {
            harness.processElement1(new StreamRecord<>(event));
            talk();
        }

        void tick() throws Exception {
            passTo(harness.getProcessingTime() + 1);
        }

        void passTo(long wall) throws Exception {
            admission.setProcessingTime(wall);
            talk();
            harness.setProcessingTime(wall);
            talk();
        }

        SiteViews admissionViews() {
            return ((AdmissionOperator) admission.getOperator()).views();
        }

        /** Feeds of which people were told that they seem to be broken. */
        long doubtfulSeries() {
            return ((AdmissionOperator) admission.getOperator()).doubtfulSeries();
        }

        /** Sites of which people are told that more is there than they have room for. */
        int overfullSites() {
            return ((AdmissionOperator) admission.getOperator()).overfullSites();
        }

        /** That placement has told of: to it, whatever the test does with the time is one. */
        long clockJumps() {
            return operator.wallClock().jumps();
        }

        Command command() {
            return commands().get(commands().size() - 1);
        }

        List<Command> commands() {
            return harness.extractOutputValues();
        }

        List<Decision> decisions() {
            return side(harness.getSideOutput(PlacementOperator.DECISIONS));
        }

        List<Placement> placements() {
            return side(harness.getSideOutput(PlacementOperator.PLACEMENTS));
        }

        private static <T> List<T> side(Iterable<StreamRecord<T>> records) {
            List<T> values = new ArrayList<>();
            if (records != null) {
                records.forEach(r -> values.add(r.getValue()));
            }
            return values;
        }

        @Override
        public void close() {
            try {
                harness.close();
                admission.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
