package dev.tradewind.sinks.command;

import dev.tradewind.model.wire.Command;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import tools.jackson.core.JacksonException;

/** Commands in checkpoints: JSON, so that a later version can add fields. */
public final class CommandSerializer implements SimpleVersionedSerializer<Command> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Command command) {
        return Json.bytes(command);
    }

    @Override
    public Command deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "commands of version " + version + " in state, but this reads " + VERSION);
        }
        try {
            return Json.LENIENT.readValue(bytes, Command.class);
        } catch (JacksonException e) {
            throw new IOException("a command in state can't be read", e);
        }
    }
}
