package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Sites;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Where scripts are played: two sites, a workload that is fed without pause, and time. */
interface Ground extends AutoCloseable {
    String HOME = "frankfurt";
    String AWAY = "oslo";
    String WORKLOAD = "shop/orders";

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
