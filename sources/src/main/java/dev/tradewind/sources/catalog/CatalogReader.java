package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.sources.unsplit.NoSplit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/**
 * Emits the catalogs that the enumerator sends. It keeps nothing: after a restore the enumerator
 * sends the one in force again. Its output is idle at all times, so that it never holds event time
 * back, and never ends, so that it never moves it.
 */
final class CatalogReader implements SourceReader<Catalog, NoSplit> {
    private final CatalogJson json = new CatalogJson();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private Catalog next;
    private boolean idle;

    @Override
    public void start() {}

    @Override
    public void handleSourceEvents(SourceEvent event) {
        CatalogEvent sent = (CatalogEvent) event;
        try {
            // A catalog is the whole of it: one that was not yet emitted is out of date.
            next = json.deserialize(sent.version(), sent.json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Catalog> output) {
        if (!idle) {
            output.markIdle();
            idle = true;
        }
        if (next != null) {
            output.collect(next);
            next = null;
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
