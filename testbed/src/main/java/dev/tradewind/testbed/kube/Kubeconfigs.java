package dev.tradewind.testbed.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/** Writes kubeconfig files. They hold a credential, so only their owner may read them. */
final class Kubeconfigs {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private Kubeconfigs() {}

    /**
     * @param authority the certificate authority in PEM, or null for plain HTTP
     */
    static void write(Path file, String cluster, String url, byte[] authority, String token) {
        String ca =
                authority == null
                        ? ""
                        : "    certificate-authority-data: "
                                + Base64.getEncoder().encodeToString(authority)
                                + "\n";
        String text =
                """
                apiVersion: v1
                kind: Config
                current-context: %1$s
                clusters:
                - name: %1$s
                  cluster:
                    server: %2$s
                %3$susers:
                - name: admin
                  user:
                    token: %4$s
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: admin
                    namespace: default
                """
                        .formatted(cluster, url, ca, token);
        secret(file, text);
    }

    /** Writes a file that only its owner may read, in one step. */
    static void secret(Path file, String text) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
            Path next =
                    posix
                            ? Files.createTempFile(
                                    directory,
                                    "." + file.getFileName(),
                                    null,
                                    PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                            : Files.createTempFile(directory, "." + file.getFileName(), null);
            Files.write(next, text.getBytes(StandardCharsets.UTF_8));
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
