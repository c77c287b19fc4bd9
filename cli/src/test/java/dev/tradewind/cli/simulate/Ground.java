package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Where scripts are played: two sites, a workload that is fed without pause, and time. */
interface Ground extends AutoCloseable {
    String HOME = "frankfurt";
    String AWAY = "oslo";
    String WORKLOAD = "shop/orders";
    String OUTPUT = "orders.out";

    Sites sites();

    /** One process, which works on these. */
    Actuator actuator(Sites sites, OutcomePublisher publisher);

    WorkloadSpec spec();

    /** About the workload; its decision, and its own number, are named by the epoch. */
    default Command command(
            long epoch,
            Command.Action action,
            String from,
            String to,
            String dataHome,
            boolean rebuildMirrors) {
        return new Command(
                "c-" + epoch,
                "d-" + epoch,
                WORKLOAD,
                epoch,
                action,
                from,
                to,
                dataHome,
                spec(),
                new Guard(
                        List.of("shop"),
                        List.of("Deployment", "ConfigMap"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        rebuildMirrors),
                Instant.EPOCH,
                Map.of(),
                null);
    }

    /**
     * A request to make the workload's topic writable at a site, and a mirror at another, is done:
     * it was held up on its way, or who was about to send it has slept.
     */
    default void reversesLate(String at, String mirror) throws PortException {
        sites().data(mirror, at).reverse(List.of(OUTPUT));
        until("it is writable at " + at, () -> isWritable(at));
    }

    /** At this site, and at no other. */
    private boolean isWritable(String at) {
        try {
            return sites().homes(List.of(OUTPUT)).equals(List.of(at));
        } catch (PortException e) {
            return false;
        }
    }

    /**
     * @param told in order
     * @param done what took effect, in order, each with its site
     */
    record Played(List<Outcome> told, List<String> done) {
        /** Null: it has none yet. */
        Outcome end() {
            return told.stream().filter(o -> o.status().isTerminal()).findFirst().orElse(null);
        }
    }

    /** One process carries a command out, to its end. */
    default Played play(Command command) {
        return play(command, sites());
    }

    /**
     * @param on as that process sees them
     */
    default Played play(Command command, Sites on) {
        ScriptedSites sites = new ScriptedSites(on, null);
        List<Outcome> told = new CopyOnWriteArrayList<>();
        try (Actuator process = actuator(sites, OutcomePublisher.telling(told::add))) {
            process.submit(command);
            until(
                    "the end of " + command.commandId(),
                    () -> new Played(told, List.of()).end() != null);
        }
        return new Played(List.copyOf(told), sites.done());
    }

    /** Lets time pass until it is so. */
    void until(String what, BooleanSupplier so);

    /** Nobody reaches the site any more; what runs there may go on. */
    void lose(String site);

    /** It is there again. */
    void heal(String site);

    /** Ends the feeding, and says what became of the records. */
    String audit(String at);

    @Override
    void close();
}
