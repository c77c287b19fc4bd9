package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** When it looks and when an edit is sent is {@link CatalogEnumeratorTest}'s. */
class CatalogSourceTest {
    private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant STARTED = Instant.now();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .setConfiguration(METRICS.addToConfiguration(new Configuration()))
                            .build());

    /** Of the jobs, which run in this JVM: each catalog that came, as its sites' names. */
    private static final List<List<String>> SEEN = new CopyOnWriteArrayList<>();

    /** All the news that came. */
    private static final List<CatalogNews> NEWS = new CopyOnWriteArrayList<>();

    private static final AtomicBoolean FAIL = new AtomicBoolean();

    @TempDir Path temp;
    private Path directory;
    private JobClient job;

    @BeforeEach
    void prepare() {
        SEEN.clear();
        NEWS.clear();
        directory = temp.resolve("catalog");
    }

    @AfterEach
    void stop() throws Exception {
        if (job != null) {
            job.cancel().get();
        }
    }

    @Test
    void followsEditsKeepsTheLastGoodOneAndSaysSo() throws Exception {
        // There is no directory yet: the job waits for it.
        job = start(new Configuration());
        eventually(() -> count("rejected") == 1);
        eventually(() -> NEWS.size() == 1);
        assertThat(NEWS.get(0).version()).as("none is in force").isNull();
        assertThat(NEWS.get(0).problems().get(0).message()).contains("does not exist");

        Files.createDirectories(directory);
        write("a.yaml", site("frankfurt"));
        eventually(() -> SEEN.size() == 1);

        write("b.yaml", site("oslo"));
        eventually(() -> SEEN.size() == 2);
        assertThat(last()).containsExactly("frankfurt", "oslo");

        long rejectedBefore = count("rejected");
        write("b.yaml", "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: oslo");
        eventually(() -> count("rejected") == rejectedBefore + 1);
        eventually(() -> news().isRejection());
        assertThat(news().version()).isEqualTo(NEWS.get(NEWS.size() - 2).version());
        assertThat(news().problems().get(0).file()).isEqualTo("b.yaml");
        assertThat(SEEN).hasSize(2);

        // Back to what is in force: nothing new, and nothing wrong any more.
        write("b.yaml", site("oslo"));
        eventually(() -> !news().isRejection());
        assertThat(news().catalog()).isNull();
        assertThat(SEEN).hasSize(2);

        write("b.yaml", site("paris"));
        eventually(() -> SEEN.size() == 3);
        assertThat(last()).containsExactly("frankfurt", "paris");
        assertThat(count("accepted")).isEqualTo(4);
        assertThat(news().at()).as("since when").isBetween(STARTED, Instant.now());
    }

    @Test
    void followsTheSwapOfAMountedConfigMapAsOne() throws Exception {
        Files.createDirectories(directory);
        mount("..0", site("a-0"), site("b-0"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        Files.createSymbolicLink(directory.resolve("b.yaml"), Path.of("..data/b.yaml"));
        job = start(new Configuration());
        eventually(() -> SEEN.size() == 1);

        for (int i = 1; i <= 5; i++) {
            String now = "-" + i;
            mount(".." + i, site("a" + now), site("b" + now));
            eventually(() -> last().contains("a" + now));
        }
        assertThat(SEEN)
                .as("never a file of one with a file of the other")
                .containsExactly(
                        List.of("a-0", "b-0"),
                        List.of("a-1", "b-1"),
                        List.of("a-2", "b-2"),
                        List.of("a-3", "b-3"),
                        List.of("a-4", "b-4"),
                        List.of("a-5", "b-5"));
    }

    @Test
    void anEditOfAThousandRulesOverTwoHundredSites() throws Exception {
        Files.createDirectories(directory);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            all.append("---\n").append(site("site-" + i));
        }
        for (int i = 0; i < 1_000; i++) {
            all.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Rule
                    metadata: {name: rule-%d}
                    spec:
                      signal: price
                      sites: "site.name != 'site-%d'"
                      when: {sustained: {above: %d, for: 15m}}
                      then: reconsider
                    """
                            .formatted(i, i % 50, i));
        }
        write("a.yaml", all.toString());
        job = start(new Configuration());
        eventually(() -> SEEN.size() == 1);
        for (int i = 0; i < 3; i++) {
            String name = "another-" + i;
            write("b.yaml", site(name));
            eventually(() -> last().contains(name));
        }
    }

    /** Comments, order, another file name: none of it is an edit. */
    @Test
    void anotherSpellingOfTheSameDoesNotComeDownstream() throws Exception {
        Files.createDirectories(directory);
        write("a.yaml", site("frankfurt") + "---\n" + site("oslo"));
        job = start(new Configuration());
        eventually(() -> SEEN.size() == 1);
        write("a.yaml", "# a comment\n" + site("oslo") + "---\n" + site("frankfurt"));
        eventually(() -> count("accepted") == 2);
        Files.move(directory.resolve("a.yaml"), directory.resolve("b.yaml"));
        eventually(() -> count("accepted") == 3);
        write("c.yaml", site("paris"));
        eventually(() -> SEEN.size() == 2);
        assertThat(last()).containsExactly("frankfurt", "oslo", "paris");
    }

    @Test
    void theCatalogInForceSurvivesARestartWithoutTheDirectory() throws Exception {
        Files.createDirectories(directory);
        write("a.yaml", site("frankfurt"));
        job = start(new Configuration());
        eventually(() -> SEEN.size() == 1);
        String savepoint =
                job.stopWithSavepoint(
                                false,
                                temp.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        job = null;
        Files.move(directory, temp.resolve("elsewhere"));
        SEEN.clear();

        Configuration restore = new Configuration();
        restore.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        job = start(restore);
        eventually(() -> SEEN.size() == 1);
        assertThat(last()).containsExactly("frankfurt");
    }

    @Test
    void afterAFailureDownstreamTheCatalogInForceComesAgain() throws Exception {
        Files.createDirectories(directory);
        write("a.yaml", site("frankfurt"));
        Configuration restarts = new Configuration();
        restarts.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        restarts.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        job = start(restarts);
        eventually(() -> SEEN.size() == 1);
        write("a.yaml", "kind: [");
        eventually(() -> count("rejected") == 1);

        // The next one makes the operator fail, after which the job is as at its last checkpoint.
        FAIL.set(true);
        write("a.yaml", site("oslo"));
        eventually(() -> !FAIL.get());
        eventually(() -> SEEN.size() > 1 && last().equals(List.of("oslo")));
        assertThat(SEEN).allMatch(s -> s.equals(List.of("frankfurt")) || s.equals(List.of("oslo")));
    }

    private JobClient start(Configuration more) throws Exception {
        Configuration configuration = new Configuration(more);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        SingleOutputStreamOperator<CatalogNews> news =
                env.fromSource(
                                new CatalogSource(
                                        directory.toString(),
                                        CatalogSource.DEFAULT_POLL_MILLIS,
                                        Map.of()),
                                WatermarkStrategy.noWatermarks(),
                                "catalog")
                        .uid("catalog")
                        .setParallelism(1)
                        .map(
                                one -> {
                                    NEWS.add(one);
                                    return one;
                                })
                        .returns(CatalogNews.class)
                        .uid("news")
                        .setParallelism(1);
        CatalogSource.inForce(news, "in-force")
                .process(new Remember())
                .uid("remember")
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        return env.executeAsync("catalog " + directory);
    }

    /** Swaps the content as the kubelet does. */
    private void mount(String version, String a, String b) throws IOException {
        Path data = Files.createDirectories(directory.resolve(version));
        Files.writeString(data.resolve("a.yaml"), a);
        Files.writeString(data.resolve("b.yaml"), b);
        Path link = directory.resolve("..data_tmp");
        Files.createSymbolicLink(link, Path.of(version));
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private static String site(String name) {
        return "apiVersion: tradewind.dev/v1\nkind: Site\nmetadata: {name: "
                + name
                + "}\nspec: {zone: DE, connection: "
                + name
                + "}\n";
    }

    private static CatalogNews news() {
        return NEWS.get(NEWS.size() - 1);
    }

    private static List<String> last() {
        return SEEN.get(SEEN.size() - 1);
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(condition);
    }

    private long count(String name) {
        return METRICS.findMetrics(job.getJobID(), ".*catalog\\." + name).values().stream()
                .mapToLong(CatalogSourceTest::value)
                .sum();
    }

    private static long value(Metric metric) {
        return ((Counter) metric).getCount();
    }

    private static final class Remember extends ProcessFunction<Catalog, Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Catalog catalog, Context context, Collector<Integer> out) {
            if (FAIL.getAndSet(false)) {
                throw new IllegalStateException("the failure of this test");
            }
            SEEN.add(catalog.sites().stream().map(Site::name).toList());
        }
    }
}
