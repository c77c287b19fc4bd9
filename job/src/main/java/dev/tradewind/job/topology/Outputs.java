package dev.tradewind.job.topology;

import dev.tradewind.job.journal.JournalRecord;
import dev.tradewind.model.wire.Command;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * What the job writes and commands.
 *
 * @param commands must act only when the checkpoint that holds them is complete
 */
public record Outputs(Sink<Command> commands, Sink<JournalRecord> journal) {}
