package dev.tradewind.testbed.kube.embedded;

import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** ReplicaSet to pods. */
final class ReplicaSetController {
    private final Objects objects;

    ReplicaSetController(Objects objects) {
        this.objects = objects;
    }

    void reconcile(ObjectNode set) {
        List<ObjectNode> pods = objects.owned(Kinds.POD, set);
        List<ObjectNode> active = pods.stream().filter(Objects::isActive).toList();
        int desired = Objects.replicas(set);
        if (!Objects.isDeleting(set)) {
            for (int i = active.size(); i < desired; i++) {
                objects.createPod(set, set.path("spec").path("template"), null, pod -> {});
            }
            active.stream()
                    .sorted(Comparator.comparing(Objects::isReady))
                    .limit(Math.max(0, active.size() - desired))
                    .forEach(pod -> objects.delete(Kinds.POD, pod));
        }
        List<ObjectNode> now = objects.owned(Kinds.POD, set);
        List<ObjectNode> running = now.stream().filter(Objects::isActive).toList();
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        int ready = (int) running.stream().filter(Objects::isReady).count();
        status.put("replicas", running.size());
        Objects.count(status, "fullyLabeledReplicas", running.size());
        Objects.count(status, "readyReplicas", ready);
        Objects.count(status, "availableReplicas", ready);
        status.put(
                "terminatingReplicas",
                (int)
                        now.stream()
                                .filter(p -> Objects.isDeleting(p) && !Objects.isOver(p))
                                .count());
        status.put("observedGeneration", set.path("metadata").path("generation").asLong());
        objects.status(Kinds.REPLICA_SET, set, status);
    }
}
