package dev.tradewind.sources.unsplit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/**
 * A feed that sends its elements and then falls silent without ending, as feeds do. The element is
 * made of its number by {@code maker}, on the one reader; run it at parallelism 1.
 */
public final class ListSource<T> extends StatelessSource<T> {
    private static final long serialVersionUID = 1L;

    /** Makes the element of a number. */
    public interface Maker<T> extends Serializable {
        T make(int number);
    }

    private final int count;
    private final Maker<T> maker;

    public ListSource(int count, Maker<T> maker) {
        this.count = count;
        this.maker = maker;
    }

    @Override
    public SourceReader<T, NoSplit> createReader(SourceReaderContext context) {
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(maker.make(i));
        }
        return new Reader<>(elements);
    }

    private static final class Reader<T> implements SourceReader<T, NoSplit> {
        private final CompletableFuture<Void> never = new CompletableFuture<>();
        private final List<T> elements;
        private int next;

        Reader(List<T> elements) {
            this.elements = elements;
        }

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<T> output) {
            if (next < elements.size()) {
                output.collect(elements.get(next++));
                return InputStatus.MORE_AVAILABLE;
            }
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return next < elements.size() ? CompletableFuture.completedFuture(null) : never;
        }

        @Override
        public void addSplits(List<NoSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
