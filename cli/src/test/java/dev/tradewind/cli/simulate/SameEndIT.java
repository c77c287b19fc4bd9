package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The simulation's model is held against the testbed: the same faults, in the same moves of one
 * workload to and fro, must end alike on both: with the same outcome, the same effects in the same
 * order, the workload at the same site, and no record lost, doubled or out of order.
 */
class SameEndIT {
    private static final List<String> LATE =
            List.of(
                    "to frankfurt: completed: reverse at frankfurt, runs at frankfurt",
                    "to oslo: completed: reverse at frankfurt, reverse at oslo, runs at oslo",
                    "each record once and in order");

    private final List<Outcome> told = new CopyOnWriteArrayList<>();

    @Test
    void theModelAndTheTestbedEndAlike() throws Exception {
        List<FaultScript> scripts = FaultScript.all();
        List<String> model = new ArrayList<>();
        try (Ground ground = new ModelGround()) {
            play(ground, scripts, model::add);
        }
        assertThat(model)
                .as("each script struck, and ended in one of the ways that there are")
                .allMatch(
                        e ->
                                e.contains(": completed at target")
                                        || e.contains(": rolledBack at source")
                                        || e.contains(": refused at source"))
                .noneMatch(e -> e.contains("never struck"));
        Deque<String> expected = new ArrayDeque<>(model);
        try (Ground ground = new TestbedGround(false)) {
            play(
                    ground,
                    scripts,
                    end -> {
                        System.out.println(end);
                        assertThat(end).as("on the testbed").isEqualTo(expected.poll());
                    });
        }
        assertThat(expected).isEmpty();
    }

    /** A site is lost again and again, failed over, and taken back when it is there again. */
    @Test
    void theModelAndTheTestbedEndAlikeWhereASiteIsLost() throws Exception {
        List<String> model = new ArrayList<>();
        try (Ground ground = new ModelGround(List.of(Ground.HOME, Ground.AWAY), true)) {
            lose(ground, model::add);
        }
        assertThat(model)
                .allMatch(e -> e.contains(": completed"))
                .noneMatch(e -> e.contains("never struck"));
        Deque<String> expected = new ArrayDeque<>(model);
        try (Ground ground = new TestbedGround(true)) {
            lose(
                    ground,
                    end -> {
                        System.out.println(end);
                        assertThat(end).as("on the testbed").isEqualTo(expected.poll());
                    });
        }
        assertThat(expected).isEmpty();
    }

    private void lose(Ground ground, Consumer<String> ends) throws Exception {
        told.clear();
        long epoch = 0;
        run(ground, command(ground, ++epoch, null, Ground.HOME), null);
        List<FaultScript> over = FaultScript.ofFailovers();
        List<FaultScript> back = FaultScript.ofReclaims();
        for (int i = 0; i < over.size(); i++) {
            run(ground, command(ground, ++epoch, Ground.HOME, Ground.AWAY), null);
            ground.lose(Ground.AWAY);
            Run failedOver =
                    run(ground, command(ground, ++epoch, Command.Action.failover), over.get(i));
            ends.accept(line(over.get(i), failedOver));
            ground.heal(Ground.AWAY);
            Run reclaimed =
                    run(
                            ground,
                            command(ground, ++epoch, Command.Action.reclaim)
                                    .after(List.of(Ground.AWAY), failedOver.end().loss().cut()),
                            back.get(i));
            ends.accept(line(back.get(i), reclaimed) + ", runs at " + at(ground));
        }
        ends.accept(": completed, " + ground.audit(Ground.HOME));
    }

    /** A request to reverse its topic is done when the workload has come back. */
    @Test
    void theModelAndTheTestbedEndAlikeWhereAReverseIsDoneLate() throws Exception {
        List<String> model = new ArrayList<>();
        try (Ground ground = new ModelGround(List.of(Ground.HOME, Ground.AWAY), true)) {
            late(ground, model::add);
        }
        assertThat(model).containsExactlyElementsOf(LATE);
        Deque<String> expected = new ArrayDeque<>(model);
        try (Ground ground = new TestbedGround(true)) {
            late(
                    ground,
                    end -> {
                        System.out.println(end);
                        assertThat(end).as("on the testbed").isEqualTo(expected.poll());
                    });
        }
        assertThat(expected).isEmpty();
    }

