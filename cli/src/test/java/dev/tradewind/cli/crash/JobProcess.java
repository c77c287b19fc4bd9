package dev.tradewind.cli.crash;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** The job on a mini cluster in a process of its own, which can be killed as a machine dies. */
public final class JobProcess implements AutoCloseable {
    private static final List<String> OPENS =
            List.of("java.util", "java.lang", "java.net", "java.time", "java.util.concurrent");

    private final Process process;
    private final Thread killer;

    private JobProcess(Process process) {
        this.process = process;
        this.killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * @param restore a checkpoint; null: begin without state
     * @param options of the job
     */
    public static JobProcess start(
            Path checkpoints, Path restore, Path log, Map<String, String> options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENS.forEach(p -> command.add("--add-opens=java.base/" + p + "=ALL-UNNAMED"));
        command.addAll(
                List.of(
                        "-Xmx700m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JobProcess.class.getName(),
                        checkpoints.toUri().toString(),
                        restore == null ? "" : restore.toUri().toString()));
        options.forEach((key, value) -> command.add("--" + key + "=" + value));
        File out = log.toFile();
        return new JobProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
                        .start());
    }

    /** Nothing is closed, nothing is given back. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** Checkpoints that are complete, and not yet put away for a newer one. */
    public static List<Path> completed(Path checkpoints) throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints, 3)) {
            return files.filter(p -> p.getFileName().toString().equals("_metadata"))
                    .map(Path::getParent)
                    .toList();
        }
    }

    /** The end of what it wrote to its log. */
    public static String tail(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    public static void main(String[] args) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, args[0]);
        if (!args[1].isEmpty()) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, args[1]);
        }
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        dev.tradewind.job.Main.prepare(
                        dev.tradewind.job.options.TradewindOptions.parse(
                                Arrays.copyOfRange(args, 2, args.length)),
                        configuration)
                .execute("tradewind");
    }
}
