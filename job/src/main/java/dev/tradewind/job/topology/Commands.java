package dev.tradewind.job.topology;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.command.CommandSink;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.sites.ConnectedSites;
import java.nio.file.Path;

/** The sink of commands, as the options say. */
public final class Commands {
    private Commands() {}

    public static CommandSink sink(TradewindOptions options) {
        long call = options.get(TradewindOptions.CALL_TIMEOUT);
        return new CommandSink(
                new CommandSink.Config(
                        options.get(TradewindOptions.CONNECTIONS_DIR),
                        options.get(TradewindOptions.BOOTSTRAP_SERVERS),
                        options.get(TradewindOptions.OUTCOMES),
                        options.get(TradewindOptions.PROPERTIES_FILE),
                        actuator(options)),
                directory -> new ConnectedSites(Path.of(directory), call));
    }

    private static ActuatorConfig actuator(TradewindOptions options) {
        return new ActuatorConfig(
                options.get(TradewindOptions.GROUP_ID),
                options.get(TradewindOptions.ACTUATOR_THREADS),
                options.get(TradewindOptions.ACTUATOR_POLL),
                options.get(TradewindOptions.ACTUATOR_JOB_POLL),
                options.get(TradewindOptions.ACTUATOR_LEASE),
                options.get(TradewindOptions.ACTUATOR_RETRY),
                options.get(TradewindOptions.ACTUATOR_RETRY_MAX),
                new Deadlines(
                        options.get(TradewindOptions.DEADLINE_CHECK),
                        options.get(TradewindOptions.DEADLINE_ACT),
                        options.get(TradewindOptions.DEADLINE_CATCH_UP),
                        options.get(TradewindOptions.DEADLINE_DRAIN),
                        options.get(TradewindOptions.DEADLINE_WRITABLE),
                        options.get(TradewindOptions.DEADLINE_READY),
                        options.get(TradewindOptions.DEADLINE_SETTLE),
                        options.get(TradewindOptions.DEADLINE_LOST)),
                options.get(TradewindOptions.ACTUATOR_DRY_RUN));
    }
}
