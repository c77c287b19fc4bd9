package dev.tradewind.testbed.kube.embedded;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sets of field paths as server-side apply keeps them in {@code metadata.managedFields} (FieldsV1):
 * {@code f:name} a field, <code>k:{"name":"app"}</code> an item of a list with keys, {@code .} the
 * item itself. Which lists have keys is in Kubernetes' OpenAPI schema; here it is a table of those
 * in a pod template and in metadata, and every other list is replaced whole.
 */
final class Fields {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, List<String>> LIST_KEYS =
            Map.ofEntries(
                    Map.entry("containers", List.of("name")),
                    Map.entry("initContainers", List.of("name")),
                    Map.entry("env", List.of("name")),
                    Map.entry("volumes", List.of("name")),
                    Map.entry("imagePullSecrets", List.of("name")),
                    Map.entry("volumeMounts", List.of("mountPath")),
                    Map.entry("ownerReferences", List.of("uid")),
                    Map.entry("conditions", List.of("type")));

    private static final Set<String> ATOMIC_MAPS = Set.of("selector", "nodeSelector");

    /** What the server sets itself or what names the object: owned by nobody. */
    private static final Set<String> UNOWNED_METADATA =
            Set.of(
                    "name",
                    "namespace",
                    "uid",
                    "resourceVersion",
                    "generation",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "selfLink",
                    "generateName",
                    "managedFields");

    private Fields() {}

