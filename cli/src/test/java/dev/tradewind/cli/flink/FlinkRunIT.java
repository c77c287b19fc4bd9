package dev.tradewind.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.cli.Slow;
import dev.tradewind.cli.Stage;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.load.AuditReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shaded jar, by {@code bin/flink run} of a real distribution, on a standalone cluster of its
 * own, over sites of the testbed.
 */
class FlinkRunIT {
    private static final Logger LOG = LoggerFactory.getLogger(FlinkRunIT.class);

    private static final String HOW_TO_GET_ONE =
            "set FLINK_HOME to a Flink 2.3.0 distribution; to get one: python3 -m venv flink &&"
                    + " flink/bin/pip install --no-deps apache-flink==2.3.0 apache-flink-libraries==2.3.0,"
                    + " then FLINK_HOME=$(echo $PWD/flink/lib/python3.*/site-packages/pyflink)";

    /** Moves to and fro, each held and stopped at another place; the first one makes mirrors. */
    private static final List<Hold> HOLDS =
            Slow.orOthers(
                    List.of(),
                    List.of(
                            Hold.ENSURE_MIRRORS,
                            Hold.PREFLIGHT,
                            Hold.STAGE_TARGET,
                            Hold.EXCLUDE_GROUPS,
                            Hold.QUIESCE_SOURCE,
                            Hold.WRITE_OFFSETS,
                            Hold.CUT,
                            Hold.REVERSE,
                            Hold.START_TARGET,
                            Hold.INCLUDE_GROUPS,
                            Hold.RETIRE_SOURCE));

    /** Stays when the test has ended: the logs of a cluster tell why. */
    private static final Path DIR = Path.of("target/flink-run").toAbsolutePath();

    private Path dir;

    private Stage stage;
    private Gates gates;
    private FlinkCluster cluster;
    private Path options;

    @BeforeAll
    static void distribution() {
        if (System.getenv("FLINK_HOME") == null) {
            System.err.println("FlinkRunIT is skipped: " + HOW_TO_GET_ONE);
        }
        Assumptions.assumeTrue(System.getenv("FLINK_HOME") != null, HOW_TO_GET_ONE);
    }

    @Test
    void aWorkloadMovesAndItsPlacementOutlivesStopsAfterAnyStepAndTheLossOfState()
            throws IOException {
        Path home = Path.of(System.getenv("FLINK_HOME"));
        dir = Files.createDirectories(DIR.resolve(Instant.now().toString().replace(':', '-')));
        try (Stage itsStage = Stage.open(KubeApi.Mode.AUTO);
                Gates itsGates = Gates.before(itsStage.testbed(), dir.resolve("connections"));
                FlinkCluster itsCluster = FlinkCluster.start(home, dir, 4)) {
            stage = itsStage;
            gates = itsGates;
            cluster = itsCluster;
            options =
                    Files.writeString(
                            dir.resolve("tradewind.yaml"),
                            """
                            kafka.bootstrap.servers: %s
                            catalog.dir: %s
                            connections.dir: %s
                            parallelism: 2
                            checkpoint.interval: 500ms
                            """
                                    .formatted(
                                            stage.testbed().controlServers(),
                                            stage.testbed().catalogDir(),
                                            dir.resolve("connections")));
            wrongOptionsAreOneMessage();

            String job = run(null);
            stage.submit();
            long epoch = stage.awaitRunningAt(Stage.FIRST).epoch();
            String at = Stage.FIRST;

            for (Hold hold : HOLDS) {
                job = moveStoppedAt(hold, job, at, ++epoch);
                at = other(at);
            }

            // With nothing under way: all is as it was, and nothing is done.
            int effects = gates.effects().size();
            int outcomes = stage.follower().outcomes().size();
            String pods = pods(at);
            Placement before = stage.awaitRunningAt(at);
            job = run(cluster.stop(job));
            cluster.awaitCheckpoint(job);
            assertThat(gates.effects(effects)).isEmpty();
            assertThat(stage.follower().outcomes()).hasSize(outcomes);
            assertThat(stage.awaitRunningAt(at).epoch()).isEqualTo(before.epoch());
            assertThat(cluster.wasRestarted(job)).isFalse();

            // Without state: it reads placements and sites, and leaves what runs where it is.
            cluster.cancelByRest(job);
            job = cluster.runByRest(jar(), null, "--config", options.toString());
            cluster.awaitCheckpoint(job);
            assertThat(gates.effects(effects)).as("done before anything was asked for").isEmpty();
            assertThat(pods(at)).isEqualTo(pods);
            stage.move(other(at));
            Placement moved = stage.awaitRunningAt(other(at));
            // It was found again at the highest epoch seen + 1, and each command adds one.
            assertThat(moved.epoch()).isEqualTo(epoch + 2);
            assertThat(gates.repeated(effects)).isEmpty();
            assertThat(stage.follower().outcomes().stream().skip(outcomes))
                    .as("what was commanded since")
                    .allMatch(o -> o.epoch() == moved.epoch());

            AuditReport audit = stage.audit(other(at));
            LOG.info("audit: {}", audit);
            assertThat(audit.clean()).as(audit.toString()).isTrue();
            assertThat(cluster.wasRestarted(job)).isFalse();
            cluster.cancel(job);
        }
    }

