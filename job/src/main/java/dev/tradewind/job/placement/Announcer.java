package dev.tradewind.job.placement;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what comes of a step: in its streams, in the log, and counted. */
final class Announcer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Announcer.class);

    private final Output<StreamRecord<Command>> output;
    private final Counter commands;
    private final Counter decisions;
    private final Counter refusals;

    Announcer(Output<StreamRecord<Command>> output, MetricGroup group) {
        this.output = output;
        this.commands = group.counter("commands");
        this.decisions = group.counter("decisions");
        this.refusals = group.counter("refusals");
    }

    void announce(String workload, Step step, long nowMillis) {
        for (Decision decision : step.decisions()) {
            decisions.inc();
            if (decision.verdict() == Decision.Verdict.refused) {
                refusals.inc();
            }
            LOGGER.info(
                    "workload {} epoch {}: {}: {}",
                    workload,
                    decision.epoch(),
                    decision.verdict(),
                    decision.reason());
            output.collect(PlacementOperator.DECISIONS, new StreamRecord<>(decision, nowMillis));
        }
        if (step.placement() != null) {
            output.collect(
                    PlacementOperator.PLACEMENTS, new StreamRecord<>(step.placement(), nowMillis));
        }
        if (step.command() != null) {
            commands.inc();
            LOGGER.info(
                    "workload {} epoch {}: command {} {} from {} to {}",
                    workload,
                    step.command().epoch(),
                    step.command().commandId(),
                    step.command().action(),
                    step.command().from(),
                    step.command().to());
            output.collect(new StreamRecord<>(step.command(), nowMillis));
        }
    }
}
