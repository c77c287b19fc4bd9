/**
 * Brings about commands: look, decide by {@link dev.tradewind.sinks.handover.Handover}, act, tell,
 * until it is as the command asks.
 */
package dev.tradewind.sinks.actuator;
