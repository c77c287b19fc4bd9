package dev.tradewind.cli.flink;

import dev.tradewind.testbed.net.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    private final URI rest;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread killer = new Thread(this::kill);

    /** Its id, once it is there. */
    private String uploaded;

    private FlinkCluster(Path home, Path dir, int restPort) {
        this.home = home;
        this.dir = dir;
        this.rest = URI.create("http://127.0.0.1:" + restPort);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    static FlinkCluster start(Path home, Path dir, int slots) throws IOException {
        FlinkCluster cluster = new FlinkCluster(home, dir, FreePorts.one());
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
                        // a client lives for some seconds: it is not worth while to compile it well
                        "env.java.opts.client: -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "jobmanager.rpc.address: 127.0.0.1",
                        "jobmanager.rpc.port: " + FreePorts.one(),
                        "jobmanager.bind-host: 127.0.0.1",
                        "jobmanager.memory.process.size: 1200m",
                        "taskmanager.host: 127.0.0.1",
                        "taskmanager.bind-host: 127.0.0.1",
                        // room for the classes of the job that runs and of those that just ended
                        "taskmanager.memory.jvm-metaspace.size: 512m",
                        "taskmanager.memory.process.size: 2100m",
                        "taskmanager.memory.managed.size: 64m",
                        "taskmanager.numberOfTaskSlots: " + slots,
                        "rest.address: 127.0.0.1",
                        "rest.bind-address: 127.0.0.1",
                        "rest.port: " + cluster.rest.getPort(),
                        "blob.server.port: 0",
                        // what is uploaded goes with the rest of the test
                        "web.upload.dir: " + dir.resolve("uploads"),
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

    /**
     * The same over the cluster's REST API, which spares a JVM: what a test that resumes often
     * takes. The jar goes there once.
     */
    String runByRest(Path jar, String savepoint, String... args) throws IOException {
        if (uploaded == null) {
            uploaded = upload(jar);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("programArgsList", List.of(args));
        if (savepoint != null) {
            body.put("savepointPath", savepoint);
        }
        JsonNode answer =
                send(
                        HttpRequest.newBuilder(rest.resolve("/jars/" + uploaded + "/run"))
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                JsonMapper.shared().writeValueAsString(body))));
        if (!answer.path("jobid").isString()) {
            throw new IllegalStateException("the jar was not run: " + answer);
        }
        return answer.path("jobid").asString();
    }

    /** As a form: the only way that Flink takes one. */
    private String upload(Path jar) throws IOException {
        String boundary = "jar-of-the-job";
        HttpRequest.BodyPublisher form =
                HttpRequest.BodyPublishers.concat(
                        HttpRequest.BodyPublishers.ofString(
                                "--"
                                        + boundary
                                        + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"job.jar\""
                                        + "\r\nContent-Type: application/x-java-archive\r\n\r\n"),
                        HttpRequest.BodyPublishers.ofFile(jar),
                        HttpRequest.BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        JsonNode answer =
                send(
                        HttpRequest.newBuilder(rest.resolve("/jars/upload"))
                                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                                .POST(form));
        if (!answer.path("filename").isString()) {
            throw new IllegalStateException("the jar was not taken: " + answer);
        }
        return Path.of(answer.path("filename").asString()).getFileName().toString();
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

    /**
     * The same over the cluster's REST API, which spares a JVM: what a test that stops often takes.
     *
     * @return the path of the savepoint
     */
    String stopByRest(String job) throws IOException {
        Path savepoints = Files.createDirectories(dir.resolve("savepoints"));
        String body = "{\"targetDirectory\":\"" + savepoints.toUri() + "\",\"drain\":false}";
        String trigger =
                send(HttpRequest.newBuilder(rest.resolve("/jobs/" + job + "/stop"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                        .path("request-id")
                        .asString();
        String path = "/jobs/" + job + "/savepoints/" + trigger;
        Awaitility.await("savepoint of job " + job)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> rest(path).path("status").path("id").asString("").equals("COMPLETED"));
        JsonNode operation = rest(path).path("operation");
        if (!operation.path("location").isString()) {
            throw new IllegalStateException("job " + job + " was not stopped: " + operation);
        }
        Awaitility.await("end of job " + job)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> rest("/jobs/" + job).path("state").asString("").equals("FINISHED"));
        return operation.path("location").asString();
    }

    void cancel(String job) throws IOException {
        cli(List.of("bin/flink", "cancel", job));
    }

    /** The same over REST. */
    void cancelByRest(String job) {
        send(
                HttpRequest.newBuilder(rest.resolve("/jobs/" + job))
                        .method("PATCH", HttpRequest.BodyPublishers.noBody()));
        Awaitility.await("end of job " + job)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> rest("/jobs/" + job).path("state").asString("").equals("CANCELED"));
    }

    /** Whether the job failed and was started again, ever since it was submitted. */
    boolean wasRestarted(String job) {
        JsonNode since = rest("/jobs/" + job).path("timestamps").path("RESTARTING");
        if (!since.isNumber()) {
            throw new IllegalStateException("the cluster doesn't know job " + job);
        }
        return since.asLong() > 0;
    }

    /**
     * Waits until the job has gone through two checkpoints of its own: what it does by itself at
     * its start is durable then, and so handed on.
     */
    void awaitCheckpoint(String job) {
        Awaitility.await("checkpoints of job " + job)
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                rest("/jobs/" + job + "/checkpoints")
                                                .path("counts")
                                                .path("completed")
                                                .asInt()
                                        >= 2);
    }

    /**
     * @param text what it printed, on both streams
     */
    record Answer(int code, String text) {}

    JsonNode rest(String path) {
        return send(HttpRequest.newBuilder(rest.resolve(path)));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JsonMapper.shared()
                    .readTree(
                            http.send(
                                            request.timeout(Duration.ofSeconds(60)).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String cli(List<String> command) throws IOException {
        Answer answer = runs(command.toArray(String[]::new));
        if (answer.code() != 0) {
            throw new IllegalStateException(
                    command + " ended with " + answer.code() + ":\n" + answer.text());
        }
        return answer.text();
    }

    /** Runs a command of the distribution to its end. */
    Answer runs(String... words) throws IOException {
        List<String> command = List.of(words);
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
        return new Answer(process.exitValue(), Files.readString(out));
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
