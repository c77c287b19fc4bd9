package dev.tradewind.cli.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A standalone cluster of a real distribution (FLINK_HOME) on free ports: its own scripts, its own
 * processes.
 */
final class FlinkCluster implements AutoCloseable {
    private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
    private static final Pattern SAVEPOINT = Pattern.compile("Savepoint completed. Path: (\\S+)");

    private final Path home;
    private final Path dir;
    private final int restPort;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread killer = new Thread(this::kill);

    private FlinkCluster(Path home, Path dir, int restPort) {
        this.home = home;
        this.dir = dir;
        this.restPort = restPort;
        Runtime.getRuntime().addShutdownHook(killer);
    }

    static FlinkCluster start(Path home, Path dir, int slots) throws IOException {
        FlinkCluster cluster = new FlinkCluster(home, dir, freePort());
        Path conf = Files.createDirectories(dir.resolve("conf"));
        try (Stream<Path> files = Files.list(home.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        conf.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        String original = Files.readString(conf.resolve("config.yaml"));
        Matcher javaOptions =
                Pattern.compile("(?s)env:\\s+java:\\s+opts:\\s+all: ([^\\n]+)").matcher(original);
        if (!javaOptions.find()) {
            throw new IllegalStateException(
                    "env.java.opts.all is not where it used to be in "
                            + home
                            + "/conf/config.yaml");
        }
        Files.writeString(
                conf.resolve("config.yaml"),
                String.join(
                        "\n",
                        "env.java.opts.all: " + javaOptions.group(1),
                        "jobmanager.rpc.address: 127.0.0.1",
                        "jobmanager.rpc.port: " + freePort(),
                        "jobmanager.bind-host: 127.0.0.1",
                        "jobmanager.memory.process.size: 1200m",
                        "taskmanager.host: 127.0.0.1",
                        "taskmanager.bind-host: 127.0.0.1",
                        "taskmanager.memory.process.size: 1800m",
                        "taskmanager.memory.managed.size: 64m",
                        "taskmanager.numberOfTaskSlots: " + slots,
                        "rest.address: 127.0.0.1",
                        "rest.bind-address: 127.0.0.1",
                        "rest.port: " + cluster.restPort,
                        "blob.server.port: 0",
                        "execution.checkpointing.dir: "
                                + Files.createDirectories(dir.resolve("checkpoints")).toUri(),
                        ""));
        cluster.spawn("jobmanager", "bin/jobmanager.sh", "start-foreground");
        cluster.spawn("taskmanager", "bin/taskmanager.sh", "start-foreground");
        Awaitility.await("task slots of the standalone cluster")
                .atMost(Duration.ofSeconds(90))
                .ignoreExceptions()
                .until(() -> cluster.rest("/overview").path("slots-total").asInt() == slots);
        return cluster;
    }

    /** {@code bin/flink run -d}; the id of the job. */
    String run(Path jar, String savepoint, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("bin/flink", "run", "-d"));
        if (savepoint != null) {
            command.addAll(List.of("-s", savepoint));
        }
        command.add(jar.toString());
        command.addAll(List.of(args));
        return find(JOB_ID, cli(command));
    }

    /** {@code bin/flink stop}: the path of the savepoint. */
    String stop(String job) throws IOException {
        Path savepoints = Files.createDirectories(dir.resolve("savepoints"));
        return find(
                SAVEPOINT,
                cli(
                        List.of(
                                "bin/flink",
                                "stop",
                                "--savepointPath",
                                savepoints.toUri().toString(),
                                job)));
    }

    void cancel(String job) throws IOException {
        cli(List.of("bin/flink", "cancel", job));
    }

    String state(String job) {
        return rest("/jobs/" + job).path("state").asString("");
    }

    /** How often the job was restarted. */
    int restarts(String job) {
        return rest("/jobs/" + job + "/metrics?get=numRestarts").path(0).path("value").asInt(0);
    }

    JsonNode rest(String path) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + path))
                            .timeout(Duration.ofSeconds(10))
                            .build();
            return JsonMapper.shared()
                    .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String cli(List<String> command) throws IOException {
        Path out = Files.createTempFile(dir, "cli", ".log");
        Process process =
                process(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        command + " took more than 120 s:\n" + Files.readString(out));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        String text = Files.readString(out);
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    command + " ended with " + process.exitValue() + ":\n" + text);
        }
        return text;
    }

    private void spawn(String name, String... command) throws IOException {
        processes.add(
                process(List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve(name + ".log").toFile())
                        .start());
    }

    private ProcessBuilder process(List<String> command) throws IOException {
        List<String> absolute = new ArrayList<>(command);
        absolute.set(0, home.resolve(command.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(absolute).directory(dir.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("FLINK_CONF_DIR", dir.resolve("conf").toString());
        environment.put("FLINK_LOG_DIR", Files.createDirectories(dir.resolve("log")).toString());
        environment.put("FLINK_PID_DIR", dir.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("expected " + pattern + " in:\n" + text);
        }
        return matcher.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void kill() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
