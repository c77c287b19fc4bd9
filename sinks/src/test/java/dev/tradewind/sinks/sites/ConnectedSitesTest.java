package dev.tradewind.sinks.sites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.sinks.connection.ConnectionException;
import dev.tradewind.sinks.port.PortException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which connection a site has; that they work is shown where there are clusters. */
class ConnectedSitesTest {
    @TempDir Path dir;
    private ConnectedSites sites;

    @BeforeEach
    void open() throws IOException {
        for (String name : new String[] {"central", "north", "madrid"}) {
            Files.writeString(
                    dir.resolve(name + ".yaml"),
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Connection
                    metadata: {name: %1$s}
                    spec:
                      kubernetes: {kubeconfig: none}
                      kafka: {bootstrapServers: "%1$s:9092"}
                    """
                            .formatted(name));
        }
        sites = new ConnectedSites(dir, 1_000);
    }

    @AfterEach
    void close() {
        sites.close();
    }

    @Test
    void aSiteIsFoundByTheConnectionThatTheCatalogNames() throws PortException {
        ConnectedSites named =
                sites.named(Map.of("frankfurt", "central", "oslo", "north", "paris", "seine"));

        // Madrid has left the catalog and may still have to be emptied, Paris has no connection yet
        assertThat(named.names()).containsExactly("frankfurt", "madrid", "oslo");
        assertThat(named.placeholders("oslo"))
                .containsEntry("name", "oslo")
                .containsEntry("bootstrapServers", "north:9092");
        assertThat(named.placeholders("madrid")).containsEntry("bootstrapServers", "madrid:9092");
        assertThatThrownBy(() -> named.placeholders("paris"))
                .isInstanceOf(PortException.class)
                .hasMessageContaining("no connection 'seine'")
                .extracting(Object::toString)
                .asString()
                .contains("paris");
    }

    @Test
    void namesMayBeSwapped() throws PortException {
        ConnectedSites named = sites.named(Map.of("north", "central", "central", "north"));

        assertThat(named.names()).containsExactly("central", "madrid", "north");
        assertThat(named.placeholders("north")).containsEntry("bootstrapServers", "central:9092");
        assertThat(named.placeholders("central")).containsEntry("bootstrapServers", "north:9092");
    }

    @Test
    void withoutACatalogEachIsFoundByItsOwnName() throws PortException {
        assertThat(sites.named(null).names()).containsExactly("central", "madrid", "north");
        assertThat(sites.named(Map.of()).placeholders("north"))
                .containsEntry("bootstrapServers", "north:9092");
    }

    /** Else it would be taken for one that has left, and what is there for put away. */
    @Test
    void aSiteWhoseConnectionCanNotBeReadIsThereAndCanNotBeAsked() throws IOException {
        ConnectedSites named = sites.named(Map.of("frankfurt", "central", "paris", "seine"));
        assertThat(named.names()).containsExactly("frankfurt", "madrid", "north");
        Files.writeString(dir.resolve("central.yaml"), "kind: Connec");

        assertThat(named.names()).containsExactly("frankfurt", "madrid", "north", "paris");
        assertThatThrownBy(() -> named.cluster("frankfurt"))
                .isInstanceOf(PortException.class)
                .extracting(e -> ((PortException) e).kind())
                .isEqualTo(PortException.Kind.FATAL);
    }

    @Test
    void aDirectoryThatCanNotBeReadHasNotNoSites() throws IOException {
        ConnectedSites late = new ConnectedSites(dir.resolve("mounted-later"), 1_000);
        assertThatThrownBy(late::names).isInstanceOf(ConnectionException.class);
        assertThat(late.named(Map.of("oslo", "north")).names()).containsExactly("oslo");
        late.close();
    }
}
