package dev.tradewind.testbed.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that ends with this JVM, even when the JVM is killed: a shell holds it and reads a pipe
 * from here; when the pipe closes, it kills the process.
 */
final class ChildProcess implements AutoCloseable {
    // A line says that the owner tidies up itself; the end of the pipe alone, that it was killed.
    private static final String GUARD =
            "dir=$1; shift; \"$@\" </dev/null & pid=$!; exec 3<&0; "
                    + "(read -r how <&3; kill -9 $pid 2>/dev/null;"
                    + " [ \"$how\" = closed ] || rm -rf \"$dir\") & guard=$!; "
                    + "wait $pid; code=$?; [ $code -gt 128 ] || kill $guard; exit $code";

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * @param directory what it writes to, removed when this JVM is killed
     */
    static ChildProcess start(String name, Path directory, List<String> command) {
        Path log = directory.resolve(name + ".log");
        List<String> guarded =
                new ArrayList<>(List.of("sh", "-c", GUARD, name, directory.toString()));
        guarded.addAll(command);
        try {
            Process process =
                    new ProcessBuilder(guarded)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new ChildProcess(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /**
     * @throws IllegalStateException with the end of its log when it has ended
     */
    void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    name + " ended with code " + process.exitValue() + ": " + tail());
        }
    }

    String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "its log is unreadable: " + e;
        }
    }

    /** Kills it: what it holds is temporary. */
    @Override
    public void close() {
        try {
            process.getOutputStream().write("closed\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
