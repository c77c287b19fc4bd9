package dev.tradewind.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A savepoint of each version is kept in {@code src/test/resources/savepoints}, and the present job
 * goes on from it: the very production graph, its Kafka sources and sinks with their state, no
 * state left out. {@link Kept} says what is in it.
 *
 * <p>The Kafka that it is restored with is another one, whose topics have been filled up to the
 * offsets that the savepoint knows. What isn't covered: offsets of topics that are gone, and
 * transactions that were open.
 */
class SavepointIT {
    private static final Path V1 = Path.of("src/test/resources/savepoints/v1");
    private static final Path V2 = Path.of("src/test/resources/savepoints/v2");
    private static final Path V3 = Path.of("src/test/resources/savepoints/v3");
    private static final Path V4 = Path.of("src/test/resources/savepoints/v4");

    /** The energy clock when the job goes on. */
    private static final Instant LATER = Kept.T0.plus(Duration.ofMinutes(40));

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path directory;

    /** What this version writes it reads, in the Kafka where it was. */
    @Test
    void theJobGoesOnFromASavepointOfItsOwn() throws Exception {
        try (Scene scene = Scene.open(directory)) {
            long threads = Scene.adminThreads();
            Kept.Entry kept = Kept.make(scene, directory.resolve("savepoints"));
            assertThat(Stateful.uids(V4))
                    .as("every operator that has state has some in the newest that is kept")
                    .containsAll(Stateful.uids(kept.savepoint()));
            // One that stays would keep every class of the job on a TaskManager.
            await("a stopped job has no admin clients")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Scene.adminThreads() <= threads);
            goesOn(scene, kept);
            // Where it ran before the savepoint is in the books, though nobody has told of it
            // since.
            await("the ledger of shop/orders")
                    .atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    scene.ledger().stream()
                                            .filter(d -> d.workload().equals("shop/orders"))
                                            .filter(d -> !d.at().isBefore(LATER))
                                            .anyMatch(d -> d.hours() > 0.15 && d.energyEur() > 0));
        }
    }

    @Test
    void theJobGoesOnFromTheSavepointOfVersion1() throws Exception {
        goesOnFrom(V1);
    }

    /** With episodes of all shapes, of forecasts and of expressions. */
    @Test
    void theJobGoesOnFromTheSavepointOfVersion2() throws Exception {
        goesOnFrom(V2);
    }

    /** With the ledger, and placement and admission apart. */
    @Test
    void theJobGoesOnFromTheSavepointOfVersion3() throws Exception {
        goesOnFrom(V3);
    }

    /** With rules against each baseline, with `unless`, and silences of forecasts. */
    @Test
    void theJobGoesOnFromTheSavepointOfVersion4() throws Exception {
        goesOnFrom(V4);
    }

    private void goesOnFrom(Path version) throws Exception {
        try (Scene scene = Scene.open(directory)) {
            Kept.Entry kept = Kept.Entry.read(version);
            scene.fill(kept.ends());
            goesOn(scene, kept);
        }
    }

    private static void goesOn(Scene scene, Kept.Entry kept) throws Exception {
        final int detectionsBefore = scene.detections("dear").size();
        final int ofRulesBefore = KeptRules.told(scene).size();
        final int decisionsBefore = scene.decisions().size();
        final int commandsBefore = scene.commands().size();
        final int deadLettersBefore = scene.deadLetters().size();
        // The catalog in force is in the state: there is none where it was, and then a wrong one.
        scene.catalog(null);
        scene.start(
                kept.savepoint(),
                LATER,
                connections -> {
                    throw new IllegalStateException("there is state: nothing is to be asked");
                });

        // The level of oslo was high since 12:20 and is held at 12:35, which nobody has to say.
        scene.awaitDetections("dear", detectionsBefore + 1);
        scene.catalog("kind: Nonsense\n");
        // The level of frankfurt fired before; its end is told with the same id.
        scene.reading("DE", 90, LATER);
        scene.awaitDetections("dear", detectionsBefore + 2);
        List<Detection> told = scene.detections("dear");
        assertThat(told.subList(detectionsBefore, told.size()))
                .extracting(Detection::kind, Detection::site, Detection::onset)
                .containsExactly(
                        tuple(Detection.Kind.fired, "oslo", Kept.T0.plus(Duration.ofMinutes(20))),
                        tuple(Detection.Kind.cleared, "frankfurt", Kept.T0));
        assertThat(told.get(detectionsBefore).at()).isEqualTo(Kept.T0.plus(Duration.ofMinutes(35)));
        assertThat(told.get(told.size() - 1).detectionId()).isEqualTo(kept.detectionId());

        if (!kept.rules().isEmpty()) {
            KeptRules.goOn(scene, kept.rules(), ofRulesBefore);
        }

        // What was asked before was answered before, also for a workload that is gone.
        scene.request("shop/orders", Action.submit, "orders-1", Kept.spec("orders", null));
        scene.request("shop/report", Action.submit, "report-1", Kept.spec("report", null));
        scene.request("shop/gone", Action.submit, "gone-1", Kept.spec("gone", null));
        // What a first start had found at a site goes on above its epoch, where it was.
        scene.request("shop/orphan", Action.submit, "orphan-1", Kept.spec("orphan", null));
        await("answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> answers(scene.decisions(), decisionsBefore).size() >= 4);
        assertThat(answers(scene.decisions(), decisionsBefore))
                .extracting(Decision::requestId, Decision::verdict)
                .contains(
                        tuple("orders-1", Verdict.repeated),
                        tuple("report-1", Verdict.repeated),
                        tuple("gone-1", Verdict.repeated));
        // Prices that were read before the savepoint are known.
        assertThat(answers(scene.decisions(), decisionsBefore))
                .filteredOn(d -> "orphan-1".equals(d.requestId()))
                .flatExtracting(Decision::alternatives)
                .hasSize(2)
                .allSatisfy(a -> assertThat(a.costEurPerHour()).isNotNull());
        Command orphan =
                scene.commands().stream()
                        .filter(c -> c.workload().equals("shop/orphan"))
                        .findFirst()
                        .orElseThrow();
        assertThat(orphan.epoch()).isGreaterThan(7);
        assertThat(orphan.to()).isEqualTo("frankfurt");

        // The one command under way was issued again, the same; nothing else was.
        List<Command> commands = scene.commands();
        assertThat(commands.subList(commandsBefore, commands.size()))
                .filteredOn(c -> !c.workload().equals("shop/orphan"))
                .isNotEmpty()
                .allSatisfy(
                        c -> {
                            assertThat(c.workload()).isEqualTo("shop/moving");
                            assertThat(c.commandId()).isEqualTo(kept.commandId());
                        });
        assertThat(scene.deadLetters()).hasSize(deadLettersBefore);
        assertThat(scene.job().getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    }

    private static List<Decision> answers(List<Decision> decisions, int since) {
        return decisions.subList(since, decisions.size()).stream()
                .filter(d -> d.requestId() != null)
                .toList();
    }
}
