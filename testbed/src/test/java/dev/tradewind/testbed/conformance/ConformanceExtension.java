package dev.tradewind.testbed.conformance;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test in which a request to the Cluster Linking double, or an answer, left the published
 * description. Finds itself into every test that has the testbed's tests on its class path.
 */
public final class ConformanceExtension implements AfterEachCallback, AfterAllCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    private static void check() {
        List<String> found = Conformance.take();
        if (!found.isEmpty()) {
            throw new AssertionError(
                    "against the description of the Cluster Linking API:\n  "
                            + String.join("\n  ", found));
        }
    }
}
