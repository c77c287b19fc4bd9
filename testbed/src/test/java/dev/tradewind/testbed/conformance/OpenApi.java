package dev.tradewind.testbed.conformance;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * An OpenAPI 3.0 description, and what in a request or an answer is against it. Schemas are the
 * library's, in its dialect of OpenAPI 3.0; paths, parameters, statuses and types of content are
 * looked at here, and so is what is not described at all.
 */
final class OpenApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(Dialects.getOpenApi30());

    /** One operation: its method, and its path with the names of parameters. */
    record Operation(String method, String path, Pattern pattern, JsonNode described) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

    private OpenApi(JsonNode root) {
        this.root = root;
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            Pattern pattern = Pattern.compile(path.getKey().replaceAll("\\{[^}]*}", "[^/]+"));
            for (Map.Entry<String, JsonNode> each : path.getValue().properties()) {
                operations.add(
                        new Operation(
                                each.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                pattern,
                                each.getValue()));
            }
        }
        // a path as it stands goes before one with a parameter in that place
        operations.sort(Comparator.comparingInt(o -> o.path().split("\\{").length));
    }

    static OpenApi read(Path file) {
        try {
            Object yaml =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            return new OpenApi(JSON.valueToTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Optional<Operation> operation(String method, String path) {
        Optional<Operation> first =
                operations.stream().filter(o -> o.pattern().matcher(path).matches()).findFirst();
        return operations.stream()
                .filter(o -> first.isPresent() && o.path().equals(first.get().path()))
                .filter(o -> o.method().equals(method))
                .findFirst();
    }

    /**
     * What is against the description in a request.
     *
     * @param query decoded
     * @param contentType null for none
     */
    List<String> request(
            Operation operation, Map<String, String> query, String contentType, String body) {
        List<String> found = new ArrayList<>();
        Map<String, String> left = new TreeMap<>(query);
        for (JsonNode parameter : operation.described().path("parameters")) {
            if (!parameter.path("in").asString().equals("query")) {
                continue;
            }
            String name = parameter.path("name").asString();
            String value = left.remove(name);
            if (value != null) {
                JsonNode schema = parameter.path("schema");
                check(schema, typed(resolved(schema), value), "parameter " + name, found);
            } else if (parameter.path("required").asBoolean(false)) {
                found.add("parameter " + name + " is required");
            }
        }
        left.keySet().forEach(name -> found.add("parameter " + name + " is not described"));
        JsonNode described = resolved(operation.described().path("requestBody"));
        if (body.isEmpty()) {
            if (described.path("required").asBoolean(false)) {
                found.add("a body is required");
            }
        } else {
            content(described.path("content"), contentType, body, "body", found);
        }
        return found;
    }

    /**
     * What is against the description in an answer.
     *
     * @param contentType null for none
     */
    List<String> answer(Operation operation, int status, String contentType, String body) {
        List<String> found = new ArrayList<>();
        JsonNode responses = operation.described().path("responses");
        JsonNode described =
                responses.has(Integer.toString(status))
                        ? responses.path(Integer.toString(status))
                        : responses.path(status / 100 + "XX");
        if (described.isMissingNode()) {
            found.add("status " + status + " is not described");
            return found;
        }
        JsonNode content = resolved(described).path("content");
        if (!body.isEmpty()) {
            content(content, contentType, body, "answer", found);
        } else if (!content.isEmpty()) {
            found.add("the answer has no content");
        }
        return found;
    }

    private void content(
            JsonNode described, String type, String body, String where, List<String> found) {
        String plain = type == null ? "none" : type.split(";")[0].strip();
        if (!described.has(plain)) {
            found.add(
                    "%s of type %s is none of %s"
                            .formatted(where, plain, described.propertyNames()));
            return;
        }
        JsonNode value;
        try {
            value = plain.endsWith("json") ? JSON.readTree(body) : StringNode.valueOf(body);
        } catch (JacksonException e) {
            found.add(where + " is not JSON");
            return;
        }
        check(described.path(plain).path("schema"), value, where, found);
    }

    private static JsonNode typed(JsonNode schema, String value) {
        return schema.path("type").asString("").equals("boolean")
                        && (value.equals("true") || value.equals("false"))
                ? BooleanNode.valueOf(Boolean.parseBoolean(value))
                : StringNode.valueOf(value);
    }

    private void check(JsonNode schema, JsonNode value, String where, List<String> found) {
        for (Error error : compiled(schema).validate(value)) {
            found.add(where + " " + error.getInstanceLocation() + ": " + error.getMessage());
        }
        undescribed(schema, value, where, found);
    }

    /** By itself a reference leads nowhere: what it may lead to is put beside it. */
    private Schema compiled(JsonNode schema) {
        return schemas.computeIfAbsent(
                schema,
                s -> {
                    ObjectNode whole = (ObjectNode) s.deepCopy();
                    whole.set("components", root.path("components"));
                    return REGISTRY.getSchema(whole);
                });
    }

    private JsonNode resolved(JsonNode node) {
        JsonNode now = node;
        while (now.has("$ref")) {
            now = root.at(now.path("$ref").asString().substring(1));
        }
        return now;
    }

    /** Fields that the description does not have, which JSON Schema lets pass. */
    private void undescribed(JsonNode schema, JsonNode value, String where, List<String> found) {
        JsonNode plain = resolved(schema);
        if (value.isArray()) {
            for (JsonNode each : value) {
                undescribed(plain.path("items"), each, where + "[]", found);
            }
        } else if (value.isObject()) {
            Map<String, JsonNode> fields = new TreeMap<>();
            fields(plain, fields);
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                String name = where + "." + field.getKey();
                JsonNode of = fields.get(field.getKey());
                if (of == null) {
                    found.add(name + " is not described");
                } else {
                    undescribed(of, field.getValue(), name, found);
                }
            }
        }
    }

    private void fields(JsonNode schema, Map<String, JsonNode> fields) {
        JsonNode plain = resolved(schema);
        plain.path("properties").properties().forEach(f -> fields.put(f.getKey(), f.getValue()));
        plain.path("allOf").forEach(part -> fields(part, fields));
    }
}
