package dev.tradewind.job.handover;

import dev.tradewind.testbed.agent.FlinkOperator;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.kafka.common.TopicPartition;

/**
 * A Flink cluster of one site, which runs {@link CountingJob} for what plays the operator there.
 * The bucket that every site reads is a folder.
 */
final class FlinkAtSite implements FlinkOperator.Jobs, AutoCloseable {
    static final String BUCKET = "s3://shop";

    private final MiniCluster flink =
            new MiniCluster(
                    new MiniClusterConfiguration.Builder()
                            .setConfiguration(small())
                            .setNumTaskManagers(1)
                            .setNumSlotsPerTaskManager(CountingJob.PARALLELISM)
                            .build());
    private final Path bucket;
    private JobID job;
    private volatile String stoppedWith;
    private volatile Runnable beforeStop = () -> {};
    private volatile RuntimeException failure;

    private FlinkAtSite(Path bucket) {
        this.bucket = bucket;
    }

    private static Configuration small() {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        return configuration;
    }

    static FlinkAtSite start(Path bucket) throws Exception {
        FlinkAtSite started = new FlinkAtSite(bucket);
        started.flink.start();
        return started;
    }

    @Override
    public void start(Map<String, Object> spec, String savepoint) {
        if (job != null) {
            return;
        }
        job =
                told(
                        () -> {
                            JobGraph graph = job(spec).graph();
                            if (!savepoint.isEmpty()) {
                                graph.setSavepointRestoreSettings(
                                        SavepointRestoreSettings.forPath(here(savepoint)));
                            }
                            return flink.submitJob(graph).get(60, TimeUnit.SECONDS).getJobID();
                        });
    }

    private static CountingJob job(Map<String, Object> spec) {
        List<?> args = (List<?>) ((Map<?, ?>) spec.get("job")).get("args");
        return new CountingJob(
                args.get(0).toString(),
                args.get(1).toString(),
                DeliveryGuarantee.valueOf(args.get(2).toString()),
                Boolean.parseBoolean(args.get(3).toString()));
    }

    @Override
    public String stop(String directory) {
        if (job != null) {
            beforeStop.run();
            String at =
                    told(
                            () ->
                                    flink.stopWithSavepoint(
                                                    job,
                                                    here(directory),
                                                    false,
                                                    SavepointFormatType.CANONICAL)
                                            .get(60, TimeUnit.SECONDS));
            told(() -> flink.requestJobResult(job).get(60, TimeUnit.SECONDS));
            stoppedWith = at.replaceFirst("^file:/*" + bucket.toString().substring(1), BUCKET);
            job = null;
        }
        return stoppedWith;
    }

    /** What is done when it is told to stop the job, which runs on meanwhile. */
    void beforeStop(Runnable what) {
        beforeStop = what;
    }

    boolean hasStopped() {
        return stoppedWith != null;
    }

    /** What went wrong here; null: nothing did. */
    RuntimeException failure() {
        return failure;
    }

    private interface Asked<T> {
        T ask() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private <T> T told(Asked<T> asked) {
        try {
            return asked.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            failure = new IllegalStateException("Flink does not do as it is told", e);
        }
        throw failure;
    }

    private String here(String path) {
        return path.replace(BUCKET, bucket.toUri().toString().replaceFirst("/$", ""));
    }

    /** From where the source of a job that starts from the savepoint reads on. */
    static Map<TopicPartition, Long> offsets(Path bucket, String savepoint) {
        Path directory = Path.of(savepoint.replace(BUCKET, bucket.toString()));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(directory.resolve("_metadata")))) {
            for (OperatorState operator :
                    Checkpoints.loadCheckpointMetadata(
                                    in,
                                    FlinkAtSite.class.getClassLoader(),
                                    directory.toUri().toString())
                            .getOperatorStates()) {
                if (operator.getOperatorUid().orElse("").equals(CountingJob.SOURCE)) {
                    for (OperatorSubtaskState subtask : operator.getStates()) {
                        for (OperatorStateHandle state : subtask.getManagedOperatorState()) {
                            read(state, offsets);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return offsets;
    }

    private static void read(OperatorStateHandle state, Map<TopicPartition, Long> offsets)
            throws IOException {
        OperatorStateHandle.StateMetaInfo splits =
                state.getStateNameToPartitionOffsets().get("SourceReaderState");
        if (splits == null) {
            return;
        }
        try (FSDataInputStream in = state.openInputStream()) {
            for (long position : splits.getOffsets()) {
                in.seek(position);
                byte[] split =
                        BytePrimitiveArraySerializer.INSTANCE.deserialize(
                                new DataInputViewStreamWrapper(in));
                KafkaPartitionSplit read =
                        SimpleVersionedSerialization.readVersionAndDeSerialize(
                                new KafkaPartitionSplitSerializer(), split);
                offsets.put(read.getTopicPartition(), read.getStartingOffset());
            }
        }
    }

    @Override
    public void close() {
        flink.closeAsync().join();
    }
}