    /**
     * Moves the workload to the other site, stops the job with a savepoint while the move is held,
     * and resumes from it.
     */
    private String moveStoppedAt(Hold hold, String job, String from, long epoch)
            throws IOException {
        String to = other(from);
        int effects = gates.effects().size();
        hold.on(gates, from, to);
        long begin = System.nanoTime();
        stage.move(to);
        Awaitility.await("a move held after " + hold.step())
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(gates::isHolding);
        stage.awaitStep(epoch, hold.step());
        long held = System.nanoTime();
        assertThat(cluster.wasRestarted(job)).isFalse();
        String savepoint = cluster.stopByRest(job);
        int stopped = gates.effects().size();
        gates.letGo();
        long stop = System.nanoTime();
        String resumed = cluster.runByRest(jar(), savepoint, "--config", options.toString());
        assertThat(gates.effects().size())
                .as("effects while no job ran")
                .isGreaterThanOrEqualTo(stopped);
        Placement placement = stage.awaitRunningAt(to);
        long end = System.nanoTime();
        LOG.info(
                "stopped after {}: held {} ms, stopped {} ms, resumed and moved {} ms",
                hold.step(),
                (held - begin) / 1_000_000,
                (stop - held) / 1_000_000,
                (end - stop) / 1_000_000);
        assertThat(placement.epoch())
                .as("epoch of a move stopped after " + hold.step())
                .isEqualTo(epoch);
        assertThat(gates.repeated(effects))
                .as("effects repeated by a stop after " + hold.step())
                .isEmpty();
        return resumed;
    }

    private void wrongOptionsAreOneMessage() throws IOException {
        Path wrong =
                Files.writeString(
                        dir.resolve("wrong.yaml"),
                        "catalog.dir: /nowhere\ncheckpoint.intervall: 1s\nparallelism: many\n");
        FlinkCluster.Answer answer =
                cluster.runs(
                        "bin/flink", "run", "-d", jar().toString(), "--config", wrong.toString());
        LOG.info("wrong options: {}", answer);
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.text())
                .contains("Tradewind was not started:", "checkpoint.intervall", "parallelism")
                .doesNotContain("\tat ", "Exception");
    }

    /** Of the workload: an untouched one has the same. */
    private String pods(String site) {
        try (KubernetesClient admin = stage.admin(site)) {
            String pods =
                    admin.pods().inNamespace("shop").list().getItems().stream()
                            .map(pod -> pod.getMetadata().getUid())
                            .sorted()
                            .collect(Collectors.joining(" "));
            assertThat(pods).isNotEmpty();
            return pods;
        }
    }

    private String run(String savepoint) throws IOException {
        return cluster.run(jar(), savepoint, "--config", options.toString());
    }

    private static String other(String site) {
        return site.equals(Stage.FIRST) ? Stage.SECOND : Stage.FIRST;
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
