package dev.tradewind.testbed;

import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where everything of a running testbed is; paths are absolute. As JSON it is the endpoints file of
 * {@code tradewind testbed}.
 *
 * @param adminUrl where the Cluster Linking services are told to misbehave
 */
public record Endpoints(
        Control control,
        List<Site> sites,
        String catalogDir,
        String connectionsDir,
        String adminUrl) {

    /** The Kafka cluster of the {@code tradewind.*} topics. */
    public record Control(String bootstrapServers) {}

    /**
     * @param clusterLinkingUrl including the API's prefix
     * @param kubeconfig path of a kubeconfig file
     * @param connection path of the connection file
     */
    public record Site(
            String name,
            String zone,
            String bootstrapServers,
            String clusterId,
            String clusterLinkingUrl,
            String kubeconfig,
            String connection) {}

    /** In one step: who sees the file sees all of it. */
    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path next = Files.createTempFile(directory, "." + file.getFileName(), null);
        Files.write(next, Json.bytes(this));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
