package dev.tradewind.testbed.conformance;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The published description of the Cluster Linking API. It is no part of the project: it stands
 * beside the checkout, or where {@code TRADEWIND_CONTRACTS} says, or nowhere.
 */
final class Description {
    static final Path FILE =
            Path.of(System.getenv().getOrDefault("TRADEWIND_CONTRACTS", "../../shared/contracts"))
                    .resolve("cluster-linking-openapi.yaml");

    private Description() {}

    static boolean isThere() {
        return Files.exists(FILE);
    }
}
