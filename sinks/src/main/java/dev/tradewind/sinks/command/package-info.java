/** The job's way to command: a Flink sink whose committables are commands. */
package dev.tradewind.sinks.command;
