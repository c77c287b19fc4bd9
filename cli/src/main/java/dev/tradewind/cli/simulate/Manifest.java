package dev.tradewind.cli.simulate;

import dev.tradewind.rules.text.Json;
import tools.jackson.databind.JsonNode;

/**
 * What a manifest says, as far as it matters here.
 *
 * @param title kind/name
 * @param carriesPods a Deployment or a Job
 * @param job a Job
 */
record Manifest(String title, boolean carriesPods, boolean job, String text) {
    static Manifest of(String text) {
        JsonNode json = Json.LENIENT.readTree(text);
        String kind = json.path("kind").asString();
        return new Manifest(
                kind + "/" + json.path("metadata").path("name").asString(),
                kind.equals("Deployment") || kind.equals("Job"),
                kind.equals("Job"),
                text);
    }
}
