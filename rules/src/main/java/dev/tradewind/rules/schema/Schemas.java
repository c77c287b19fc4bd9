package dev.tradewind.rules.schema;

import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Reading;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.rules.text.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schemas (2020-12) of everything that people and other programs write and read. They tell
 * an editor what may stand where; units, CEL and what goes across documents is checked by the
 * readers alone.
 */
public final class Schemas {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String ID = "https://tradewind.dev/schemas/v1/";
    private static final JsonMapper PRETTY =
            Json.STRICT.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Schemas() {}

    /** By name: the catalog's kinds, RuleTest, Connection, and the records on topics. */
    public static Map<String, JsonNode> all() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        put(all, "Site", CatalogSchemas.site());
        put(all, "Policy", CatalogSchemas.policy());
        put(all, "Rule", CatalogSchemas.rule());
        put(all, "RuleTest", RuleTestSchema.ruleTest());
        put(all, "Connection", CatalogSchemas.connection());
        RecordSchemas written = new RecordSchemas(false);
        put(all, "Reading", reading(written.of(Reading.class)));
        put(all, "WorkloadRequest", request(written.of(WorkloadRequest.class)));
        RecordSchemas read = new RecordSchemas(true);
        put(all, "Command", read.of(Command.class));
        put(all, "Outcome", read.of(Outcome.class));
        put(all, "Decision", read.of(Decision.class));
        put(all, "Placement", read.of(Placement.class));
        put(all, "LedgerDay", read.of(LedgerDay.class));
        put(all, "Detection", read.of(Detection.class));
        put(all, "CatalogInForce", read.of(CatalogInForce.class));
        put(all, "CatalogRejected", read.of(CatalogRejected.class));
        return all;
    }

    /** One schema for any document of the catalog: what a person sets for {@code *.yaml}. */
    public static JsonNode catalog() {
        ObjectNode any = Json.STRICT.createObjectNode();
        any.put("$schema", DIALECT);
        any.put("$id", ID + fileName("Catalog"));
        any.put("title", "Catalog");
        var kinds = any.putArray("oneOf");
        kinds.add(CatalogSchemas.site());
        kinds.add(CatalogSchemas.policy());
        kinds.add(CatalogSchemas.rule());
        return any;
    }

    /** {@code WorkloadRequest.schema.json}. */
    public static String fileName(String name) {
        return name + ".schema.json";
    }

    /** As it is published: indented, with a newline at the end. */
    public static String text(JsonNode schema) {
        return PRETTY.writeValueAsString(schema) + "\n";
    }

    private static void put(Map<String, JsonNode> all, String name, ObjectNode schema) {
        ObjectNode whole = Json.STRICT.createObjectNode();
        whole.put("$schema", DIALECT);
        whole.put("$id", ID + fileName(name));
        whole.put("title", name);
        whole.setAll(schema);
        all.put(name, whole);
    }

    private static ObjectNode reading(ObjectNode schema) {
        var of = schema.putArray("oneOf");
        of.addObject().putArray("required").add("zone");
        of.addObject().putArray("required").add("site");
        var rules = schema.putArray("allOf");
        rules.add(RecordSchemas.when("kind", List.of("actual", "estimated"), "value", "datetime"));
        rules.add(RecordSchemas.when("kind", List.of("forecast"), "generatedAt"));
        return schema;
    }

    private static ObjectNode request(ObjectNode schema) {
        var rules = schema.putArray("allOf");
        rules.add(RecordSchemas.when("action", List.of("submit", "update"), "spec"));
        rules.add(RecordSchemas.when("action", List.of("pin", "move"), "site"));
        return schema;
    }
}
