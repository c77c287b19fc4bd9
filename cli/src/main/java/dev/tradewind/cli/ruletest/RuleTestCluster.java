package dev.tradewind.cli.ruletest;

import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.rules.Readings;
import dev.tradewind.job.rules.ReadingsSerializer;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import dev.tradewind.sources.readings.RuleTestSamples;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs rule tests on the very operators of the job, one job a test, on one Flink in this process.
 *
 * <p>What must be through before the next thing happens is made sure by a checkpoint: its barriers
 * follow the records through every operator.
 */
public final class RuleTestCluster implements AutoCloseable {
    private static final AtomicInteger SCRIPTS = new AtomicInteger();

    private final MiniCluster flink;
    private final Path savepoints;

    private RuleTestCluster(MiniCluster flink, Path savepoints) {
        this.flink = flink;
        this.savepoints = savepoints;
    }

    /**
     * @param savepoints a directory for those of restarts
     */
    public static RuleTestCluster start(Path savepoints) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        MiniCluster flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(1)
                                .build());
        try {
            flink.start();
        } catch (Exception e) {
            throw new IllegalStateException("Flink could not be started", e);
        }
        return new RuleTestCluster(flink, savepoints);
    }

    /** What the job finds. */
    public List<Sighting> detect(RuleTest test) {
        Script script = new Script(SCRIPTS.incrementAndGet());
        try {
            return new Run(test, script).detect();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the job of test '" + test.name() + "' failed", e.getCause());
        } finally {
            script.forget();
        }
    }

    @Override
    public void close() {
        flink.closeAsync().join();
    }

    /** One test: a job, and another after each restart. */
    private final class Run {
        private final RuleTest test;
        private final Script script;
        private JobID job;
        private long time = Long.MIN_VALUE;

        Run(RuleTest test, Script script) {
            this.test = test;
            this.script = script;
        }

        private List<Sighting> detect()
                throws InterruptedException, ExecutionException, TimeoutException {
            submit(null);
            inForce(test.catalog());
            // As in a job that starts: what comes first comes before event time is known.
            for (Step step : test.steps()) {
                boolean first =
                        step instanceof Step.Arrival && step.timeMillis() == test.fromMillis();
                if (step.timeMillis() > time && !(first && time == Long.MIN_VALUE)) {
                    pass(step.timeMillis());
                }
                if (step instanceof Step.Arrival arrival) {
                    script.say(Script.Line.of(RuleTestSamples.of(arrival.reading())));
                } else if (step instanceof Step.Edit edit) {
                    inForce(edit.catalog());
                } else {
                    restart();
                }
            }
            // One more than the end, for what comes late waits for the next instant.
            pass(test.untilMillis() + 1);
            script.say(Script.Line.END);
            flink.requestJobResult(job)
                    .get(60, TimeUnit.SECONDS)
                    .getSerializedThrowable()
                    .ifPresent(
                            failure -> {
                                throw new IllegalStateException(
                                        "the job of test '" + test.name() + "' failed", failure);
                            });
            return Sighting.sorted(
                    script.found().stream()
                            .map(Run::sighting)
                            .filter(one -> one.atMillis() <= test.untilMillis())
                            .toList());
        }

        private void pass(long until) {
            if (time == Long.MIN_VALUE) {
                script.say(Script.Line.time(test.fromMillis()));
            }
            time = until;
            script.say(Script.Line.time(until));
        }

        private void inForce(Catalog catalog)
                throws InterruptedException, ExecutionException, TimeoutException {
            through();
            script.say(Script.Line.of(catalog));
            through();
        }

        /** All that was said has gone through the job. */
        private void through() throws InterruptedException, ExecutionException, TimeoutException {
            script.awaitTaken();
            while (true) {
                try {
                    flink.triggerCheckpoint(job).get(60, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException e) {
                    if (flink.getJobStatus(job).get(60, TimeUnit.SECONDS).isTerminalState()) {
                        throw e;
                    }
                    // Not all of its tasks are running yet.
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            }
        }

        private void restart() throws InterruptedException, ExecutionException, TimeoutException {
            through();
            String savepoint =
                    flink.stopWithSavepoint(
                                    job,
                                    savepoints.toUri().toString(),
                                    false,
                                    SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS);
            flink.requestJobResult(job).get(60, TimeUnit.SECONDS);
            submit(savepoint);
            script.say(Script.Line.time(time));
        }

        private void submit(String savepoint)
                throws InterruptedException, ExecutionException, TimeoutException {
            JobGraph graph = graph();
            if (savepoint != null) {
                graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
            }
            job = graph.getJobID();
            flink.submitJob(graph).get(60, TimeUnit.SECONDS);
        }

        private JobGraph graph() {
            Configuration configuration = new Configuration();
            // Time is what the script says.
            configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, java.time.Duration.ZERO);
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.getExecutionEnvironment(configuration);
            env.setParallelism(1);
            env.setMaxParallelism(128);
            env.enableCheckpointing(TimeUnit.DAYS.toMillis(1));
            DataStream<Script.Line> lines =
                    env.fromSource(
                                    new ScriptSource(script.number),
                                    WatermarkStrategy.noWatermarks(),
                                    "script",
                                    TypeInformation.of(Script.Line.class))
                            .uid("script");
            // One by one: none may wait until a catalog has overtaken it.
            DataStream<Readings> readings =
                    lines.filter(line -> line.sample() != null)
                            .map(line -> new Readings(line.sample()), ReadingsSerializer.TYPE);
            DataStream<Catalog> catalogs =
                    lines.filter(line -> line.catalog() != null)
                            .map(Script.Line::catalog)
                            .returns(Catalog.class);
            int number = script.number;
            Topology.find(readings, options(), EnergyClock.WALL, catalogs)
                    .detections()
                    .map(
                            detection -> {
                                Script.of(number).found().add(detection);
                                return detection;
                            })
                    .returns(Detection.class)
                    .sinkTo(
                            new org.apache.flink.streaming.api.functions.sink.v2
                                    .DiscardingSink<>());
            return env.getStreamGraph().getJobGraph();
        }

        private TradewindOptions options() {
            try {
                return TradewindOptions.parse(
                                "--kafka.bootstrap.servers=none:1",
                                "--catalog.dir=none",
                                "--connections.dir=none")
                        .with(TradewindOptions.STALE_AFTER, test.staleAfterMillis());
            } catch (OptionsException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Sighting sighting(Detection detection) {
            return new Sighting(
                    detection.at().toEpochMilli(),
                    detection.kind() == Detection.Kind.fired,
                    detection.ruleId(),
                    detection.site(),
                    detection.onset().toEpochMilli());
        }
    }
}
