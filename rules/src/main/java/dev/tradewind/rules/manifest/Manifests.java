package dev.tradewind.rules.manifest;

import dev.tradewind.rules.text.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Manifests as trees. */
final class Manifests {
    private Manifests() {}

    /**
     * @throws IllegalArgumentException where it isn't a JSON object
     */
    static JsonNode read(String manifest) {
        JsonNode node;
        try {
            node = Json.STRICT.readTree(manifest);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a manifest must be a JSON object: " + e.getOriginalMessage(), e);
        }
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException("a manifest must be a JSON object");
        }
        return node;
    }
}
