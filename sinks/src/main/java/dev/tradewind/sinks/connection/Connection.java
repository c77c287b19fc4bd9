package dev.tradewind.sinks.connection;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * How one site is reached. Holds names, addresses and paths to credential files, never a
 * credential: those are read when a client is made.
 *
 * @param name what a Site names
 * @param kafka null where workloads without topics are placed only
 * @param clusterLinking null where no topic is handed over
 * @param savepoints directories in which pods of the site can read and write savepoints; null: not
 *     known
 * @param version a digest of this file and of every file that it names: when it differs, clients
 *     made earlier are out of date
 */
public record Connection(
        String name,
        Kubernetes kubernetes,
        Kafka kafka,
        ClusterLinking clusterLinking,
        List<String> savepoints,
        String version) {

    /**
     * @param kubeconfig a kubeconfig file; its current context is used
     */
    public record Kubernetes(Path kubeconfig) {}

    /**
     * @param propertiesFile Kafka client properties (security, timeouts), or null
     */
    public record Kafka(String bootstrapServers, Path propertiesFile) {

        /**
         * The client properties: those of the file with the bootstrap servers on top.
         *
         * @throws ConnectionException if the file can't be read
         */
        public Properties properties() {
            Properties properties = new Properties();
            if (propertiesFile != null) {
                try {
                    properties.load(new StringReader(read(propertiesFile)));
                } catch (IOException | IllegalArgumentException e) {
                    throw new ConnectionException(
                            propertiesFile + " is not a properties file", withoutContent(e));
                }
            }
            properties.put("bootstrap.servers", bootstrapServers);
            return properties;
        }
    }

    /**
     * @param url up to and including the API's prefix, such as {@code
     *     https://kafka.fra:8090/kafka/v3}, used as given
     * @param basicAuthFile {@code user:password} on one line, or null
     * @param links by the name of the other site
     */
    public record ClusterLinking(
            URI url, String clusterId, Path basicAuthFile, Map<String, Link> links) {

        /**
         * The link to another site. A link has one name, at both of its ends.
         *
         * @throws ConnectionException if none is named
         */
        public Link linkTo(String site) {
            Link link = links.get(site);
            if (link == null) {
                throw new ConnectionException(
                        "clusterLinking.links names no link to "
                                + site
                                + (links.isEmpty() ? "" : ", only to " + links.keySet()));
            }
            return link;
        }

        /**
         * {@code user:password}, read now; empty where no file is named.
         *
         * @throws ConnectionException if the file can't be read or holds something else
         */
        public Optional<String> basicAuth() {
            if (basicAuthFile == null) {
                return Optional.empty();
            }
            String text = read(basicAuthFile).strip();
            if (text.indexOf(':') < 1 || text.indexOf('\n') >= 0) {
                throw new ConnectionException(basicAuthFile + " must hold one line, user:password");
            }
            return Optional.of(text);
        }
    }

    /**
     * @param name of the link object, the same at both ends
     */
    public record Link(String name) {}

    /** The same, as that of a site that has another name. */
    public Connection of(String site) {
        return site.equals(name)
                ? this
                : new Connection(site, kubernetes, kafka, clusterLinking, savepoints, version);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConnectionException(
                    file + " can't be read: " + e.getClass().getSimpleName(), e);
        }
    }

    /** A parser's message may quote what it read, and that may be a secret. */
    private static Throwable withoutContent(Exception e) {
        Throwable shown = new IllegalArgumentException(e.getClass().getSimpleName());
        shown.setStackTrace(e.getStackTrace());
        return shown;
    }
}
