package dev.tradewind.job.rules;

import dev.tradewind.job.Main;
import dev.tradewind.job.journal.JournalRecord;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.Word;
import dev.tradewind.job.topology.Inputs;
import dev.tradewind.job.topology.Outputs;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Command;
import dev.tradewind.sources.catalog.CatalogSource;
import dev.tradewind.sources.outcomes.OutcomeRecord;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.requests.RequestRecord;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The whole job in this process, JobManager and TaskManager, with many pairs of rule and site in an
 * episode, each with readings of the site's own and of its zone, which is when they cost most. It
 * prints what they cost in the heap, and ends well only if the job goes on from a savepoint of them
 * all, without saying anything twice. Arguments: the number of sites, of rules, and which kinds of
 * rules, one after the other.
 */
public final class ManyPairs {
    private static final AtomicLong FIRED = new AtomicLong();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private ManyPairs() {}

    public static void main(String[] args) {
        int code;
        try {
            code = run(args) ? 0 : 1;
        } catch (Exception e) {
            e.printStackTrace();
            code = 2;
        }
        // The job's threads would go on.
        System.exit(code);
    }

    /** Whether each episode was told once. */
    private static boolean run(String[] args) throws Exception {
        int sites = Integer.parseInt(args[0]);
        int rules = Integer.parseInt(args[1]);
        List<RuleKind> kinds = Arrays.stream(args).skip(2).map(RuleKind::valueOf).toList();
        Path directory = Files.createTempDirectory("many-pairs");
        Path catalog = Files.createDirectories(directory.resolve("catalog"));
        EnergyClock clock = EnergyClock.WALL;
        long now = clock.now();
        Fed<Sample> readings = new Fed<>("readings");
        write(catalog.resolve("sites.yaml"), RuleKind.sites(sites));
        write(catalog.resolve("history.yaml"), RuleKind.history());
        JobClient job = start(directory, catalog, clock, readings, null);
        for (int s = 0; s < sites; s++) {
            RuleKind.readings(s, now).forEach(readings::feed);
        }
        long began = System.nanoTime();
        await("readings are taken", () -> System.nanoTime() - began > 3_000_000_000L);
        long before = used();

        long edited = System.nanoTime();
        write(catalog.resolve("rules.yaml"), RuleKind.rules(rules, kinds));
        long pairs = (long) sites * rules;
        await("detections of " + pairs + " pairs", () -> FIRED.get() >= pairs);
        long fired = System.nanoTime();
        long after = used();
        String savepoint = savepoint(job, directory);
        long saved = System.nanoTime();
        System.out.printf(
                "%s: %,d pairs of rule and site in an episode: heap %,d MB before, %,d MB after: %,d bytes a"
                        + " pair; %,d s from the edit to the last detection, savepoint of %,d MB in %,d s%n",
                kinds,
                pairs,
                before >> 20,
                after >> 20,
                (after - before) / pairs,
                TimeUnit.NANOSECONDS.toSeconds(fired - edited),
                size(Path.of(URI.create(savepoint))) >> 20,
                TimeUnit.NANOSECONDS.toSeconds(saved - fired));
        job.cancel().get(1, TimeUnit.MINUTES);

        JobClient again = start(directory, catalog, clock, readings, savepoint);
        await("the job runs", () -> isRunning(again));
        savepoint(again, directory);
        System.out.printf(
                "%s: restored and saved again in %,d s, heap %,d MB%n",
                kinds, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - saved), used() >> 20);
        again.cancel().get(1, TimeUnit.MINUTES);
        System.out.printf("%s: %,d detections in all%n", kinds, FIRED.get());
        return FIRED.get() == pairs;
    }

    private static boolean isRunning(JobClient job) {
        try {
            return job.getJobStatus().get(1, TimeUnit.MINUTES) == JobStatus.RUNNING;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** When it is complete, every operator has its state. */
    private static String savepoint(JobClient job, Path directory) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return job.triggerSavepoint(
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(2, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                // Not every task runs yet.
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(e);
                }
                LockSupport.parkNanos(100_000_000);
            } catch (InterruptedException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static JobClient start(
            Path directory, Path catalog, EnergyClock clock, Fed<Sample> readings, String savepoint)
            throws Exception {
        TradewindOptions options =
                TradewindOptions.parse(
                        "--kafka.bootstrap.servers=none:1",
                        "--catalog.dir=" + catalog,
                        "--connections.dir=" + directory,
                        "--watermark.idle=200ms",
                        "--parallelism=2");
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = Main.environment(options, configuration);
        Sink<Command> commands = new DiscardingSink<>();
        Topology.define(
                env,
                options,
                clock,
                new Inputs(
                        readings,
                        new Fed<RequestRecord>("requests"),
                        new Fed<OutcomeRecord>("outcomes"),
                        new CatalogSource(
                                catalog.toString(), CatalogSource.DEFAULT_POLL_MILLIS, Map.of()),
                        new Fed<Word>("admission"),
                        null,
                        null),
                new Outputs(commands, new Counting(), new DiscardingSink<>()));
        return env.executeAsync("many pairs");
    }

    /** Written aside and moved: the job never sees half of it. */
    private static void write(Path file, String text) throws Exception {
        Path aside = Files.writeString(Files.createTempFile(file.getParent(), "", ".part"), text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("in vain: " + what + "; fired " + FIRED);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long size(Path directory) throws Exception {
        long size = 0;
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    /** In place of the journal: counts the detections. */
    private static final class Counting implements Sink<JournalRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<JournalRecord> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(JournalRecord record, Context at) {
                    if (record.topic().equals("tradewind.detections")) {
                        FIRED.incrementAndGet();
                    }
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
