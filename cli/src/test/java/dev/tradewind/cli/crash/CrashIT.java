package dev.tradewind.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job dies in the midst of a hand-over, without a word, and another takes it up. */
class CrashIT {
    /** Few, for a process takes long to start: at the point of no return, or before it. */
    private static final List<StepKind> KILLED = List.of(StepKind.QUIESCE_SOURCE, StepKind.CUT);

    private static final List<StepKind> TORN =
            List.of(
                    StepKind.ENSURE_MIRRORS,
                    StepKind.STAGE_TARGET,
                    StepKind.EXCLUDE_GROUPS,
                    StepKind.QUIESCE_SOURCE,
                    StepKind.WRITE_OFFSETS,
                    StepKind.CUT,
                    StepKind.REVERSE,
                    StepKind.START_TARGET,
                    StepKind.INCLUDE_GROUPS,
                    StepKind.RETIRE_SOURCE);

    /** What must happen once, or the data would change sides twice. */
    private static final List<String> ONCE =
            List.of(
                    StepKind.CUT.text(),
                    StepKind.REVERSE.text(),
                    StepKind.PROMOTE.text(),
                    StepKind.FAILOVER.text(),
                    StepKind.TRUNCATE.text());

    @TempDir private Path dir;

    @Test
    void aProcessThatIsKilledIsSucceededByOneThatEndsTheMoveAndRepeatsNoEffect()
            throws IOException {
        Path checkpoints = Files.createDirectories(dir.resolve("checkpoints"));
        Path log = dir.resolve("job.log");
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO)) {
            AtomicReference<JobProcess> job =
                    new AtomicReference<>(
                            JobProcess.start(checkpoints, null, log, TornJob.options(stage)));
            try {
                moveToAndFro(
                        stage,
                        KILLED,
                        () -> {
                            job.get().kill();
                            job.set(
                                    JobProcess.start(
                                            checkpoints,
                                            latest(checkpoints),
                                            log,
                                            TornJob.options(stage)));
                        });
            } finally {
                job.get().close();
            }
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + JobProcess.tail(log), e);
        }
    }

    @Test
    void aJobThatLosesItsTaskManagerAfterAnyStepIsRestartedByFlinkAndGoesOn() throws Exception {
        try (Stage stage = Stage.open(KubeApi.Mode.AUTO);
                TornJob job = TornJob.start(TornJob.options(stage))) {
            moveToAndFro(stage, TORN, job::loseTaskManager);
            assertThat(job.failure()).isEmpty();
            assertThat(job.restarts()).isGreaterThanOrEqualTo(TORN.size());
        }
    }

    private interface Crash {
        void now() throws IOException;
    }

    /** One move for each step, and a crash as soon as that step is told. */
    private static void moveToAndFro(Stage stage, List<StepKind> steps, Crash crash)
            throws IOException {
        stage.submit();
        long epoch = stage.awaitRunningAt(Stage.FIRST).epoch();
        String at = Stage.FIRST;
        for (StepKind step : steps) {
            String to = at.equals(Stage.FIRST) ? Stage.SECOND : Stage.FIRST;
            stage.move(to);
            epoch++;
            stage.awaitStep(epoch, step.text());
            crash.now();
            Placement moved = stage.awaitRunningAt(to);
            assertThat(moved.epoch()).as("epoch after a crash at " + step).isEqualTo(epoch);
            assertThat(repeated(stage.outcomes(epoch)))
                    .as("effects repeated after a crash at " + step)
                    .isEmpty();
            at = to;
        }
        AuditReport audit = stage.audit(at);
        assertThat(audit.clean()).as(audit.toString()).isTrue();
    }

    private static Path latest(Path checkpoints) throws IOException {
        return JobProcess.completed(checkpoints).stream()
                .max(Comparator.comparingLong(p -> p.resolve("_metadata").toFile().lastModified()))
                .orElseThrow(() -> new AssertionError("no checkpoint in " + checkpoints));
    }

    static List<String> repeated(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(o -> o.status() == Outcome.Status.step && ONCE.contains(o.step()))
                .collect(Collectors.groupingBy(Outcome::step, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(e -> e.getValue() > 1)
                .map(e -> e.getKey() + " x " + e.getValue())
                .toList();
    }
}