    /** The next command, whichever it is, begins by taking the topic back. */
    private void late(Ground ground, Consumer<String> ends) throws Exception {
        told.clear();
        long epoch = 0;
        String at = null;
        for (String to : List.of(Ground.HOME, Ground.AWAY, Ground.HOME)) {
            run(ground, command(ground, ++epoch, at, to), null);
            at = to;
        }
        for (String to : List.of(Ground.HOME, Ground.AWAY)) {
            ground.reversesLate(Ground.AWAY, Ground.HOME);
            Run run = run(ground, command(ground, ++epoch, Ground.HOME, to), null);
            ends.accept(
                    "to "
                            + to
                            + ": "
                            + run.end().status()
                            + ": "
                            + String.join(
                                    ", ",
                                    run.done().stream()
                                            .filter(e -> e.startsWith("reverse"))
                                            .toList())
                            + ", runs at "
                            + at(ground));
        }
        ends.accept(ground.audit(Ground.AWAY));
    }

    private static String line(FaultScript script, Run run) {
        return script
                + ": "
                + run.end().status()
                + (run.left() == 0 ? "" : ", and never struck")
                + ": "
                + String.join(", ", run.done());
    }

    /** One line for each script, and one for the records. */
    private void play(Ground ground, List<FaultScript> scripts, Consumer<String> ends)
            throws Exception {
        told.clear();
        String at = null;
        long epoch = 0;
        // there and back first: from then on both sites have worked together before
        for (String to : List.of(Ground.HOME, Ground.AWAY, Ground.HOME)) {
            run(ground, command(ground, ++epoch, at, to), null);
            at = to;
        }
        for (FaultScript script : scripts) {
            String from = at;
            String to = from.equals(Ground.HOME) ? Ground.AWAY : Ground.HOME;
            Run run = run(ground, command(ground, ++epoch, from, to), script);
            at = at(ground);
            ends.accept(
                    (script
                                    + ": "
                                    + run.end().status()
                                    + " at "
                                    + at
                                    + (run.left() == 0 ? "" : ", and never struck")
                                    + ": "
                                    + String.join(", ", run.done()))
                            .replace("at " + from, "at source")
                            .replace("at " + to, "at target"));
        }
        ends.accept(": completed at target, " + ground.audit(at));
    }

    /**
     * @param done what took effect, in order
     * @param left how often the script did not strike
     */
    private record Run(Outcome end, List<String> done, int left) {}

    private Run run(Ground ground, Command command, FaultScript script) {
        ScriptedSites first = new ScriptedSites(ground.sites(), script);
        List<String> done = new ArrayList<>();
        try (Actuator process = ground.actuator(first, OutcomePublisher.telling(told::add))) {
            process.submit(command);
            ground.until(
                    script + " has ended", () -> first.dead() || end(command.commandId()) != null);
        }
        done.addAll(first.done());
        if (first.dead()) {
            ScriptedSites second = new ScriptedSites(ground.sites(), null);
            try (Actuator process = ground.actuator(second, OutcomePublisher.telling(told::add))) {
                process.submit(command);
                ground.until(
                        script + " has ended, by another process",
                        () -> end(command.commandId()) != null);
            }
            done.addAll(second.done());
        }
        return new Run(end(command.commandId()), done, first.left());
    }

    private Outcome end(String command) {
        return told.stream()
                .filter(o -> o.commandId().equals(command) && o.status().isTerminal())
                .findFirst()
                .orElse(null);
    }

    /** Where it runs; two, or none, are no site. */
    private static String at(Ground ground) {
        List<String> at = new ArrayList<>();
        ground.until(
                "it runs somewhere",
                () -> {
                    at.clear();
                    try {
                        for (String site : List.of(Ground.HOME, Ground.AWAY)) {
                            if (ground.sites()
                                            .cluster(site)
                                            .observe(Ground.WORKLOAD, List.of())
                                            .podsPresent()
                                    > 0) {
                                at.add(site);
                            }
                        }
                    } catch (PortException e) {
                        // a site of the testbed is slow now and then
                        return false;
                    }
                    return !at.isEmpty();
                });
        return String.join(" and ", at);
    }

    private static Command command(Ground ground, long epoch, String from, String to) {
        return ground.command(epoch, Command.Action.run, from, to, from, false);
    }

    /** About the site that was lost. */
    private static Command command(Ground ground, long epoch, Command.Action action) {
        String home = action == Command.Action.reclaim ? Ground.HOME : Ground.AWAY;
        return ground.command(epoch, action, Ground.AWAY, Ground.HOME, home, false);
    }
}
