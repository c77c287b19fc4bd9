package dev.tradewind.testbed.kube.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who set which field, and server-side apply over it. Pure: objects in, objects out.
 *
 * <p>The protocol is that of the Kubernetes API server: an apply takes the fields it sends, gives
 * up those it sent before and no longer sends (which removes them where no other manager owns
 * them), and is refused with the fields where another manager's value would change and it doesn't
 * force. Any other write takes the fields it changes.
 */
final class Ownership {
    /** One entry of {@code metadata.managedFields}. */
    record Manager(String name, String operation, String subresource) {}

    private Ownership() {}

    /**
     * @param live the object as it is stored, or null
     * @param applied what was sent, without nulls
     * @return the merged object, with its managedFields
     * @throws ApiException 409 with the fields and their owners
     */
    static ObjectNode apply(
            Kind kind,
            ObjectNode live,
            ObjectNode applied,
            Manager manager,
            boolean force,
            String now) {
        Map<Manager, Set<List<String>>> owners = read(live);
        Set<List<String>> mine = Fields.of(applied, kind.builtIn());
        Set<List<String>> before = owners.getOrDefault(manager, Set.of());
        ObjectNode merged = live == null ? JsonNodeFactory.instance.objectNode() : live.deepCopy();
        if (live != null) {
            settleConflicts(kind, live, applied, manager, force, owners, mine);
        }
        Fields.merge(merged, applied, List.of(), kind.builtIn());
        for (List<String> path : before) {
            if (!mine.contains(path) && !ownedByOther(owners, manager, path)) {
                Fields.remove(merged, path);
            }
        }
        if (mine.isEmpty()) {
            owners.remove(manager);
        } else {
            owners.put(manager, mine);
        }
        write(kind, merged, owners, live, now);
        return merged;
    }

    private static void settleConflicts(
            Kind kind,
            ObjectNode live,
            ObjectNode applied,
            Manager manager,
            boolean force,
            Map<Manager, Set<List<String>>> owners,
            Set<List<String>> mine) {
        ArrayNode causes = JsonNodeFactory.instance.arrayNode();
        List<String> lines = new ArrayList<>();
        for (List<String> path : mine) {
            if (path.get(path.size() - 1).equals(".")) {
                continue;
            }
            JsonNode present = Fields.at(live, path);
            JsonNode wanted = Fields.at(applied, path);
            if (present != null && present.equals(wanted)) {
                continue;
            }
            for (Map.Entry<Manager, Set<List<String>>> other : owners.entrySet()) {
                if (other.getKey().equals(manager) || !other.getValue().contains(path)) {
                    continue;
                }
                if (force) {
                    other.getValue().remove(path);
                    continue;
                }
                String message =
                        "conflict with \""
                                + other.getKey().name()
                                + "\" using "
                                + kind.apiVersion();
                causes.addObject()
                        .put("reason", "FieldManagerConflict")
                        .put("message", message)
                        .put("field", Fields.display(path));
                lines.add(message + ": " + Fields.display(path));
            }
        }
        if (!lines.isEmpty()) {
            throw new ApiException(
                    409,
                    "Conflict",
                    "Apply failed with "
                            + lines.size()
                            + (lines.size() == 1 ? " conflict: " : " conflicts: ")
                            + String.join("; ", lines),
                    causes);
        }
        owners.values().removeIf(Set::isEmpty);
    }

    private static boolean ownedByOther(
            Map<Manager, Set<List<String>>> owners, Manager manager, List<String> path) {
        boolean mark = path.get(path.size() - 1).equals(".");
        List<String> prefix = mark ? path.subList(0, path.size() - 1) : path;
        for (Map.Entry<Manager, Set<List<String>>> other : owners.entrySet()) {
            if (other.getKey().equals(manager)) {
                continue;
            }
            for (List<String> owned : other.getValue()) {
                if (owned.size() >= prefix.size()
                        && owned.subList(0, prefix.size()).equals(prefix)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Notes a write that was no apply: its author takes what changed. */
    static void update(
            Kind kind, ObjectNode before, ObjectNode after, Manager manager, String now) {
        Map<Manager, Set<List<String>>> owners = read(before);
        Set<List<String>> changed =
                Fields.changed(
                        before == null ? JsonNodeFactory.instance.objectNode() : before,
                        after,
                        kind.builtIn());
        for (Set<List<String>> owned : owners.values()) {
            owned.removeAll(changed);
            owned.removeIf(path -> Fields.at(after, path) == null);
        }
        if (!changed.isEmpty()) {
            owners.computeIfAbsent(manager, m -> new LinkedHashSet<>()).addAll(changed);
        }
        owners.values().removeIf(Set::isEmpty);
        write(kind, after, owners, before, now);
    }

    private static Map<Manager, Set<List<String>>> read(ObjectNode object) {
        Map<Manager, Set<List<String>>> owners = new LinkedHashMap<>();
        if (object != null) {
            for (JsonNode entry : object.path("metadata").path("managedFields")) {
                owners.put(manager(entry), Fields.fromFieldsV1(entry.path("fieldsV1")));
            }
        }
        return owners;
    }

    private static Manager manager(JsonNode entry) {
        return new Manager(
                entry.path("manager").asString(""),
                entry.path("operation").asString(""),
                entry.path("subresource").asString(""));
    }

    /** An entry keeps its time while its fields stay, so that a repeated apply writes nothing. */
    private static void write(
            Kind kind,
            ObjectNode object,
            Map<Manager, Set<List<String>>> owners,
            ObjectNode before,
            String now) {
        Map<Manager, JsonNode> old = new LinkedHashMap<>();
        if (before != null) {
            for (JsonNode entry : before.path("metadata").path("managedFields")) {
                old.put(manager(entry), entry);
            }
        }
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        owners.forEach(
                (manager, paths) -> {
                    ObjectNode fields = Fields.toFieldsV1(paths);
                    JsonNode was = old.get(manager);
                    boolean same =
                            was != null && Fields.fromFieldsV1(was.path("fieldsV1")).equals(paths);
                    ObjectNode entry = entries.addObject();
                    entry.put("manager", manager.name())
                            .put("operation", manager.operation())
                            .put("apiVersion", kind.apiVersion())
                            .put("time", same ? was.path("time").asString(now) : now)
                            .put("fieldsType", "FieldsV1")
                            .set("fieldsV1", same ? was.get("fieldsV1") : fields);
                    if (!manager.subresource().isEmpty()) {
                        entry.put("subresource", manager.subresource());
                    }
                });
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", entries);
        }
    }
}
