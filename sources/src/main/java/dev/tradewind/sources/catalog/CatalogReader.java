package dev.tradewind.sources.catalog;

import dev.tradewind.sources.unsplit.NoSplit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/**
 * Emits what the enumerator sends. It keeps nothing: after a restore the enumerator sends what is
 * so again. Its output is idle at all times, so that it never holds event time back, and never
 * ends, so that it never moves it.
 */
final class CatalogReader implements SourceReader<CatalogNews, NoSplit> {
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private final Deque<CatalogNews> next = new ArrayDeque<>();
    private boolean idle;

    @Override
    public void start() {}

    @Override
    public void handleSourceEvents(SourceEvent event) {
        CatalogNews news = ((CatalogEvent) event).news();
        // A catalog is the whole of it: what was not yet emitted is out of date. What else comes
        // is out of date by the next of its kind.
        next.removeIf(before -> news.catalog() != null || before.catalog() == null);
        next.add(news);
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<CatalogNews> output) {
        if (!idle) {
            output.markIdle();
            idle = true;
        }
        while (!next.isEmpty()) {
            output.collect(next.poll());
        }
        if (available.isDone()) {
            available = new CompletableFuture<>();
        }
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
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
