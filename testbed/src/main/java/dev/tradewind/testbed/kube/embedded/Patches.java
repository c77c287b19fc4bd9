package dev.tradewind.testbed.kube.embedded;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386). */
final class Patches {
    private Patches() {}

    /** RFC 7386: null removes, objects merge, everything else replaces. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        ObjectNode result =
                target instanceof ObjectNode object
                        ? object.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                result.remove(field.getKey());
            } else {
                JsonNode present = result.get(field.getKey());
                result.set(field.getKey(), merge(present, field.getValue()));
            }
        }
        return result;
    }

    /**
     * A strategic merge patch: as RFC 7386, but lists with keys merge by key, and {@code $patch:
     * delete} removes an item. Other directives only order lists and are left out.
     */
    static ObjectNode strategic(ObjectNode target, JsonNode patch, boolean builtIn) {
        ObjectNode result = target.deepCopy();
        strategic(result, patch, "", builtIn);
        return result;
    }

    private static void strategic(ObjectNode target, JsonNode patch, String path, boolean builtIn) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            JsonNode present = target.get(name);
            if (name.startsWith("$")) {
                continue;
            }
            if (value.isNull()) {
                target.remove(name);
            } else if (value.isObject() && present instanceof ObjectNode inner) {
                strategic(inner, value, path + "/" + name, builtIn);
            } else if (value instanceof ArrayNode items && present instanceof ArrayNode list) {
                strategicList(target, name, list, items, path + "/" + name, builtIn);
            } else {
                target.set(name, value.deepCopy());
            }
        }
    }

    private static void strategicList(
            ObjectNode target,
            String name,
            ArrayNode list,
            ArrayNode items,
            String path,
            boolean builtIn) {
        List<String> at =
                path.contains("/containers/")
                        ? List.of("k:{}", "f:" + name)
                        : List.of("f:spec", "f:" + name);
        List<String> keys = Fields.keys(at, name, items, builtIn);
        if (keys.isEmpty()) {
            target.set(name, items.deepCopy());
            return;
        }
        for (JsonNode item : items) {
            String key = Fields.key(item, keys);
            int index = -1;
            for (int i = 0; i < list.size(); i++) {
                if (Fields.key(list.get(i), keys).equals(key)) {
                    index = i;
                }
            }
            if (item.path("$patch").asString("").equals("delete")) {
                if (index >= 0) {
                    list.remove(index);
                }
            } else if (index < 0) {
                list.add(item.deepCopy());
            } else {
                strategic((ObjectNode) list.get(index), item, path + "/", builtIn);
            }
        }
    }

    /**
     * @throws ApiException 422 where an operation doesn't apply, as the API server answers
     */
    static JsonNode json(JsonNode target, JsonNode operations) {
        ObjectNode holder = JsonNodeFactory.instance.objectNode();
        holder.set("root", target.deepCopy());
        for (JsonNode operation : operations) {
            String op = operation.path("op").asString("");
            String path = "/root" + operation.path("path").asString("");
            String from = "/root" + operation.path("from").asString("");
            JsonNode value = operation.path("value");
            switch (op) {
                case "add" -> add(holder, path, value.deepCopy());
                case "replace" -> {
                    take(holder, path);
                    add(holder, path, value.deepCopy());
                }
                case "remove" -> take(holder, path);
                case "move" -> add(holder, path, take(holder, from));
                case "copy" -> add(holder, path, existing(holder, from).deepCopy());
                case "test" -> {
                    if (!existing(holder, path).equals(value)) {
                        throw refused("testing value " + operation.path("path") + " failed");
                    }
                }
                default -> throw ApiException.badRequest("unknown patch operation '" + op + "'");
            }
        }
        return holder.get("root");
    }

    private static JsonNode existing(ObjectNode holder, String path) {
        JsonNode node = holder.at(JsonPointer.compile(path));
        if (node.isMissingNode()) {
            throw refused("nothing at " + path.substring("/root".length()));
        }
        return node;
    }

    private static JsonNode take(ObjectNode holder, String path) {
        JsonNode node = existing(holder, path);
        JsonPointer pointer = JsonPointer.compile(path);
        JsonNode parent = holder.at(pointer.head());
        if (parent instanceof ArrayNode list) {
            list.remove(pointer.last().getMatchingIndex());
        } else {
            ((ObjectNode) parent).remove(pointer.last().getMatchingProperty());
        }
        return node;
    }

    private static void add(ObjectNode holder, String path, JsonNode value) {
        JsonPointer pointer = JsonPointer.compile(path);
        JsonNode parent = holder.at(pointer.head());
        String last = pointer.last().getMatchingProperty();
        if (parent instanceof ArrayNode list) {
            int index = last.equals("-") ? list.size() : pointer.last().getMatchingIndex();
            if (index < 0 || index > list.size()) {
                throw refused("no index " + last + " in " + path.substring("/root".length()));
            }
            list.insert(index, value);
        } else if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            throw refused("nothing to add to at " + path.substring("/root".length()));
        }
    }

    private static ApiException refused(String message) {
        return new ApiException(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request: " + message);
    }
}
