package dev.tradewind.job.savepoint;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the savepoint that is kept of a version. No build runs it (its name is no test's):
 *
 * <pre>
 * ./mvnw verify -pl job -am -Dit.test=SavepointWriter -Dtradewind.savepoint.write=v2 \
 *     -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 *
 * One that was taken while a transaction of the journal was open is of no use, for another Kafka
 * can't commit it: the test of the new version fails then, and it is written again.
 *
 * <p>A savepoint that was released is never written again: a version that can't go on from it says
 * so, and how to get over it.
 */
class SavepointWriter {
    private static final Path KEPT = Path.of("src/test/resources/savepoints");

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path directory;

    @Test
    void write() throws Exception {
        String version = System.getProperty("tradewind.savepoint.write");
        if (version == null || !version.matches("v\\d+")) {
            throw new IllegalStateException("say which: -Dtradewind.savepoint.write=v1");
        }
        Path target = KEPT.resolve(version);
        if (Files.exists(target)) {
            throw new IllegalStateException(
                    target + " is there; what was released is kept as it is");
        }
        try (Scene scene = Scene.open(directory)) {
            Kept.make(scene, directory.resolve("savepoints")).write(target);
        }
    }
}
