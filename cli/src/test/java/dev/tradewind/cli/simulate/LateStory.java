package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * Commands for one workload, one after the other, between which something is done late. On the
 * simulation's model.
 */
abstract class LateStory {
    static final String HOME = Ground.HOME;
    static final String AWAY = Ground.AWAY;

    final ModelGround ground = new ModelGround(List.of(HOME, AWAY, "paris"), false);
    private long epoch;

    /** What was told of the last command. */
    List<Outcome> told;

    /** What took effect of it. */
    List<String> done;

    @AfterEach
    void close() {
        ground.close();
    }

    /** As the process sees them that carries commands out. */
    Sites sites() {
        return ground.sites();
    }

    Outcome runs(String from, String to) {
        return does(command(Action.run, from, to));
    }

    Command command(Action action, String from, String to) {
        return ground.command(++epoch, action, from, to, from, true);
    }

    Outcome does(Command command) {
        Ground.Played played = ground.play(command, sites());
        told = played.told();
        done = played.done();
        return played.end();
    }
}
