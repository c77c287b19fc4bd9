package dev.tradewind.cli.chaos;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.k8s.SitesRole;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.kube.RealKubeApi;
import dev.tradewind.testbed.linking.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that is fed without pause moves to and fro between three sites, by the whole job,
 * and something befalls each move. {@code ./mvnw verify -Pchaos} runs it; {@code -Dchaos.moves}
 * must be made within {@code -Dchaos.minutes}, most of them where Tradewind or the target fails, so
 * that each fault comes at each step that it is meant for; {@code -Dchaos.seed}. Where there are
 * real API servers each site has one, the process of which is killed, and the sink has the role
 * that {@code k8s/site} gives it and no more; {@code -Dchaos.kubernetes=embedded} does without.
 */
@TestMethodOrder(OrderAnnotation.class)
class ChaosIT {
    private static final int MOVES = Integer.getInteger("chaos.moves", 100);

    /** 66 of 100: as many as it takes for each of its troubles. */
    private static final int GROUP_MOVES = (MOVES * 33 + 49) / 50;

    private static final Instant END =
            Instant.now().plus(Duration.ofMinutes(Long.getLong("chaos.minutes", 20)));
    private static final long SEED = Long.getLong("chaos.seed", 1);
    private static final double PER_SECOND = 2_000;

    private static final String KUBERNETES = "chaos.kubernetes";

    /**
     * What a move takes beside real API servers, in a slow hour of two cores. Where less is left,
     * those of the testbed have to do, but where they are killed.
     */
    private static final Duration BESIDE_REAL = Duration.ofSeconds(13);

    @TempDir private Path dir;

    /** Whoever dies here has no record in its hands. */
    @Test
    @Order(1)
    void nothingIsLostDoubledOrRunTwiceWhereTradewindOrTheTargetFails() throws Exception {
        // struck while the step that follows is under way: there is none after the last
        StepKind[] every = {
            StepKind.CHECK,
            StepKind.PREFLIGHT,
            StepKind.STAGE_TARGET,
            StepKind.EXCLUDE_GROUPS,
            StepKind.CATCH_UP,
            StepKind.QUIESCE_SOURCE,
            StepKind.DRAIN,
            StepKind.WRITE_OFFSETS,
            StepKind.CUT,
            StepKind.REVERSE,
            StepKind.AWAIT_WRITABLE,
            StepKind.START_TARGET,
            StepKind.AWAIT_READY,
            StepKind.INCLUDE_GROUPS
        };
        StepKind[] some = {
            StepKind.STAGE_TARGET,
            StepKind.QUIESCE_SOURCE,
            StepKind.CUT,
            StepKind.START_TARGET,
            StepKind.INCLUDE_GROUPS
        };
        List<Trouble> troubles =
                Stream.of(
                                Trouble.taskManager(every),
                                Trouble.kubernetes(true, StepKind.STAGE_TARGET, StepKind.CUT),
                                Trouble.apiServer(true, some),
                                Trouble.kubernetes(false, StepKind.PREFLIGHT, StepKind.CUT),
                                Trouble.apiServer(false, some),
                                Trouble.network(
                                        true,
                                        StepKind.STAGE_TARGET,
                                        StepKind.QUIESCE_SOURCE,
                                        StepKind.CUT),
                                Trouble.network(
                                        false,
                                        StepKind.CATCH_UP,
                                        StepKind.QUIESCE_SOURCE,
                                        StepKind.CUT),
                                Stream.of(
                                                Fault.Kind.TOO_MANY_REQUESTS,
                                                Fault.Kind.ERROR_500,
                                                Fault.Kind.UNAVAILABLE_503,
                                                Fault.Kind.UNAUTHORIZED_401,
                                                Fault.Kind.RESET_AFTER_APPLIED,
                                                Fault.Kind.SLOW)
                                        .flatMap(Trouble::requests),
                                Trouble.topicErrors(),
                                Trouble.lasting(
                                        Fault.Kind.UNKNOWN_STATE,
                                        StepKind.PREFLIGHT,
                                        StepKind.WRITE_OFFSETS),
                                Trouble.lasting(
                                        Fault.Kind.LOWER_CASE,
                                        StepKind.PREFLIGHT,
                                        StepKind.WRITE_OFFSETS),
                                Trouble.inWait(Fault.Kind.STUCK_PENDING, StepKind.CUT),
                                Trouble.inWait(Fault.Kind.ENDLESS_LAG, StepKind.EXCLUDE_GROUPS))
                        .flatMap(s -> s)
                        .toList();
        play("group", kubernetes("auto"), troubles, GROUP_MOVES);
    }

    /** What dies has records that it read and did not commit: they must come from its output. */
    @Test
    @Order(2)
    void nothingIsLostDoubledOrRunTwiceWhereBrokersOrPodsDie() throws Exception {
        StepKind[] some = {
            StepKind.STAGE_TARGET,
            StepKind.CATCH_UP,
            StepKind.QUIESCE_SOURCE,
            StepKind.CUT,
            StepKind.REVERSE,
            StepKind.START_TARGET
        };
        List<Trouble> troubles =
                Stream.of(
                                Trouble.broker("source", some),
                                Trouble.broker("target", some),
                                Trouble.broker("inputs", some),
                                Trouble.node(
                                        true,
                                        StepKind.PREFLIGHT,
                                        StepKind.STAGE_TARGET,
                                        StepKind.EXCLUDE_GROUPS,
                                        StepKind.CATCH_UP),
                                Trouble.node(
                                        false,
                                        StepKind.START_TARGET,
                                        StepKind.AWAIT_READY,
                                        StepKind.INCLUDE_GROUPS))
                        .flatMap(s -> s)
                        .toList();
        int moves = MOVES - GROUP_MOVES;
        Duration left = Duration.between(Instant.now(), END);
        boolean pressed = left.compareTo(BESIDE_REAL.multipliedBy(moves)) < 0;
        if (pressed) {
            System.out.printf("%d s left: API servers of the testbed%n", left.toSeconds());
        }
        play("log", kubernetes(pressed ? "embedded" : "auto"), troubles, moves);
    }

    private static KubeApi.Mode kubernetes(String unlessTold) {
        return KubeApi.Mode.parse(System.getProperty(KUBERNETES, unlessTold));
    }

    private void play(String mode, KubeApi.Mode kubernetes, List<Trouble> troubles, int moves)
            throws Exception {
        TestbedOptions sites =
                TestbedOptions.of(
                                List.of(
                                        new TestbedOptions.Site(Stage.FIRST, "DE"),
                                        new TestbedOptions.Site(Stage.SECOND, "NO"),
                                        new TestbedOptions.Site("madrid", "ES")),
                                kubernetes)
                        .withWires();
        // Whichever part is first leaves the other what it has not used.
        Duration left = Duration.between(Instant.now(), END);
        new ToAndFro(sites, mode, PER_SECOND, moves, left, SEED).play(troubles, this::sinksRole);
    }

    /** The testbed's own API servers know of no roles. */
    private void sinksRole(Stage stage) throws IOException {
        if (stage.testbed().sites().iterator().next().kube() instanceof RealKubeApi) {
            SitesRole.alone(stage, dir);
        }
    }
}
