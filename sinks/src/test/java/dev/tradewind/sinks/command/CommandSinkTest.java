package dev.tradewind.sinks.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandSinkTest {
    private static final List<Outcome> OUTCOMES = new CopyOnWriteArrayList<>();
    private static final AtomicInteger OPEN = new AtomicInteger();

    @BeforeEach
    void reset() {
        OUTCOMES.clear();
        OPEN.set(0);
    }

    static Command command(long number) {
        WorkloadSpec spec =
                new WorkloadSpec(
                        Map.of("class", "stream"),
                        List.of("{\"kind\":\"Deployment\",\"text\":\"${site.name}\"}"),
                        null,
                        null,
                        new WorkloadSpec.Topics("a", List.of("in"), List.of("out")),
                        List.of("g"),
                        null,
                        null,
                        null,
                        null,
                        null);
        return new Command(
                "c-" + number,
                "d",
                "shop/orders-" + number,
                1,
                Command.Action.run,
                null,
                "nowhere",
                "a",
                spec,
                new Guard(List.of("shop"), List.of(), "baseline", List.of(), List.of(), false),
                Instant.parse("2026-03-01T12:00:00Z"),
                Map.of("zone", "DE"),
                Map.of("a", "alpha"));
    }

    @Test
    void commandsInStateAreReadAgain() throws IOException {
        CommandSerializer serializer = new CommandSerializer();
        byte[] bytes = serializer.serialize(command(1));

        assertThat(serializer.deserialize(1, bytes)).isEqualTo(command(1));
        assertThatThrownBy(() -> serializer.deserialize(2, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> serializer.deserialize(1, new byte[] {1}))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theSinkIsSerializable() throws Exception {
        assertThat(InstantiationUtil.clone(sink())).isNotNull();
    }

    @Test
    void theWriterKeepsCommandsUntilTheCheckpoint() {
        CommandWriter writer = new CommandWriter();
        writer.write(command(1), null);
        writer.flush(false);
        writer.write(command(2), null);

        assertThat(writer.prepareCommit()).containsExactly(command(1), command(2));
        assertThat(writer.prepareCommit()).isEmpty();
    }

    @Test
    void inAJobCommandsAreActedUponAfterACheckpointAndTheEndClosesEverything() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.enableCheckpointing(100);
        GeneratorFunction<Long, Command> commands = CommandSinkTest::command;
        env.fromSource(
                        new DataGeneratorSource<>(
                                commands,
                                Long.MAX_VALUE,
                                RateLimiterStrategy.perSecond(20),
                                TypeInformation.of(Command.class)),
                        WatermarkStrategy.noWatermarks(),
                        "commands")
                .sinkTo(sink())
                .uid("sink");
        JobClient job = env.executeAsync();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> OUTCOMES.stream().anyMatch(o -> o.status().isTerminal()));
        assertThat(OUTCOMES)
                .filteredOn(o -> o.status().isTerminal())
                .allMatch(o -> o.status() == Outcome.Status.refused)
                .allMatch(o -> o.message().contains("no connection for site"));
        assertThat(OPEN.get()).isEqualTo(2);
        job.cancel().get();
        await().atMost(Duration.ofSeconds(60)).until(() -> OPEN.get() == 0);
    }

    private static CommandSink sink() {
        return new CommandSink(
                new CommandSink.Config(
                        "connections", "k:9092", "outcomes", null, ActuatorConfig.of("test")),
                directory -> {
                    OPEN.incrementAndGet();
                    return new NoSites();
                },
                config -> {
                    OPEN.incrementAndGet();
                    return new Published();
                });
    }

    private static final class Published implements OutcomePublisher {
        @Override
        public CompletableFuture<Void> publish(Outcome outcome) {
            OUTCOMES.add(outcome);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }

    /** A directory without a connection. */
    private static final class NoSites implements Sites {
        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public Cluster cluster(String site) throws PortException {
            throw unknown(site);
        }

        @Override
        public DataPlane data(String source, String target) throws PortException {
            throw unknown(source);
        }

        @Override
        public Inflows inflows(String site) throws PortException {
            throw unknown(site);
        }

        @Override
        public Map<String, String> placeholders(String site) throws PortException {
            throw unknown(site);
        }

        @Override
        public List<String> homes(List<String> topics) {
            return List.of();
        }

        private static PortException unknown(String site) {
            return new PortException(
                    PortException.Kind.REFUSED, site, "there is no connection " + site);
        }

        @Override
        public long callTimeoutMillis() {
            return 1_000;
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }
}
