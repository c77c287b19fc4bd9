/**
 * The handover of a workload between two sites as a pure function: {@code next(command,
 * observation)} says the next step, and nothing else decides.
 */
package dev.tradewind.sinks.handover;
