package dev.tradewind.cli.chaos;

import dev.tradewind.cli.Stage;
import dev.tradewind.cli.k8s.RealKubernetes;
import dev.tradewind.cli.k8s.SitesRole;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedOptions;
import dev.tradewind.testbed.kube.KubeApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link ChaosIT}, between two sites with real API servers: their processes are killed in the
 * middle of moves, and started again a little later. With the role that {@code k8s/site} gives the
 * sink and no more. With {@code -Pchaos}, where there are any.
 */
class KilledApiServersIT {
    /** Each of the ten comes, and some once more. */
    private static final int MOVES = 16;

    @TempDir private Path dir;

    @Test
    void nothingIsLostDoubledOrRunTwiceWhereApiServersAreKilled() throws Exception {
        RealKubernetes.assume();
        StepKind[] after = {
            StepKind.STAGE_TARGET,
            StepKind.QUIESCE_SOURCE,
            StepKind.CUT,
            StepKind.START_TARGET,
            StepKind.INCLUDE_GROUPS
        };
        List<Trouble> troubles =
                Stream.of(Trouble.apiServer(true, after), Trouble.apiServer(false, after))
                        .flatMap(s -> s)
                        .toList();
        TestbedOptions sites =
                TestbedOptions.of(
                        List.of(
                                new TestbedOptions.Site(Stage.FIRST, "DE"),
                                new TestbedOptions.Site(Stage.SECOND, "NO")),
                        KubeApi.Mode.REAL);
        new ToAndFro(sites, "group", 2000, MOVES, Duration.ofMinutes(10), 1)
                .play(troubles, stage -> SitesRole.alone(stage, dir));
    }
}
