package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import java.util.Optional;

/**
 * What a modelled API server refuses: what the admission policies of {@code k8s/site} refuse. The
 * docs (handover.md) have the rules as a table, to which both are held. Pure.
 */
final class Fence {
    private Fence() {}

    /**
     * @param mark that stands with the floor
     * @param there the object as it is; null: it is made
     * @return why it is refused; empty: it is not
     */
    static Optional<String> write(
            long floor, Mark mark, Deployed.Thing there, long epoch, Mode mode) {
        if (floor > epoch) {
            return Optional.of("epoch " + floor + " is already in force");
        }
        if (there == null) {
            return mark.givesUp(epoch)
                    ? Optional.of("epoch " + epoch + " was given up here")
                    : Optional.empty();
        }
        if (there.epoch > epoch) {
            return Optional.of("epoch " + there.epoch + " is already in force");
        }
        boolean keptStaged = there.before != null && there.before.startsWith(Mode.STAGED + "/");
        boolean runs = there.mode == Mode.RUNNING || there.mode == Mode.STOPPED && !keptStaged;
        return there.epoch == epoch && mode == Mode.STAGED && runs
                ? Optional.of("it is not staged again")
                : Optional.empty();
    }

    static Optional<String> raise(long floor, long to) {
        return floor > to
                ? Optional.of("epoch " + floor + " is already in force")
                : Optional.empty();
    }
}