    /** The paths that an object sets. */
    static Set<List<String>> of(JsonNode object, boolean builtIn) {
        Set<List<String>> paths = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (name.equals("apiVersion") || name.equals("kind")) {
                continue;
            }
            if (name.equals("metadata")) {
                for (Map.Entry<String, JsonNode> meta : field.getValue().properties()) {
                    if (!UNOWNED_METADATA.contains(meta.getKey())) {
                        collect(
                                meta.getValue(),
                                List.of("f:metadata", "f:" + meta.getKey()),
                                true,
                                paths);
                    }
                }
            } else {
                collect(field.getValue(), List.of("f:" + name), builtIn, paths);
            }
        }
        return paths;
    }

    private static void collect(
            JsonNode value, List<String> path, boolean builtIn, Set<List<String>> paths) {
        String name = path.get(path.size() - 1).substring(2);
        if (value.isObject() && !value.isEmpty() && !isAtomic(path, name, builtIn)) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                collect(field.getValue(), plus(path, "f:" + field.getKey()), builtIn, paths);
            }
            return;
        }
        if (value.isArray()) {
            List<String> keys = keys(path, name, (ArrayNode) value, builtIn);
            if (!keys.isEmpty()) {
                for (JsonNode item : value) {
                    List<String> itemPath = plus(path, key(item, keys));
                    paths.add(plus(itemPath, "."));
                    for (Map.Entry<String, JsonNode> field : item.properties()) {
                        collect(
                                field.getValue(),
                                plus(itemPath, "f:" + field.getKey()),
                                builtIn,
                                paths);
                    }
                }
                return;
            }
            if (name.equals("finalizers")) {
                value.forEach(v -> paths.add(plus(path, "v:" + v)));
                return;
            }
        }
        paths.add(path);
    }

    private static boolean isAtomic(List<String> path, String name, boolean builtIn) {
        return builtIn && ATOMIC_MAPS.contains(name) && path.get(0).equals("f:spec");
    }

    /** The fields that identify an item of this list; empty where the list is replaced whole. */
    static List<String> keys(List<String> path, String name, ArrayNode list, boolean builtIn) {
        if (!builtIn || list.isEmpty()) {
            return List.of();
        }
        List<String> keys;
        if (name.equals("ports")) {
            boolean container = path.stream().anyMatch(p -> p.startsWith("k:"));
            keys = container ? List.of("containerPort", "protocol") : List.of("port", "protocol");
        } else {
            keys = LIST_KEYS.getOrDefault(name, List.of());
        }
        if (keys.isEmpty()) {
            return keys;
        }
        for (JsonNode item : list) {
            if (!item.isObject() || !item.has(keys.get(0))) {
                return List.of();
            }
        }
        return keys;
    }

    static String key(JsonNode item, List<String> keys) {
        Map<String, Object> values = new TreeMap<>();
        for (String key : keys) {
            JsonNode value = item.path(key);
            if (!value.isMissingNode()) {
                values.put(key, value.isNumber() ? value.asLong() : value.asString());
            } else if (key.equals("protocol")) {
                values.put(key, "TCP");
            }
        }
        return "k:" + JSON.writeValueAsString(values);
    }

    static List<String> plus(List<String> path, String element) {
        List<String> longer = new ArrayList<>(path.size() + 1);
        longer.addAll(path);
        longer.add(element);
        return longer;
    }

    /** The value at a path, or null. A list item's own mark ({@code .}) gives the item. */
    static JsonNode at(JsonNode object, List<String> path) {
        JsonNode node = object;
        for (String element : path) {
            if (element.equals(".")) {
                return node;
            }
            node = child(node, element);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    private static JsonNode child(JsonNode node, String element) {
        if (element.startsWith("f:")) {
            return node.isObject() ? node.get(element.substring(2)) : null;
        }
        if (!node.isArray()) {
            return null;
        }
        int index = indexOf((ArrayNode) node, element);
        return index < 0 ? null : node.get(index);
    }

    private static int indexOf(ArrayNode list, String element) {
        JsonNode wanted = JSON.readTree(element.substring(2));
        for (int i = 0; i < list.size(); i++) {
            if (element.startsWith("v:")) {
                if (list.get(i).equals(wanted)) {
                    return i;
                }
            } else if (list.get(i).isObject()) {
                List<String> keys = new ArrayList<>(wanted.propertyNames());
                if (key(list.get(i), keys).equals(element)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Removes what a path names, and the containers above it that this leaves empty. */
    static void remove(ObjectNode object, List<String> path) {
        List<String> target =
                path.get(path.size() - 1).equals(".") ? path.subList(0, path.size() - 1) : path;
        if (target.size() < 2) {
            object.remove(target.get(0).substring(2));
            return;
        }
        List<String> parentPath = target.subList(0, target.size() - 1);
        JsonNode parent = at(object, parentPath);
        String last = target.get(target.size() - 1);
        if (parent instanceof ObjectNode fields) {
            fields.remove(last.substring(2));
        } else if (parent instanceof ArrayNode list) {
            int index = indexOf(list, last);
            if (index >= 0) {
                list.remove(index);
            }
        }
        if (parent != null && parent.isEmpty() && parentPath.size() > 1) {
            remove(object, parentPath);
        }
    }

    /** Applied configuration over a live object: what it says holds, the rest stays. */
    static void merge(ObjectNode live, JsonNode applied, List<String> path, boolean builtIn) {
        for (Map.Entry<String, JsonNode> field : applied.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            JsonNode present = live.get(name);
            List<String> at = plus(path, "f:" + name);
            boolean withKeys = builtIn || path.isEmpty() || path.get(0).equals("f:metadata");
            if (value.isNull()) {
                continue;
            }
            if (value.isObject()
                    && present instanceof ObjectNode inner
                    && !isAtomic(at, name, builtIn)) {
                merge(inner, value, at, builtIn);
            } else if (value instanceof ArrayNode items && present instanceof ArrayNode list) {
                List<String> keys = keys(at, name, items, withKeys);
                if (!keys.isEmpty()
                        && (list.isEmpty() || !keys(at, name, list, withKeys).isEmpty())) {
                    mergeItems(list, items, keys, at, builtIn);
                } else if (name.equals("finalizers")) {
                    for (JsonNode item : items) {
                        if (indexOf(list, "v:" + item) < 0) {
                            list.add(item.deepCopy());
                        }
                    }
                } else {
                    live.set(name, value.deepCopy());
                }
            } else {
                live.set(name, value.deepCopy());
            }
        }
    }

    private static void mergeItems(
            ArrayNode list, ArrayNode items, List<String> keys, List<String> at, boolean builtIn) {
        for (JsonNode item : items) {
            String key = key(item, keys);
            int index = indexOf(list, key);
            if (index < 0) {
                list.add(item.deepCopy());
            } else {
                merge((ObjectNode) list.get(index), item, plus(at, key), builtIn);
            }
        }
    }

    static ObjectNode toFieldsV1(Set<List<String>> paths) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (List<String> path : paths) {
            ObjectNode node = root;
            for (String element : path) {
                JsonNode next = node.get(element);
                node = next instanceof ObjectNode object ? object : node.putObject(element);
            }
        }
        return root;
    }

    static Set<List<String>> fromFieldsV1(JsonNode fields) {
        Set<List<String>> paths = new LinkedHashSet<>();
        read(fields, List.of(), paths);
        return paths;
    }

    private static void read(JsonNode node, List<String> path, Set<List<String>> paths) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            List<String> longer = plus(path, field.getKey());
            if (field.getValue().isEmpty()) {
                paths.add(longer);
            } else {
                read(field.getValue(), longer, paths);
            }
        }
    }

    /** A path as people read it: {@code .spec.replicas}. */
    static String display(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String element : path) {
            if (element.startsWith("f:")) {
                text.append('.').append(element, 2, element.length());
            } else if (element.startsWith("k:")) {
                JsonNode keys = JSON.readTree(element.substring(2));
                text.append('[');
                Iterator<Map.Entry<String, JsonNode>> i = keys.properties().iterator();
                while (i.hasNext()) {
                    Map.Entry<String, JsonNode> key = i.next();
                    text.append(key.getKey()).append('=').append(key.getValue());
                    text.append(i.hasNext() ? "," : "");
                }
                text.append(']');
            } else if (element.startsWith("v:")) {
                text.append('[').append(element, 2, element.length()).append(']');
            }
        }
        return text.toString();
    }

    /** The paths of {@code after} whose value is another than before, new ones included. */
    static Set<List<String>> changed(JsonNode before, JsonNode after, boolean builtIn) {
        Set<List<String>> changed = new LinkedHashSet<>();
        for (List<String> path : of(after, builtIn)) {
            boolean mark = path.get(path.size() - 1).equals(".");
            JsonNode old = at(before, path);
            if (old == null || (!mark && !old.equals(at(after, path)))) {
                changed.add(path);
            }
        }
        return changed;
    }
}
