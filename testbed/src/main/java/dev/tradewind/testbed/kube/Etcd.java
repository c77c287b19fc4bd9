package dev.tradewind.testbed.kube;

import dev.tradewind.testbed.net.FreePorts;
import java.nio.file.Path;
import java.util.List;

/** One etcd for all API servers of this JVM, each under its own prefix; it lives while one does. */
final class Etcd {
    private static Etcd shared;

    private final ChildProcess process;
    private final String url;
    private final Path directory;
    private int users;

    private Etcd(ChildProcess process, String url, Path directory) {
        this.process = process;
        this.url = url;
        this.directory = directory;
    }

    static synchronized Etcd acquire(Path binaries) {
        if (shared == null) {
            Path directory = Temporary.directory("tradewind-etcd");
            int client = FreePorts.one();
            int peer = FreePorts.one();
            String url = "http://127.0.0.1:" + client;
            ChildProcess process =
                    ChildProcess.start(
                            "etcd",
                            directory,
                            List.of(
                                    binaries.resolve("etcd").toString(),
                                    "--data-dir=" + directory.resolve("data"),
                                    "--listen-client-urls=" + url,
                                    "--advertise-client-urls=" + url,
                                    "--listen-peer-urls=http://127.0.0.1:" + peer,
                                    "--unsafe-no-fsync",
                                    "--log-level=error"));
            shared = new Etcd(process, url, directory);
        }
        shared.users++;
        return shared;
    }

    void release() {
        synchronized (Etcd.class) {
            if (--users == 0) {
                process.close();
                Temporary.delete(directory);
                shared = null;
            }
        }
    }

    String url() {
        return url;
    }

    void check() {
        process.check();
    }
}
