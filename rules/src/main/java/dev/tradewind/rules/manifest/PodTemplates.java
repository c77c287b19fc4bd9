package dev.tradewind.rules.manifest;

import dev.tradewind.rules.text.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pod templates of an object, wherever they are: of Kubernetes' own kinds, of FlinkDeployment,
 * and of any other kind whatever looks like one. Who looks like a pod is held to a pod's rules.
 */
final class PodTemplates {
    /**
     * @param path within the object
     * @param template an object with metadata and spec
     * @param fallbackAccount the service account where the template names none; null where the
     *     object names it elsewhere
     */
    record Found(String path, JsonNode template, String fallbackAccount) {}

    static final String FLINK_MAIN_CONTAINER = "flink-main-container";

    private static final List<String> CONTAINERS =
            List.of("containers", "initContainers", "ephemeralContainers");

    private PodTemplates() {}

    static List<Found> of(JsonNode object) {
        String kind = object.path("kind").stringValue("");
        List<Found> found = new ArrayList<>();
        if (kind.equals("FlinkDeployment")) {
            flink(object, found);
        } else if (kind.equals("Pod")) {
            found.add(new Found("", object, "default"));
        } else {
            walk("", object, found);
        }
        return found;
    }

    private static void walk(String path, JsonNode node, List<Found> found) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(path + "[" + i + "]", node.get(i), found);
            }
        } else if (node.isObject()) {
            for (var property : node.properties()) {
                String key = property.getKey();
                JsonNode value = property.getValue();
                String at = Paths.child(path, key);
                boolean named = key.equals("template") || key.endsWith("odTemplate");
                if (value.isObject()
                        && (named && value.has("spec") || isPodSpec(value.path("spec")))) {
                    found.add(new Found(at, value, "default"));
                } else if (isPodSpec(value) && !key.equals("spec")) {
                    ObjectNode template = Json.STRICT.createObjectNode();
                    template.set("spec", value);
                    found.add(new Found(at, template, "default"));
                } else if (isPodSpec(value) && path.isEmpty()) {
                    found.add(new Found("", node, "default"));
                }
                walk(at, value, found);
            }
        }
    }

    private static boolean isPodSpec(JsonNode node) {
        return CONTAINERS.stream().anyMatch(list -> node.path(list).isArray());
    }

    /**
     * The operator lays the job manager's and the task manager's template over the common one, and
     * adds its own container. Lists are merged by index, or by name where it is configured so: both
     * results must be sound, for the request doesn't know which it will be.
     */
    private static void flink(JsonNode object, List<Found> found) {
        JsonNode spec = object.path("spec");
        String account = spec.path("serviceAccount").stringValue("").isEmpty() ? "default" : null;
        JsonNode common = spec.path("podTemplate");
        for (String role : List.of("jobManager", "taskManager")) {
            JsonNode own = spec.path(role).path("podTemplate");
            String path = "spec." + (own.isObject() ? role + "." : "") + "podTemplate";
            Set<JsonNode> merged = new LinkedHashSet<>();
            for (boolean byName : new boolean[] {false, true}) {
                merged.add(withMainContainer(merge(common, own, byName)));
            }
            merged.forEach(template -> found.add(new Found(path, template, account)));
        }
        Map<String, JsonNode> rest = new LinkedHashMap<>();
        for (var property : spec.properties()) {
            if (!property.getKey().equals("podTemplate")) {
                rest.put(property.getKey(), property.getValue());
            }
        }
        rest.forEach(
                (key, value) -> {
                    if (!key.equals("jobManager") && !key.equals("taskManager")) {
                        walk("spec." + key, value, found);
                    }
                });
    }

    private static JsonNode withMainContainer(JsonNode template) {
        ObjectNode result =
                template.isObject()
                        ? (ObjectNode) template.deepCopy()
                        : Json.STRICT.createObjectNode();
        ObjectNode spec =
                result.path("spec").isObject()
                        ? (ObjectNode) result.get("spec")
                        : result.putObject("spec");
        ArrayNode containers =
                spec.path("containers").isArray()
                        ? (ArrayNode) spec.get("containers")
                        : spec.putArray("containers");
        for (JsonNode container : containers) {
            if (container.path("name").stringValue("").equals(FLINK_MAIN_CONTAINER)) {
                return result;
            }
        }
        containers.addObject().put("name", FLINK_MAIN_CONTAINER);
        return result;
    }

    private static JsonNode merge(JsonNode base, JsonNode over, boolean byName) {
        if (over.isMissingNode() || over.isNull()) {
            return base;
        }
        if (base.isObject() && over.isObject()) {
            ObjectNode result = (ObjectNode) base.deepCopy();
            for (var property : over.properties()) {
                result.set(
                        property.getKey(),
                        merge(base.path(property.getKey()), property.getValue(), byName));
            }
            return result;
        }
        if (base.isArray() && over.isArray() && hasObjects(over)) {
            return byName ? mergeByName(base, over) : mergeByIndex(base, over);
        }
        return over;
    }

    private static boolean hasObjects(JsonNode array) {
        for (JsonNode element : array) {
            if (!element.isObject()) {
                return false;
            }
        }
        return true;
    }

    private static ArrayNode mergeByIndex(JsonNode base, JsonNode over) {
        ArrayNode result = Json.STRICT.createArrayNode();
        for (int i = 0; i < Math.max(base.size(), over.size()); i++) {
            result.add(merge(base.path(i), over.path(i), false));
        }
        return result;
    }

    private static ArrayNode mergeByName(JsonNode base, JsonNode over) {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        int nameless = 0;
        for (JsonNode array : List.of(base, over)) {
            for (JsonNode element : array) {
                String name = element.path("name").stringValue("");
                // A space can't be in a name.
                String key = name.isEmpty() ? " " + nameless++ : name;
                JsonNode before = byName.get(key);
                byName.put(key, before == null ? element : merge(before, element, true));
            }
        }
        ArrayNode result = Json.STRICT.createArrayNode();
        byName.values().forEach(result::add);
        return result;
    }
}
