package dev.tradewind.sources.unsplit;

import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The split of a source that has none. Flink asks every source for a type of split; the clock and
 * the watched directory are one thing each, so nothing is ever handed out.
 */
public final class NoSplit implements SourceSplit {
    private NoSplit() {}

    @Override
    public String splitId() {
        throw new UnsupportedOperationException("there are no splits");
    }

    /** Never called, because there is nothing to write. */
    public static final class Serializer implements SimpleVersionedSerializer<NoSplit> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(NoSplit split) {
            throw new UnsupportedOperationException("there are no splits");
        }

        @Override
        public NoSplit deserialize(int version, byte[] serialized) {
            throw new UnsupportedOperationException("there are no splits");
        }
    }
}
