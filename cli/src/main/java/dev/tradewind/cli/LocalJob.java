package dev.tradewind.cli;

import dev.tradewind.job.Main;
import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.testbed.Testbed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;

/** The job, the very graph that `flink run` gets, on a Flink mini cluster in this process. */
public final class LocalJob implements AutoCloseable {
    private static final int PARALLELISM = 2;

    private final JobClient client;

    private LocalJob(JobClient client) {
        this.client = client;
    }

    /**
     * @param more options besides those that follow from the testbed
     * @throws IllegalArgumentException saying what is wrong with the options
     */
    public static LocalJob start(Testbed testbed, Map<String, String> more) {
        return start(testbed, more, null, new Configuration());
    }

    /**
     * @param savepoint to start from; null: without state
     */
    public static LocalJob start(
            Testbed testbed, Map<String, String> more, String savepoint, Configuration flink) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap.servers=" + testbed.controlServers(),
                                "--catalog.dir=" + testbed.catalogDir(),
                                "--connections.dir=" + testbed.connectionsDir(),
                                "--parallelism=" + PARALLELISM));
        more.forEach((key, value) -> args.add("--" + key + "=" + value));
        Configuration configuration = new Configuration(flink);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, PARALLELISM);
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        try {
            TradewindOptions options = TradewindOptions.parse(args.toArray(String[]::new));
            return new LocalJob(Main.prepare(options, configuration).executeAsync("tradewind"));
        } catch (OptionsException e) {
            throw new IllegalArgumentException(String.join("; ", e.problems()), e);
        } catch (Exception e) {
            throw new IllegalStateException("the job could not be started", e);
        }
    }

    /** Why it is no longer running. */
    public Optional<String> failure() {
        if (!client.getJobExecutionResult().isDone()) {
            return Optional.empty();
        }
        try {
            client.getJobExecutionResult().get();
            return Optional.of("the job ended");
        } catch (ExecutionException e) {
            return Optional.of("the job failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** Stops it with a savepoint below {@code dir}, and says where that is. */
    public String stopWithSavepoint(String dir)
            throws InterruptedException, ExecutionException, TimeoutException {
        return client.stopWithSavepoint(false, dir, SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            JobStatus status = client.getJobStatus().get(10, TimeUnit.SECONDS);
            if (!status.isGloballyTerminalState()) {
                client.cancel().get(20, TimeUnit.SECONDS);
                client.getJobExecutionResult()
                        .exceptionally(cancelled -> null)
                        .get(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // The mini cluster is gone already, or goes with this process.
            org.slf4j.LoggerFactory.getLogger(LocalJob.class)
                    .info("the job was not cancelled: {}", e.toString());
        }
    }
}
