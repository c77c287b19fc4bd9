package dev.tradewind.sinks.command;

import dev.tradewind.model.wire.Command;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;

/** Keeps commands until the checkpoint. */
final class CommandWriter implements CommittingSinkWriter<Command, Command> {
    private List<Command> commands = new ArrayList<>();

    @Override
    public void write(Command command, Context context) {
        commands.add(command);
    }

    @Override
    public void flush(boolean endOfInput) {
        // they leave with the checkpoint, not before
    }

    @Override
    public Collection<Command> prepareCommit() {
        List<Command> taken = commands;
        commands = new ArrayList<>();
        return taken;
    }

    @Override
    public void close() {
        commands.clear();
    }
}
