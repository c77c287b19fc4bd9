package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What an actuator has done since it was made. Thread-safe. */
public final class ActuatorMetrics {
    private final Map<Outcome.Status, LongAdder> outcomes = new EnumMap<>(Outcome.Status.class);
    private final LongAdder commands = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder superseded = new LongAdder();
    private final LongAdder effects = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder unpublished = new LongAdder();

    public ActuatorMetrics() {
        for (Outcome.Status status : Outcome.Status.values()) {
            outcomes.put(status, new LongAdder());
        }
    }

    void command() {
        commands.increment();
    }

    void redelivered() {
        redelivered.increment();
    }

    void superseded() {
        superseded.increment();
    }

    void effect() {
        effects.increment();
    }

    void error() {
        errors.increment();
    }

    void unpublished() {
        unpublished.increment();
    }

    void outcome(Outcome.Status status) {
        outcomes.get(status).increment();
    }

    /** Commands taken up. */
    public long commands() {
        return commands.sum();
    }

    /** Commands that were delivered while they were carried out already. */
    public long redeliveredCommands() {
        return redelivered.sum();
    }

    /** Commands that a higher epoch has ended. */
    public long supersededCommands() {
        return superseded.sum();
    }

    /** Acts that a site has accepted. */
    public long effects() {
        return effects.sum();
    }

    /** Acts that have failed. */
    public long errors() {
        return errors.sum();
    }

    /** Outcomes that are not known to be durable; those that end a command are sent again. */
    public long unpublishedOutcomes() {
        return unpublished.sum();
    }

    public long outcomes(Outcome.Status status) {
        return outcomes.get(status).sum();
    }
}
