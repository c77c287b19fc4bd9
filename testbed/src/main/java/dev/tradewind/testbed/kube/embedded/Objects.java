package dev.tradewind.testbed.kube.embedded;

import dev.tradewind.testbed.kube.embedded.Store.Author;
import dev.tradewind.testbed.kube.embedded.Store.DeleteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the controllers share: reading objects, owning them, counting pods, writing status. */
final class Objects {
    static final Author CONTROLLER = new Author("kube-controller-manager", "");
    private static final Author STATUS = new Author("kube-controller-manager", "status");

    private final Store store;

    Objects(Store store) {
        this.store = store;
    }

    Store store() {
        return store;
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asString("");
    }

    static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asString("");
    }

    static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asString("");
    }

    static boolean isDeleting(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    static int replicas(JsonNode object) {
        return object.path("spec").path("replicas").asInt(0);
    }

    static boolean isOver(JsonNode pod) {
        String phase = pod.path("status").path("phase").asString("");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static boolean isActive(JsonNode pod) {
        return !isDeleting(pod) && !isOver(pod);
    }

    static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                return condition.path("status").asString("").equals("True");
            }
        }
        return false;
    }

    /** The objects of a kind whose controller is {@code owner}. */
    List<ObjectNode> owned(Kind kind, JsonNode owner) {
        List<ObjectNode> owned = new ArrayList<>();
        String uid = uid(owner);
        for (ObjectNode object : store.list(kind, namespace(owner))) {
            for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
                if (reference.path("controller").asBoolean(false)
                        && reference.path("uid").asString("").equals(uid)) {
                    owned.add(object);
                }
            }
        }
        return owned;
    }

    /** A pod by a template, owned by {@code owner}; exact name, or generated from its own. */
    void createPod(JsonNode owner, JsonNode template, String exactName, Consumer<ObjectNode> more) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        for (String field : List.of("labels", "annotations", "finalizers")) {
            if (template.path("metadata").has(field)) {
                metadata.set(field, template.path("metadata").path(field).deepCopy());
            }
        }
        if (exactName == null) {
            metadata.put("generateName", name(owner) + "-");
        } else {
            metadata.put("name", exactName);
        }
        metadata.put("namespace", namespace(owner));
        own(metadata, owner);
        pod.set("spec", template.path("spec").deepCopy());
        more.accept(pod);
        store.create(Kinds.POD, pod, CONTROLLER, false);
    }

    static void own(ObjectNode metadata, JsonNode owner) {
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", owner.path("apiVersion").asString(""))
                .put("kind", owner.path("kind").asString(""))
                .put("name", name(owner))
                .put("uid", uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    void delete(Kind kind, JsonNode object) {
        delete(kind, object, "Background");
    }

    void delete(Kind kind, JsonNode object, String propagation) {
        try {
            store.delete(
                    kind,
                    namespace(object),
                    name(object),
                    new DeleteOptions(null, propagation, uid(object), null),
                    false);
        } catch (ApiException e) {
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }

    /** Writes a new status where it differs; conditions keep their transition times. */
    void status(Kind kind, ObjectNode object, ObjectNode status) {
        keepTimes(object.path("status").path("conditions"), status.path("conditions"));
        if (status.equals(object.path("status"))) {
            return;
        }
        tolerateGone(
                () ->
                        store.update(
                                kind,
                                namespace(object),
                                name(object),
                                STATUS,
                                false,
                                present -> {
                                    present.set("status", status);
                                    return present;
                                }));
    }

    /** Changes an object unless it is gone by now. */
    void change(Kind kind, JsonNode object, Consumer<ObjectNode> change) {
        tolerateGone(
                () ->
                        store.update(
                                kind,
                                namespace(object),
                                name(object),
                                CONTROLLER,
                                false,
                                present -> {
                                    change.accept(present);
                                    return present;
                                }));
    }

    private static void tolerateGone(Runnable write) {
        try {
            write.run();
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    static void condition(
            ObjectNode status, String type, boolean value, String reason, String message) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode list
                        ? list
                        : status.putArray("conditions");
        conditions
                .addObject()
                .put("type", type)
                .put("status", value ? "True" : "False")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", Store.now());
    }

    private static void keepTimes(JsonNode before, JsonNode after) {
        for (JsonNode condition : after) {
            for (JsonNode old : before) {
                if (old.path("type").equals(condition.path("type"))
                        && old.path("status").equals(condition.path("status"))
                        && old.has("lastTransitionTime")) {
                    ((ObjectNode) condition)
                            .set("lastTransitionTime", old.get("lastTransitionTime"));
                }
            }
        }
    }

    /** As the API leaves out what is zero. */
    static void count(ObjectNode status, String field, int value) {
        if (value != 0) {
            status.put(field, value);
        }
    }
}
