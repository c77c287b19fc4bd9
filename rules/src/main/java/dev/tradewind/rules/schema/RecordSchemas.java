package dev.tradewind.rules.schema;

import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas of the records on topics, from the records themselves: fields, types and enumerations by
 * reflection, descriptions from {@code descriptions.properties}, which a test holds complete. What
 * a Java type can't say (a text that is a duration) is told here.
 */
final class RecordSchemas {
    private static final Map<String, Supplier<ObjectNode>> PARTS =
            Map.ofEntries(
                    Map.entry("Reading.duration", Parts::duration),
                    Map.entry("Reading.site", Parts::name),
                    Map.entry("Reading.kind", () -> names("actual", "estimated", "forecast")),
                    Map.entry("Reading.signalType", () -> names("average", "marginal")),
                    Map.entry("Point.duration", Parts::duration),
                    Map.entry("WorkloadRequest.workload", () -> Parts.matching(Parts.WORKLOAD)),
                    Map.entry("WorkloadRequest.site", Parts::name),
                    Map.entry(
                            "WorkloadSpec.manifests",
                            () -> Parts.listOf(Parts.type("object")).put("maxItems", 100)),
                    Map.entry("WorkloadSpec.demand", RecordSchemas::demand),
                    Map.entry("WorkloadSpec.power", Parts::quantity),
                    Map.entry("WorkloadSpec.prefer", () -> Parts.listOf(Parts.name())),
                    Map.entry("Topics.home", Parts::name),
                    Map.entry("Latency.to", Parts::name),
                    Map.entry("Latency.within", Parts::quantity),
                    Map.entry("Schedule.expectedDuration", Parts::duration),
                    Map.entry("Move.state", Parts::quantity),
                    Map.entry("Move.downtime", Parts::duration),
                    Map.entry("Move.fixedCost", Parts::quantity),
                    Map.entry("Move.cooldown", Parts::duration),
                    Map.entry("Move.volumes", () -> names("kafka", "rebuilt")));

    private static final Set<String> REQUIRED =
            Set.of(
                    "Reading.signal",
                    "Point.datetime",
                    "Point.value",
                    "WorkloadRequest.action",
                    "WorkloadRequest.workload",
                    "Latency.within",
                    "Command.commandId",
                    "Command.workload",
                    "Command.action",
                    "Outcome.commandId",
                    "Outcome.workload",
                    "Outcome.status",
                    "Decision.decisionId",
                    "Decision.workload",
                    "Decision.verdict",
                    "Decision.at",
                    "Decision.reason",
                    "Alternative.site",
                    "UsedReading.site",
                    "UsedReading.signal",
                    "Placement.workload",
                    "Placement.phase",
                    "LedgerDay.workload",
                    "LedgerDay.site",
                    "LedgerDay.day",
                    "LedgerDay.at",
                    "LedgerDay.carbon",
                    "Carbon.factor",
                    "Carbon.sources",
                    "Detection.detectionId",
                    "Detection.kind",
                    "Detection.ruleId",
                    "Detection.site",
                    "Detection.at",
                    "CatalogInForce.version",
                    "CatalogInForce.counts",
                    "CatalogInForce.sites",
                    "CatalogInForce.policies",
                    "CatalogInForce.rules",
                    "LiveRule.name",
                    "LiveRule.version",
                    "LiveRule.shape",
                    "LiveRule.action",
                    "CatalogRejected.at",
                    "CatalogRejected.problems",
                    "Wrong.file",
                    "Wrong.message");

    private final Properties descriptions = new Properties();
    private final boolean open;

    /**
     * @param open whether other fields may come
     */
    RecordSchemas(boolean open) {
        this.open = open;
        try (InputStream in = RecordSchemas.class.getResourceAsStream("descriptions.properties")) {
            descriptions.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode of(Class<?> record) {
        Parts.Fields fields = Parts.object();
        if (open) {
            fields.open();
        }
        for (RecordComponent component : record.getRecordComponents()) {
            String key = record.getSimpleName() + "." + component.getName();
            ObjectNode part =
                    PARTS.containsKey(key)
                            ? PARTS.get(key).get()
                            : part(component.getGenericType());
            String description = descriptions.getProperty(key);
            if (REQUIRED.contains(key) || component.getType().isPrimitive()) {
                fields.required(component.getName(), part, description);
            } else {
                fields.field(component.getName(), part, description);
            }
        }
        return fields.build();
    }

    private ObjectNode part(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? Parts.listOf(part(arguments[0]))
                    : Parts.mapOf(part(arguments[1]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return Parts.text();
        }
        if (plain == Instant.class) {
            return Parts.instant();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Parts.type("boolean");
        }
        if (plain == double.class || plain == Double.class) {
            return Parts.type("number");
        }
        if (plain == int.class
                || plain == Integer.class
                || plain == long.class
                || plain == Long.class) {
            return Parts.type("integer");
        }
        if (plain.isEnum()) {
            return Parts.oneOf(
                    Stream.of(plain.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList());
        }
        if (plain.isRecord()) {
            return of(plain);
        }
        throw new IllegalStateException("no schema for " + type);
    }

    private static ObjectNode names(String... names) {
        return Parts.oneOf(List.of(names));
    }

    private static ObjectNode demand() {
        return Parts.object()
                .field("cpu", Parts.kubernetes(), "Cores: 8, 500m.")
                .field("memory", Parts.kubernetes(), "Bytes: 32Gi.")
                .build();
    }

    /** {@code if field is one of values then required}. */
    static ObjectNode when(String field, List<String> values, String... required) {
        ObjectNode rule = Json.STRICT.createObjectNode();
        ObjectNode condition = rule.putObject("if");
        condition.putObject("properties").set(field, Parts.oneOf(values));
        condition.putArray("required").add(field);
        var names = rule.putObject("then").putArray("required");
        for (String name : required) {
            names.add(name);
        }
        return rule;
    }
}
