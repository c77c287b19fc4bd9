package dev.tradewind.sinks.connection;

import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one connection file: a pure function of its text. */
final class ConnectionFile {
    private static final String API_VERSION = "tradewind.dev/v1";

    private final Path file;

    private ConnectionFile(Path file) {
        this.file = file;
    }

    /** A connection without its version yet, which is a digest of more than this text. */
    record Parsed(Connection connection) {
        List<Path> credentialFiles() {
            return Stream.of(
                            connection.kubernetes().kubeconfig(),
                            connection.kafka() == null ? null : connection.kafka().propertiesFile(),
                            connection.clusterLinking() == null
                                    ? null
                                    : connection.clusterLinking().basicAuthFile())
                    .filter(Objects::nonNull)
                    .toList();
        }

        Connection withVersion(String version) {
            return new Connection(
                    connection.name(),
                    connection.kubernetes(),
                    connection.kafka(),
                    connection.clusterLinking(),
                    connection.savepoints(),
                    version);
        }
    }

    /**
     * @throws ConnectionException naming file and line, and what was expected
     */
    static List<Parsed> parse(Path file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(10);
        options.setNestingDepthLimit(20);
        ConnectionFile reader = new ConnectionFile(file);
        List<Parsed> parsed = new ArrayList<>();
        try {
            for (Node document : new Yaml(options).composeAll(new StringReader(text))) {
                parsed.add(new Parsed(reader.connection(document)));
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            // The snippet of the exception quotes the file; its problem alone does not.
            throw new ConnectionException(file + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new ConnectionException(file + ": not YAML: " + e.getMessage());
        }
        return parsed;
    }

    private Connection connection(Node document) {
        Fields root = fields(document, "a connection", "apiVersion", "kind", "metadata", "spec");
        require(root, "apiVersion", API_VERSION);
        require(root, "kind", "Connection");
        Fields metadata =
                fields(root.required("metadata"), "metadata", "name", "labels", "annotations");
        Fields spec =
                fields(
                        root.required("spec"),
                        "spec",
                        "kubernetes",
                        "kafka",
                        "clusterLinking",
                        "savepoints");
        Fields kubernetes = fields(spec.required("kubernetes"), "spec.kubernetes", "kubeconfig");
        return new Connection(
                text(metadata.required("name"), "metadata.name"),
                new Connection.Kubernetes(
                        path(kubernetes.required("kubeconfig"), "spec.kubernetes.kubeconfig")),
                spec.get("kafka") == null ? null : kafka(spec.get("kafka")),
                spec.get("clusterLinking") == null ? null : linking(spec.get("clusterLinking")),
                spec.get("savepoints") == null ? null : savepoints(spec.get("savepoints")),
                "");
    }

    private Connection.Kafka kafka(Node node) {
        Fields kafka = fields(node, "spec.kafka", "bootstrapServers", "propertiesFile");
        Node properties = kafka.get("propertiesFile");
        return new Connection.Kafka(
                text(kafka.required("bootstrapServers"), "spec.kafka.bootstrapServers"),
                properties == null ? null : path(properties, "spec.kafka.propertiesFile"));
    }

    private Connection.ClusterLinking linking(Node node) {
        String at = "spec.clusterLinking";
        Fields linking = fields(node, at, "url", "clusterId", "basicAuthFile", "links");
        Node auth = linking.get("basicAuthFile");
        Map<String, Connection.Link> links = new LinkedHashMap<>();
        if (linking.get("links") != null) {
            Fields bySite = fields(linking.get("links"), at + ".links");
            for (Map.Entry<String, Node> entry : bySite.byName.entrySet()) {
                String where = at + ".links." + entry.getKey();
                Fields link = fields(entry.getValue(), where, "name");
                links.put(
                        entry.getKey(),
                        new Connection.Link(text(link.required("name"), where + ".name")));
            }
        }
        return new Connection.ClusterLinking(
                url(linking.required("url"), at + ".url"),
                text(linking.required("clusterId"), at + ".clusterId"),
                auth == null ? null : path(auth, at + ".basicAuthFile"),
                Map.copyOf(links));
    }

    private List<String> savepoints(Node node) {
        String what = "spec.savepoints";
        if (!(node instanceof SequenceNode sequence)) {
            throw error(node, what + " must be a list of directories");
        }
        List<String> directories = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            String directory = text(each, what);
            if (!directory.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.+")) {
                throw error(each, what + " has directories such as s3://bucket/savepoints");
            }
            directories.add(directory);
        }
        return List.copyOf(directories);
    }

    private URI url(Node node, String what) {
        String text = text(node, what);
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below, with what was expected, and without what may hold a password
        }
        throw error(
                node,
                what
                        + " must be an http or https address without user and password, with the"
                        + " API's prefix, such as https://kafka.example:8090/kafka/v3");
    }

    private Path path(Node node, String what) {
        try {
            // Beside the connection file, where it isn't absolute.
            return file.toAbsolutePath().resolveSibling(text(node, what)).normalize();
        } catch (InvalidPathException e) {
            throw error(node, what + " must be the path of a file");
        }
    }

    private String text(Node node, String what) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw error(node, what + " must be text");
    }

    private void require(Fields fields, String name, String value) {
        Node node = fields.required(name);
        if (!text(node, name).equals(value)) {
            throw error(node, name + " must be " + value);
        }
    }

    /** An empty list of known names admits any. */
    private Fields fields(Node node, String what, String... known) {
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, what + " must be an object with " + List.of(known));
        }
        Map<String, Node> byName = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = text(tuple.getKeyNode(), "a field's name");
            if (known.length > 0 && !List.of(known).contains(name)) {
                throw error(
                        tuple.getKeyNode(),
                        what + " has no field " + name + "; it has " + String.join(", ", known));
            }
            if (byName.put(name, tuple.getValueNode()) != null) {
                throw error(tuple.getKeyNode(), what + " has " + name + " twice");
            }
        }
        return new Fields(node, what, byName);
    }

    private ConnectionException error(Node node, String message) {
        int line = node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
        return new ConnectionException(file + ":" + line + ": " + message);
    }

    private final class Fields {
        private final Node node;
        private final String what;
        private final Map<String, Node> byName;

        private Fields(Node node, String what, Map<String, Node> byName) {
            this.node = node;
            this.what = what;
            this.byName = byName;
        }

        Node get(String name) {
            return byName.get(name);
        }

        Node required(String name) {
            Node value = byName.get(name);
            if (value == null) {
                throw error(node, what + " needs " + name);
            }
            return value;
        }
    }
}
