package dev.tradewind.sinks.command;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.KafkaOutcomePublisher;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.port.Sites;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Takes commands into the checkpoint and hands them to an {@link
 * dev.tradewind.sinks.actuator.Actuator} once it is complete: only what is durable is acted upon.
 *
 * <p>Guarantee: a command is handed over at least once, and its effects are not repeated. The
 * committer returns at once; what became of the command is told in outcomes. A command that was
 * handed over and not yet accepted when the job failed is lost here, so the sender sends it again
 * until it hears {@code accepted} or an end.
 *
 * <p>Set its parallelism to 1: an actuator for each subtask would work, as leases and epochs hold
 * between them, but commands of one workload could then overtake each other.
 */
public final class CommandSink implements Sink<Command>, SupportsCommitter<Command> {
    private static final long serialVersionUID = 1L;

    private final Config config;
    private final SitesFactory sites;
    private final OutcomesFactory outcomes;

    /**
     * @param sites opens the connections, where the committer runs
     */
    public CommandSink(Config config, SitesFactory sites) {
        this(
                config,
                sites,
                c ->
                        KafkaOutcomePublisher.open(
                                c.bootstrapServers(), c.outcomesTopic(), c.propertiesFile()));
    }

    CommandSink(Config config, SitesFactory sites, OutcomesFactory outcomes) {
        this.config = config;
        this.sites = sites;
        this.outcomes = outcomes;
    }

    @Override
    public SinkWriter<Command> createWriter(WriterInitContext context) {
        return new CommandWriter();
    }

    @Override
    public Committer<Command> createCommitter(CommitterInitContext context) throws IOException {
        return CommandCommitter.open(config, sites, outcomes, context.metricGroup());
    }

    @Override
    public SimpleVersionedSerializer<Command> getCommittableSerializer() {
        return new CommandSerializer();
    }

    /** Opens the connections of a directory. */
    public interface SitesFactory extends Serializable {
        /**
         * @param connectionsDirectory of connection files
         */
        Sites open(String connectionsDirectory) throws IOException;
    }

    /** Opens the way out of outcomes. */
    interface OutcomesFactory extends Serializable {
        OutcomePublisher open(Config config) throws IOException;
    }

    /**
     * @param connectionsDirectory of connection files
     * @param bootstrapServers of the control Kafka
     * @param outcomesTopic where outcomes go
     * @param propertiesFile of the producer of outcomes, for credentials; null: none
     * @param actuator how it works
     */
    public record Config(
            String connectionsDirectory,
            String bootstrapServers,
            String outcomesTopic,
            String propertiesFile,
            ActuatorConfig actuator)
            implements Serializable {

        public Config withDeadlines(Deadlines deadlines) {
            return new Config(
                    connectionsDirectory,
                    bootstrapServers,
                    outcomesTopic,
                    propertiesFile,
                    actuator.within(deadlines));
        }
    }
}
