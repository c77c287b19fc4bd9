package dev.tradewind.job.handover;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tradewind.testbed.linking.Exchange;
import dev.tradewind.testbed.linking.ExchangeListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;

/**
 * What the Cluster Linking double is asked and answers is watched in the tests of this module, too.
 */
class ConformanceIsWatchedTest {
    private static final Path DESCRIPTION =
            Path.of(System.getenv().getOrDefault("TRADEWIND_CONTRACTS", "../../shared/contracts"))
                    .resolve("cluster-linking-openapi.yaml");

    @Test
    void anAnswerThatIsNotAsDescribedFailsTheTestInWhichItIsGiven() {
        assumeThat(Files.exists(DESCRIPTION)).as("%s is there", DESCRIPTION).isTrue();
        Exchange wrong =
                new Exchange(
                        "oslo",
                        "GET",
                        "/kafka/v3/clusters/c/links/l/mirrors/t",
                        null,
                        Map.of(),
                        new byte[0],
                        200,
                        "application/json",
                        "{}".getBytes(StandardCharsets.UTF_8),
                        Set.of());
        ServiceLoader.load(ExchangeListener.class).forEach(l -> l.exchanged(wrong));
        assertThatThrownBy(
                        () -> {
                            for (Extension each : ServiceLoader.load(Extension.class)) {
                                if (each instanceof AfterEachCallback callback
                                        && each.getClass().getName().contains("conformance")) {
                                    callback.afterEach(null);
                                }
                            }
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("mirrors/t");
    }
}
