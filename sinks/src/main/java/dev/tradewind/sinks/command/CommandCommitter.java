package dev.tradewind.sinks.command;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.actuator.UnderWay;
import dev.tradewind.sinks.command.CommandSink.Config;
import dev.tradewind.sinks.command.CommandSink.OutcomesFactory;
import dev.tradewind.sinks.command.CommandSink.SitesFactory;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.sinks.port.Sites;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Hands commands to the actuator, and returns; it runs on the task's thread. */
final class CommandCommitter implements Committer<Command> {
    private final Sites sites;
    private final OutcomePublisher outcomes;
    private final Actuator actuator;

    private CommandCommitter(Sites sites, OutcomePublisher outcomes, Actuator actuator) {
        this.sites = sites;
        this.outcomes = outcomes;
        this.actuator = actuator;
    }

    static CommandCommitter open(
            Config config, SitesFactory sitesFactory, OutcomesFactory outcomes, MetricGroup group)
            throws IOException {
        Sites sites = sitesFactory.open(config.connectionsDirectory());
        OutcomePublisher publisher;
        try {
            publisher = outcomes.open(config);
        } catch (IOException | RuntimeException e) {
            sites.close();
            throw e;
        }
        ActuatorMetrics metrics = new ActuatorMetrics();
        Actuator actuator = new Actuator(sites, publisher, config.actuator(), metrics);
        register(group.addGroup("actuator"), metrics, actuator);
        return new CommandCommitter(sites, publisher, actuator);
    }

    private static void register(MetricGroup group, ActuatorMetrics metrics, Actuator actuator) {
        group.gauge("inFlight", (Gauge<Integer>) actuator::inFlight);
        group.gauge("commands", (Gauge<Long>) metrics::commands);
        group.gauge("redeliveredCommands", (Gauge<Long>) metrics::redeliveredCommands);
        group.gauge("supersededCommands", (Gauge<Long>) metrics::supersededCommands);
        group.gauge("effects", (Gauge<Long>) metrics::effects);
        group.gauge("errors", (Gauge<Long>) metrics::errors);
        group.gauge("unpublishedOutcomes", (Gauge<Long>) metrics::unpublishedOutcomes);
        moves(group, actuator::underWay);
        for (Outcome.Status status : Outcome.Status.values()) {
            group.gauge("outcomes." + status, (Gauge<Long>) () -> metrics.outcomes(status));
        }
    }

    /** How far those are that are under way, and whether one of them is stuck. */
    static void moves(MetricGroup group, Supplier<List<UnderWay>> underWay) {
        group.gauge(
                "oldestMillis",
                (Gauge<Long>)
                        () ->
                                underWay.get().stream()
                                        .mapToLong(UnderWay::ageMillis)
                                        .max()
                                        .orElse(0));
        group.gauge(
                "retries",
                (Gauge<Integer>) () -> underWay.get().stream().mapToInt(UnderWay::retries).sum());
        group.gauge(
                "overdue",
                (Gauge<Long>) () -> underWay.get().stream().filter(UnderWay::overdue).count());
        for (StepKind step : StepKind.values()) {
            if (!step.ends()) {
                group.gauge(
                        "steps." + step.text(),
                        (Gauge<Long>)
                                () ->
                                        underWay.get().stream()
                                                .filter(m -> m.step() == step)
                                                .count());
            }
        }
    }

    @Override
    public void commit(Collection<CommitRequest<Command>> requests) {
        for (CommitRequest<Command> request : requests) {
            actuator.submit(request.getCommittable());
        }
    }

    @Override
    public void close() {
        actuator.close();
        outcomes.close();
        sites.close();
    }
}
