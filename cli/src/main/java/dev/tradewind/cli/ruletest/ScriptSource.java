package dev.tradewind.cli.ruletest;

import dev.tradewind.sources.unsplit.NoSplit;
import dev.tradewind.sources.unsplit.StatelessSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/** Reads a {@link Script}: readings and catalogs as elements, the passing of time as watermarks. */
final class ScriptSource extends StatelessSource<Script.Line> {
    private static final long serialVersionUID = 1L;

    private final int script;

    ScriptSource(int script) {
        this.script = script;
    }

    @Override
    public SourceReader<Script.Line, NoSplit> createReader(SourceReaderContext context) {
        return new Reader(Script.of(script));
    }

    private record Reader(Script script) implements SourceReader<Script.Line, NoSplit> {
        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<Script.Line> output) {
            Script.Line line = script.take();
            if (line == null) {
                script.allTaken();
                return InputStatus.NOTHING_AVAILABLE;
            }
            if (line.time() != null) {
                output.emitWatermark(new Watermark(line.time()));
            } else if (line.sample() != null) {
                output.collect(line, line.sample().eventMillis());
            } else if (line.catalog() != null) {
                output.collect(line);
            } else {
                return InputStatus.END_OF_INPUT;
            }
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return script.available();
        }

        @Override
        public void addSplits(List<NoSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
