package dev.tradewind.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogNews;
import dev.tradewind.sources.catalog.CatalogSource;
import dev.tradewind.sources.unsplit.NoSplit;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.mocks.MockSplitEnumeratorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the job is started with is what its catalog is held to. */
class CatalogOptionsTest {
    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: dear}
            spec: {signal: price, when: {sustained: {above: 120 USD/MWh, for: 2h}}, then: hold}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: silent}
            spec: {signal: price, when: {silence: {for: 9d}}, then: hold}
            """;

    @TempDir private Path dir;

    @Test
    void theLimitsAndTheCurrenciesOfTheOptionsReachTheCatalog() throws Throwable {
        Files.writeString(dir.resolve("c.yaml"), CATALOG);
        CatalogNews taken = news("--rules.maxWindow=9d", "--rules.most=2", "--currencies=USD=0.5");
        assertThat(taken.problems()).isEmpty();
        assertThat(taken.catalog().rule("dear").orElseThrow().sustained().enter()).isEqualTo(60);

        CatalogNews tooMany =
                news("--rules.maxWindow=9d", "--rules.most=1", "--currencies=USD=0.5");
        assertThat(tooMany.problems())
                .extracting(Problem::message)
                .containsExactly("the catalog has 2 rules");
        CatalogNews tooLong = news("--rules.maxWindow=1h", "--currencies=USD=0.5");
        assertThat(tooLong.problems())
                .extracting(Problem::expected)
                .containsExactly("a duration of at most 1h", "a duration of at most 1h");
        assertThat(news().problems())
                .extracting(Problem::line)
                .as("by default: a currency without a rate, and more than eight days")
                .containsExactly(4, 9);
    }

    /** What the source says of the directory. */
    // The context's close() throws Exception, which may be an InterruptedException.
    @SuppressWarnings("try")
    private CatalogNews news(String... options) throws Throwable {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap.servers=none:1",
                                "--catalog.dir=" + dir,
                                "--connections.dir=none"));
        args.addAll(List.of(options));
        TradewindOptions parsed = TradewindOptions.parse(args.toArray(String[]::new));
        CatalogSource source =
                (CatalogSource) Main.inputs(parsed, EnergyClock.WALL, Map.of(), null).catalog();
        try (MockSplitEnumeratorContext<NoSplit> context = new MockSplitEnumeratorContext<>(1)) {
            context.registerReader(new ReaderInfo(0, "here"));
            source.createEnumerator(context).start();
            // What it reads twice is at rest.
            context.runPeriodicCallable(0);
            context.runPeriodicCallable(0);
            SourceReader<CatalogNews, NoSplit> reader = source.createReader(null);
            for (SourceEvent event : context.getSentSourceEvent().get(0)) {
                reader.handleSourceEvents(event);
            }
            List<CatalogNews> said = new ArrayList<>();
            reader.pollNext(collecting(said));
            assertThat(said).hasSize(1);
            return said.get(0);
        }
    }

    @SuppressWarnings("unchecked")
    private static ReaderOutput<CatalogNews> collecting(List<CatalogNews> said) {
        return (ReaderOutput<CatalogNews>)
                Proxy.newProxyInstance(
                        CatalogOptionsTest.class.getClassLoader(),
                        new Class<?>[] {ReaderOutput.class},
                        (proxy, method, args) ->
                                method.getName().equals("collect")
                                        ? said.add((CatalogNews) args[0])
                                        : null);
    }
}
