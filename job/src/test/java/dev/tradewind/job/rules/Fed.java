package dev.tradewind.job.rules;

import dev.tradewind.sources.unsplit.NoSplit;
import dev.tradewind.sources.unsplit.StatelessSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/** A source that is fed in this process, and never ends. Its elements come in order. */
final class Fed<T> extends StatelessSource<T> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, Table> TABLES = new ConcurrentHashMap<>();

    private final String name;

    private static final class Table {
        private final Queue<Object> food = new ConcurrentLinkedQueue<>();
        private CompletableFuture<Void> served = new CompletableFuture<>();

        synchronized CompletableFuture<Void> served() {
            if (served.isDone() && food.isEmpty()) {
                served = new CompletableFuture<>();
            }
            return served;
        }

        synchronized void serve(Object element) {
            food.add(element);
            served.complete(null);
        }
    }

    Fed(String name) {
        this.name = name;
    }

    private Table table() {
        return TABLES.computeIfAbsent(name, none -> new Table());
    }

    void feed(T element) {
        table().serve(element);
    }

    @Override
    public SourceReader<T, NoSplit> createReader(SourceReaderContext context) {
        // One alone reads: two would take turns, and mix up the order in which they were fed.
        return new Reader<>(context.getIndexOfSubtask() == 0 ? table() : new Table());
    }

    private static final class Reader<T> implements SourceReader<T, NoSplit> {
        private final Table table;

        Reader(Table table) {
            this.table = table;
        }

        @Override
        public void start() {}

        @Override
        @SuppressWarnings("unchecked")
        public InputStatus pollNext(ReaderOutput<T> output) {
            Object next = table.food.poll();
            if (next == null) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            output.collect((T) next);
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return table.served();
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public void addSplits(List<NoSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
