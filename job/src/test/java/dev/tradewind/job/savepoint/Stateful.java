package dev.tradewind.job.savepoint;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/** Which operators have state in a savepoint: one that has none there isn't tried by it. */
final class Stateful {
    private Stateful() {}

    /**
     * By uid.
     *
     * @param savepoint the directory with {@code _metadata} in it
     */
    static Set<String> uids(Path savepoint) {
        Set<String> uids = new TreeSet<>();
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(savepoint.resolve("_metadata")))) {
            Checkpoints.loadCheckpointMetadata(
                            in, Stateful.class.getClassLoader(), savepoint.toString())
                    .getOperatorStates()
                    .stream()
                    .filter(Stateful::isKept)
                    .forEach(state -> uids.add(state.getOperatorUid().orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return uids;
    }

    private static boolean isKept(OperatorState state) {
        return state.getStates().stream().anyMatch(OperatorSubtaskState::hasState);
    }
}
