package dev.tradewind.testbed.kube.embedded;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Deployment to ReplicaSets: rolling update and recreate, scaling, status. */
final class DeploymentController {
    private static final String HASH = "pod-template-hash";

    private final Objects objects;

    DeploymentController(Objects objects) {
        this.objects = objects;
    }

    void reconcile(ObjectNode deployment) {
        List<ObjectNode> sets = objects.owned(Kinds.REPLICA_SET, deployment);
        String hash = hash(deployment.path("spec").path("template"));
        ObjectNode current = null;
        for (ObjectNode set : sets) {
            if (set.path("metadata").path("labels").path(HASH).asString("").equals(hash)) {
                current = set;
            }
        }
        if (!Objects.isDeleting(deployment)
                && !deployment.path("spec").path("paused").asBoolean(false)) {
            if (current == null) {
                createSet(deployment, hash);
                sets = objects.owned(Kinds.REPLICA_SET, deployment);
                current = named(sets, Objects.name(deployment) + "-" + hash);
            }
            if (current != null) {
                roll(deployment, sets, current);
            }
        }
        status(deployment, objects.owned(Kinds.REPLICA_SET, deployment), hash);
    }

    private static ObjectNode named(List<ObjectNode> sets, String name) {
        return sets.stream().filter(s -> Objects.name(s).equals(name)).findFirst().orElse(null);
    }

    /** Stable over the order of fields only as far as the template keeps it, which is enough. */
    private static String hash(JsonNode template) {
        CRC32 crc = new CRC32();
        crc.update(template.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toString(crc.getValue(), 36);
    }

    private void createSet(ObjectNode deployment, String hash) {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        set.put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
        ObjectNode metadata = set.putObject("metadata");
        metadata.put("name", Objects.name(deployment) + "-" + hash);
        metadata.put("namespace", Objects.namespace(deployment));
        Objects.own(metadata, deployment);
        ObjectNode template = (ObjectNode) deployment.path("spec").path("template").deepCopy();
        ObjectNode labels =
                Admission.object(Admission.object(template, "metadata"), "labels").put(HASH, hash);
        metadata.set("labels", labels.deepCopy());
        ObjectNode spec = set.putObject("spec");
        spec.put("replicas", 0);
        ObjectNode selector = (ObjectNode) deployment.path("spec").path("selector").deepCopy();
        Admission.object(selector, "matchLabels").put(HASH, hash);
        spec.set("selector", selector);
        spec.set("template", template);
        objects.store().create(Kinds.REPLICA_SET, set, Objects.CONTROLLER, false);
    }

    private void roll(ObjectNode deployment, List<ObjectNode> sets, ObjectNode current) {
        int desired = Objects.replicas(deployment);
        JsonNode strategy = deployment.path("spec").path("strategy");
        List<ObjectNode> old = sets.stream().filter(s -> s != current).toList();
        int oldReplicas = old.stream().mapToInt(Objects::replicas).sum();
        if (strategy.path("type").asString("").equals("Recreate")) {
            old.forEach(set -> scale(set, 0));
            boolean oldGone = old.stream().allMatch(set -> objects.owned(Kinds.POD, set).isEmpty());
            scale(current, oldGone ? desired : Math.min(desired, Objects.replicas(current)));
            return;
        }
        JsonNode rolling = strategy.path("rollingUpdate");
        int surge = share(rolling.path("maxSurge"), desired, true);
        int unavailable = share(rolling.path("maxUnavailable"), desired, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        int present = Objects.replicas(current);
        int room = Math.max(0, desired + surge - oldReplicas - present);
        scale(current, Math.min(desired, present + room));
        if (oldReplicas == 0) {
            return;
        }
        int ready = sets.stream().mapToInt(DeploymentController::ready).sum();
        int excess = Math.max(0, ready - Math.max(0, desired - unavailable));
        for (ObjectNode set : old) {
            int unready = Math.max(0, Objects.replicas(set) - ready(set));
            int less = Math.min(ready(set), excess);
            excess -= less;
            scale(set, Objects.replicas(set) - unready - less);
        }
    }

    private static int ready(JsonNode set) {
        return set.path("status").path("readyReplicas").asInt(0);
    }

    private static int share(JsonNode value, int of, boolean up) {
        if (value.isNumber()) {
            return value.asInt();
        }
        String text = value.asString("25%");
        double part = Double.parseDouble(text.replace("%", "")) / 100 * of;
        return (int) (up ? Math.ceil(part) : Math.floor(part));
    }

    private void scale(ObjectNode set, int replicas) {
        if (Objects.replicas(set) != replicas) {
            objects.change(
                    Kinds.REPLICA_SET,
                    set,
                    present -> Admission.object(present, "spec").put("replicas", replicas));
        }
    }

    private void status(ObjectNode deployment, List<ObjectNode> sets, String hash) {
        int desired = Objects.replicas(deployment);
        int replicas = sum(sets, "replicas");
        int ready = sum(sets, "readyReplicas");
        int updated =
                sum(
                        sets.stream().filter(s -> Objects.name(s).endsWith("-" + hash)).toList(),
                        "replicas");
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("observedGeneration", deployment.path("metadata").path("generation").asLong());
        Objects.count(status, "replicas", replicas);
        Objects.count(status, "updatedReplicas", updated);
        Objects.count(status, "readyReplicas", ready);
        Objects.count(status, "availableReplicas", ready);
        Objects.count(status, "unavailableReplicas", Math.max(0, desired - ready));
        status.put("terminatingReplicas", sum(sets, "terminatingReplicas"));
        boolean available =
                ready
                        >= desired
                                - share(
                                        deployment
                                                .path("spec")
                                                .path("strategy")
                                                .path("rollingUpdate")
                                                .path("maxUnavailable"),
                                        desired,
                                        false);
        Objects.condition(
                status,
                "Available",
                available,
                available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                available
                        ? "Deployment has minimum availability."
                        : "Deployment does not have minimum availability.");
        boolean rolled = updated == desired && ready >= desired && replicas == updated;
        Objects.condition(
                status,
                "Progressing",
                true,
                rolled ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                rolled ? "ReplicaSet has successfully progressed." : "ReplicaSet is progressing.");
        objects.status(Kinds.DEPLOYMENT, deployment, status);
    }

    private static int sum(List<ObjectNode> sets, String field) {
        return sets.stream().mapToInt(s -> s.path("status").path(field).asInt(0)).sum();
    }
}
