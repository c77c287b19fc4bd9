package dev.tradewind.job.topology;

import dev.tradewind.job.journal.JournalRecord;
import dev.tradewind.job.placement.Word;
import dev.tradewind.model.wire.Command;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * What the job writes and commands.
 *
 * @param commands must act only when the checkpoint that holds them is complete
 * @param admission from where {@link Inputs#admission} comes
 */
public record Outputs(Sink<Command> commands, Sink<JournalRecord> journal, Sink<Word> admission) {}
