package dev.tradewind.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shaded jar, by {@code bin/flink run} of a real distribution, on a standalone cluster of its
 * own.
 */
class FlinkRunIT {
    /**
     * Stops after each of these, one move after the other; none of them needs to be the last of its
     * move.
     */
    private static final List<String> STEPS =
            List.of(
                    "ENSURE_MIRRORS",
                    "STAGE_TARGET",
                    "QUIESCE_SOURCE",
                    "DRAIN",
                    "WRITE_OFFSETS",
                    "CUT",
                    "REVERSE",
                    "START_TARGET",
                    "RETIRE_SOURCE");

    @TempDir private Path dir;

    @Test
    void aWorkloadMovesAndPlacementsOutliveStopsAfterAnyStepAndTheLossOfState() throws IOException {
        String home = System.getenv("FLINK_HOME");
        Assumptions.assumeTrue(
                home != null,
                "skipped: set FLINK_HOME to a Flink 2.3.0 distribution (pip install --no-deps apache-flink==2.3.0 apache-flink-libraries==2.3.0;"
                        + " its site-packages/pyflink is one)");
        try (Stage stage = Stage.open(KubeApi.Mode.EMBEDDED);
                FlinkCluster cluster = FlinkCluster.start(Path.of(home), dir, 4)) {
            Path options =
                    Files.writeString(
                            dir.resolve("tradewind.yaml"),
                            "kafka.bootstrap.servers: %s%ncatalog.dir: %s%nconnections.dir: %s%nparallelism: 2%ncheckpoint.interval: 500ms%n"
                                    .formatted(
                                            stage.testbed().controlServers(),
                                            stage.testbed().catalogDir(),
                                            stage.testbed().connectionsDir()));
            String job = run(cluster, null, options);
            stage.submit();
            Placement placed = stage.awaitRunningAt(Stage.FIRST);
            long epoch = placed.epoch();

            // A move without anything in between.
            stage.move(Stage.SECOND);
            assertThat(stage.awaitRunningAt(Stage.SECOND).epoch()).isEqualTo(++epoch);

            // Moves to and fro, each stopped with a savepoint after another step, and resumed from
            // it.
            String at = Stage.SECOND;
            for (String step : STEPS) {
                String to = at.equals(Stage.SECOND) ? Stage.FIRST : Stage.SECOND;
                stage.move(to);
                epoch++;
                stage.awaitStep(epoch, step);
                String savepoint = cluster.stop(job);
                job = run(cluster, savepoint, options);
                assertThat(stage.awaitRunningAt(to).epoch())
                        .as("epoch after a stop at " + step)
                        .isEqualTo(epoch);
                assertThat(repeated(stage.outcomes(epoch)))
                        .as("effects repeated after a stop at " + step)
                        .isEmpty();
                at = to;
            }

            // Without state: it reads placements and sites, and leaves a workload that runs where
            // it is.
            cluster.cancel(job);
            int effects = stage.follower().outcomes().size();
            job = run(cluster, null, options);
            Placement found =
                    stage.awaitPlacement(
                            "found again",
                            p -> p.epoch() > 0 && p.phase() == Placement.Phase.running);
            assertThat(found.site()).isEqualTo(at);
            String back = at.equals(Stage.SECOND) ? Stage.FIRST : Stage.SECOND;
            stage.move(back);
            Placement moved = stage.awaitRunningAt(back);
            assertThat(moved.epoch()).isGreaterThan(epoch);
            assertThat(
                            stage.follower()
                                    .outcomes()
                                    .subList(effects, stage.follower().outcomes().size()))
                    .as("what was done since belongs to the new move alone")
                    .allMatch(o -> o.epoch() == moved.epoch());

            AuditReport audit = stage.audit(back);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(cluster.restarts(job)).isZero();
            cluster.cancel(job);
        }
    }

    private static String run(FlinkCluster cluster, String savepoint, Path options)
            throws IOException {
        return cluster.run(jar(), savepoint, "--config", options.toString());
    }

    /** Steps that had an effect and were done twice for one epoch. */
    private static List<String> repeated(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(
                        o ->
                                o.status() == Outcome.Status.step
                                        && List.of("CUT", "REVERSE", "PROMOTE").contains(o.step()))
                .collect(
                        java.util.stream.Collectors.groupingBy(
                                Outcome::step, java.util.stream.Collectors.counting()))
                .entrySet()
                .stream()
                .filter(e -> e.getValue() > 1)
                .map(e -> e.getKey() + " x " + e.getValue())
                .toList();
    }

    static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../job/target"))) {
            return files.filter(p -> p.getFileName().toString().endsWith("-flink.jar"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("job/target has no jar for flink run"))
                    .toAbsolutePath()
                    .normalize();
        }
    }
}
