package dev.tradewind.cli.crash;

import dev.tradewind.cli.GaugesReporter;
import dev.tradewind.cli.Stage;
import dev.tradewind.job.Main;
import dev.tradewind.job.options.TradewindOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** The job on a mini cluster whose task manager can be taken from it. */
public final class TornJob implements AutoCloseable {
    private static final long SECONDS = 60;

    private final MiniCluster cluster;
    private final JobID id;
    private int taskManager;

    private TornJob(MiniCluster cluster, JobID id) {
        this.cluster = cluster;
        this.id = id;
    }

    /** Of the job: it is quick to notice that it was taken from where it ran. */
    public static Map<String, String> options(Stage stage) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("kafka.bootstrap.servers", stage.testbed().controlServers());
        options.put("catalog.dir", stage.testbed().catalogDir().toString());
        options.put("connections.dir", stage.testbed().connectionsDir().toString());
        options.put("parallelism", "1");
        options.put("checkpoint.interval", "300ms");
        // The dead one's leases have to run out, which takes at least twice the longest call.
        options.put("actuator.call", "1s");
        options.put("actuator.lease", "2s");
        options.put("restart.delay", "100ms");
        options.put("restart.maxDelay", "200ms");
        return options;
    }

    public static TornJob start(Map<String, String> options) throws Exception {
        Configuration configuration = GaugesReporter.configuration();
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        JobGraph graph =
                Main.prepare(
                                TradewindOptions.parse(
                                        options.entrySet().stream()
                                                .map(e -> "--" + e.getKey() + "=" + e.getValue())
                                                .toArray(String[]::new)),
                                configuration)
                        .getStreamGraph()
                        .getJobGraph();
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(1)
                                .withRandomPorts()
                                .build());
        cluster.start();
        try {
            return new TornJob(
                    cluster, cluster.submitJob(graph).get(SECONDS, TimeUnit.SECONDS).getJobID());
        } catch (ExecutionException | TimeoutException e) {
            cluster.close();
            throw e;
        }
    }

    /** Every task fails at once; another task manager comes, and Flink starts them there. */
    public void loseTaskManager() {
        try {
            // The cluster numbers its task managers as they come, and keeps the numbers of the
            // dead.
            cluster.terminateTaskManager(taskManager).get(SECONDS, TimeUnit.SECONDS);
            taskManager++;
            cluster.startTaskManager();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the task manager could not be replaced", e);
        }
    }

    /** Why it runs no more; one that Flink is about to start again does. */
    public Optional<String> failure() throws Exception {
        JobStatus status = cluster.getJobStatus(id).get(SECONDS, TimeUnit.SECONDS);
        return status.isTerminalState() ? Optional.of(status.toString()) : Optional.empty();
    }

    /** How often its tasks were started again. */
    public int restarts() throws Exception {
        int most = 0;
        for (AccessExecutionVertex vertex :
                cluster.getExecutionGraph(id)
                        .get(SECONDS, TimeUnit.SECONDS)
                        .getAllExecutionVertices()) {
            most = Math.max(most, vertex.getCurrentExecutionAttempt().getAttemptNumber());
        }
        return most;
    }

    /** Checkpoints since it was submitted. */
    public long checkpoints() throws Exception {
        return cluster.getExecutionGraph(id)
                .get(SECONDS, TimeUnit.SECONDS)
                .getCheckpointStatsSnapshot()
                .getCounts()
                .getNumberOfCompletedCheckpoints();
    }

    @Override
    public void close() {
        try {
            cluster.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the mini cluster could not be closed", e);
        }
    }
}
