package dev.tradewind.sinks.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    private static final String FRANKFURT =
            """
            apiVersion: tradewind.dev/v1
            kind: Connection
            metadata: {name: frankfurt}
            spec:
              kubernetes: {kubeconfig: secret/kubeconfig}
              kafka: {bootstrapServers: "kafka.fra:9092", propertiesFile: secret/kafka.properties}
              clusterLinking: {url: "https://kafka.fra:8090/kafka/v3", clusterId: pjQk4, basicAuthFile: secret/rest,
                               links: {oslo: {name: fra-osl}}}
            """;

    @TempDir Path dir;
    private Connections connections;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectory(dir.resolve("secret"));
        Files.writeString(dir.resolve("secret/kafka.properties"), "sasl.jaas.config=hush-1\n");
        Files.writeString(dir.resolve("secret/rest"), "tradewind:hush-2\n");
        Files.writeString(dir.resolve("secret/kubeconfig"), "token: hush-3\n");
        Files.writeString(dir.resolve("frankfurt.yaml"), FRANKFURT);
        connections = new Connections(dir);
    }

    @Test
    void the_example_of_the_docs_is_read() {
        Connection frankfurt = connections.get("frankfurt");

        assertThat(frankfurt.kubernetes().kubeconfig()).isEqualTo(dir.resolve("secret/kubeconfig"));
        assertThat(frankfurt.kafka().properties())
                .containsEntry("bootstrap.servers", "kafka.fra:9092")
                .containsEntry("sasl.jaas.config", "hush-1");
        assertThat(frankfurt.clusterLinking().url())
                .isEqualTo(URI.create("https://kafka.fra:8090/kafka/v3"));
        assertThat(frankfurt.clusterLinking().basicAuth()).contains("tradewind:hush-2");
        assertThat(frankfurt.clusterLinking().linkTo("oslo").name()).isEqualTo("fra-osl");
        assertThat(connections.names()).containsExactly("frankfurt");
    }

    @Test
    void it_says_where_savepoints_can_be_read_or_nothing_of_them() throws IOException {
        assertThat(connections.get("frankfurt").savepoints()).isNull();
        Files.writeString(
                dir.resolve("frankfurt.yaml"),
                FRANKFURT + "  savepoints: [s3://shop/savepoints]\n");
        assertThat(connections.get("frankfurt").savepoints())
                .containsExactly("s3://shop/savepoints");
        Files.writeString(
                dir.resolve("frankfurt.yaml"), FRANKFURT + "  savepoints: [savepoints]\n");
        assertThatThrownBy(() -> connections.get("frankfurt"))
                .hasMessageContaining("frankfurt.yaml:9: spec.savepoints has directories such as");
    }

    @Test
    void no_credential_is_shown() throws IOException {
        assertThat(connections.get("frankfurt").toString()).doesNotContain("hush");

        Files.writeString(dir.resolve("secret/rest"), "hush-4-without-a-colon");
        assertThatThrownBy(() -> connections.get("frankfurt").clusterLinking().basicAuth())
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("user:password")
                .hasMessageNotContaining("hush");
    }

    @Test
    void a_changed_file_is_read_again_and_a_rotated_credential_makes_a_new_version()
            throws IOException {
        Connection before = connections.get("frankfurt");
        assertThat(connections.get("frankfurt")).isSameAs(before);

        Files.writeString(dir.resolve("secret/rest"), "tradewind:hush-5\n");
        Connection rotated = connections.get("frankfurt");
        assertThat(rotated.version()).isNotEqualTo(before.version());

        Files.writeString(dir.resolve("oslo.yaml"), FRANKFURT.replace("frankfurt", "oslo"));
        assertThat(connections.names()).containsExactly("frankfurt", "oslo");

        Files.delete(dir.resolve("frankfurt.yaml"));
        assertThat(connections.names()).containsExactly("oslo");
    }

    @Test
    void what_is_wrong_is_told_with_file_and_line_and_breaks_no_other_site() throws IOException {
        Map<String, String> wrong =
                Map.of(
                        FRANKFURT.replace("bootstrapServers", "bootstrap"),
                        "x.yaml:6: spec.kafka has no field bootstrap; it has bootstrapServers,"
                                + " propertiesFile",
                        FRANKFURT.replace("  kubernetes: {kubeconfig: secret/kubeconfig}\n", ""),
                        "x.yaml:5: spec needs kubernetes",
                        FRANKFURT.replace("https://kafka", "https://u:hush-6@kafka"),
                        "x.yaml:7: spec.clusterLinking.url must be an http or https address",
                        FRANKFURT.replace("kind: Connection", "kind: Site"),
                        "x.yaml:2: kind must be Connection",
                        FRANKFURT.replace("metadata: {", "metadata: {{"),
                        "x.yaml:",
                        FRANKFURT,
                        "a connection 'frankfurt' is defined in");
        for (Map.Entry<String, String> entry : wrong.entrySet()) {
            Files.writeString(dir.resolve("x.yaml"), entry.getKey());
            assertThat(connections.problems()).containsOnlyKeys(dir.resolve("x.yaml"));
            assertThat(connections.problems().get(dir.resolve("x.yaml")))
                    .contains(entry.getValue())
                    .doesNotContain("hush");
            assertThat(connections.get("frankfurt").kafka().bootstrapServers())
                    .isEqualTo("kafka.fra:9092");
        }
        assertThatThrownBy(() -> connections.get("oslo"))
                .hasMessageContaining("no connection 'oslo'")
                .hasMessageContaining("there are frankfurt")
                .hasMessageContaining("x.yaml");
    }

    @Test
    void a_missing_directory_and_a_missing_link_are_told() {
        assertThatThrownBy(() -> new Connections(dir.resolve("nowhere")).get("frankfurt"))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("nowhere can't be read");
        assertThatThrownBy(() -> connections.get("frankfurt").clusterLinking().linkTo("paris"))
                .hasMessageContaining("no link to paris, only to [oslo]");
    }
}
