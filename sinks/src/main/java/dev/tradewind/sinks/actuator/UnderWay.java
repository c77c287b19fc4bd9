package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.handover.StepKind;

/**
 * How far a command is, for metrics.
 *
 * @param step that is done or waited for now; null: it has not been looked at yet
 * @param ageMillis since this actuator has it
 * @param retries so far: acts that failed, and waits for what does not answer
 * @param overdue its step lasts longer than the step's deadline: a person should look
 */
public record UnderWay(StepKind step, long ageMillis, int retries, boolean overdue) {}
