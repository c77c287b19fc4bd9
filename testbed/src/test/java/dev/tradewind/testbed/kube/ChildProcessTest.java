package dev.tradewind.testbed.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Starts a child that writes its process id, then hangs until it is killed. */
    public static final class Parent {
        public static void main(String[] args) throws InterruptedException {
            startChild(Path.of(args[0]));
            new CountDownLatch(1).await();
        }
    }

    private static ChildProcess startChild(Path directory) {
        return ChildProcess.start(
                "child",
                directory,
                List.of(
                        "sh",
                        "-c",
                        "echo $$ > \"$0/../pid\"; exec sleep 600",
                        directory.toString()));
    }

    private static long pidOf(Path directory) {
        Path file = directory.resolveSibling("pid");
        await().atMost(SOON)
                .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void itEndsWhenItsOwnerIsKilledAndItsFilesGo(@TempDir Path root) throws Exception {
        Path directory = Files.createDirectory(root.resolve("data"));
        Process owner =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(root.resolve("owner.log").toFile())
                        .start();
        long child = pidOf(directory);
        assertThat(isAlive(child)).isTrue();
        owner.destroyForcibly();
        await().atMost(SOON).until(() -> !isAlive(child));
        await().atMost(SOON).until(() -> !Files.exists(directory));
    }

    @Test
    void itEndsWhenClosedAndLeavesItsFilesToItsOwner(@TempDir Path root) throws Exception {
        Path directory = Files.createDirectory(root.resolve("data"));
        ChildProcess process = startChild(directory);
        long child = pidOf(directory);
        process.check();
        process.close();
        assertThat(isAlive(child)).isFalse();
        assertThat(directory).exists();
    }

    @Test
    void anEndOfItsOwnIsNoticedWithTheLog(@TempDir Path root) throws Exception {
        Path directory = Files.createDirectory(root.resolve("data"));
        ChildProcess process =
                ChildProcess.start(
                        "short", directory, List.of("sh", "-c", "echo no such flag; exit 3"));
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThatThrownBy(process::check)
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("short ended with code 3")
                                        .hasMessageContaining("no such flag"));
        process.close();
    }
}
