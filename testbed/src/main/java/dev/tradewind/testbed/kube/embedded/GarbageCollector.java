package dev.tradewind.testbed.kube.embedded;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Deletes what nobody owns any more, and the content of namespaces that end. */
final class GarbageCollector {
    private final Objects objects;

    GarbageCollector(Objects objects) {
        this.objects = objects;
    }

    void collect() {
        List<ObjectNode> all = objects.store().everything();
        Set<String> present = new HashSet<>();
        Set<String> foreground = new HashSet<>();
        Set<String> orphaning = new HashSet<>();
        for (ObjectNode object : all) {
            present.add(Objects.uid(object));
            if (Objects.isDeleting(object)) {
                if (hasFinalizer(object, "foregroundDeletion")) {
                    foreground.add(Objects.uid(object));
                } else if (hasFinalizer(object, "orphan")) {
                    orphaning.add(Objects.uid(object));
                }
            }
        }
        Set<String> blocked = new HashSet<>();
        for (ObjectNode object : all) {
            JsonNode owners = object.path("metadata").path("ownerReferences");
            if (owners.isEmpty()) {
                continue;
            }
            boolean keep = false;
            boolean releases = false;
            boolean inForeground = false;
            for (JsonNode owner : owners) {
                String uid = owner.path("uid").asString("");
                boolean ending = foreground.contains(uid);
                keep |= present.contains(uid) && !ending;
                releases |= orphaning.contains(uid);
                inForeground |= ending;
                if (ending && owner.path("blockOwnerDeletion").asBoolean(false)) {
                    blocked.add(uid);
                }
            }
            if (releases) {
                release(object, orphaning);
            } else if (!keep && !Objects.isDeleting(object)) {
                objects.delete(
                        objects.store().kindOf(object),
                        object,
                        inForeground ? "Foreground" : "Background");
            }
        }
        for (ObjectNode object : all) {
            if (foreground.contains(Objects.uid(object))
                    && !blocked.contains(Objects.uid(object))) {
                dropFinalizer(object, "foregroundDeletion");
            } else if (orphaning.contains(Objects.uid(object))) {
                dropFinalizer(object, "orphan");
            }
        }
        endNamespaces();
    }

    private void release(ObjectNode object, Set<String> owners) {
        objects.change(
                objects.store().kindOf(object),
                object,
                present -> {
                    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
                    for (JsonNode owner : present.path("metadata").path("ownerReferences")) {
                        if (!owners.contains(owner.path("uid").asString(""))) {
                            kept.add(owner);
                        }
                    }
                    Admission.object(present, "metadata").set("ownerReferences", kept);
                });
    }

    private static boolean hasFinalizer(JsonNode object, String name) {
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            if (finalizer.asString("").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private void dropFinalizer(ObjectNode object, String name) {
        objects.change(
                objects.store().kindOf(object),
                object,
                present -> {
                    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
                    for (JsonNode finalizer : present.path("metadata").path("finalizers")) {
                        if (!finalizer.asString("").equals(name)) {
                            kept.add(finalizer);
                        }
                    }
                    Admission.object(present, "metadata").set("finalizers", kept);
                });
    }

    private void endNamespaces() {
        for (ObjectNode namespace : objects.store().list(Kinds.NAMESPACE, null)) {
            if (!Objects.isDeleting(namespace)) {
                continue;
            }
            for (ObjectNode object : objects.store().everything()) {
                if (Objects.namespace(object).equals(Objects.name(namespace))
                        && !Objects.isDeleting(object)) {
                    objects.delete(objects.store().kindOf(object), object);
                }
            }
            objects.delete(Kinds.NAMESPACE, namespace);
        }
    }
}
