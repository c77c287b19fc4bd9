package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.sources.unsplit.NoSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edit is in force after two looks, and there is one each quarter of a second: that it takes
 * half a second and what the machine needs. What that is by the clock {@code bench catalog}
 * measures.
 */
class CatalogEnumeratorTest {
    @TempDir Path directory;

    private final Looks looks = new Looks();

    @Test
    void anEditIsSentAtTheSecondLookAfterIt() throws IOException {
        start();
        for (int i = 0; i < 5; i++) {
            write("site-" + i);
            looks.look();
            assertThat(looks.sent).as("half a file may be a catalog").hasSize(i);
            looks.look();
            assertThat(looks.sent).hasSize(i + 1);
            assertThat(looks.sent.get(i)).containsExactly("site-" + i);
        }
        looks.look();
        assertThat(looks.sent).as("nothing is new").hasSize(5);
    }

    @Test
    void thereIsOneAtOnceAndThenOneEachQuarterOfASecond() {
        start();
        assertThat(looks.firstAfterMillis).isZero();
        assertThat(looks.eachMillis).isEqualTo(250);
    }

    @Test
    void aLookThatFailsIsFollowedByOthers() throws IOException {
        start();
        looks.fail();
        write("a");
        looks.look();
        looks.look();
        assertThat(looks.sent).containsExactly(List.of("a"));
    }

    private void start() {
        new CatalogEnumerator(
                        looks,
                        directory,
                        CatalogSource.DEFAULT_POLL_MILLIS,
                        CatalogParser::parse,
                        EnergyClock.WALL,
                        CatalogState.NONE)
                .start();
    }

    private void write(String site) throws IOException {
        Files.writeString(
                directory.resolve("a.yaml"),
                "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: "
                        + site
                        + "}\nspec: {zone: DE, connection: c}\n");
    }

    /** Flink, which looks when it is told to. */
    private static final class Looks implements SplitEnumeratorContext<NoSplit> {
        private long firstAfterMillis = -1;
        private long eachMillis = -1;
        private Runnable look;
        private Runnable failing;

        /** The sites of each catalog. */
        private final List<List<String>> sent = new ArrayList<>();

        void look() {
            look.run();
        }

        void fail() {
            failing.run();
        }

        @Override
        public <T> void callAsync(
                Callable<T> callable, BiConsumer<T, Throwable> handler, long first, long each) {
            firstAfterMillis = first;
            eachMillis = each;
            failing = () -> handler.accept(null, new IOException("of this test"));
            look =
                    () -> {
                        try {
                            handler.accept(callable.call(), null);
                        } catch (Exception e) {
                            handler.accept(null, e);
                        }
                    };
        }

        @Override
        public void sendEventToSourceReader(int subtask, SourceEvent event) {
            Catalog catalog = ((CatalogEvent) event).news().catalog();
            if (catalog != null) {
                sent.add(catalog.sites().stream().map(Site::name).toList());
            }
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return Map.of(0, new ReaderInfo(0, "here"));
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
        }

        @Override
        public int currentParallelism() {
            return 1;
        }

        @Override
        public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void assignSplits(SplitsAssignment<NoSplit> assignment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void signalNoMoreSplits(int subtask) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void runInCoordinatorThread(Runnable runnable) {
            runnable.run();
        }
    }
}
