package dev.tradewind.testbed.kube.embedded;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** StatefulSet to pods, in order, one at a time; without volume claims. */
final class StatefulSetController {
    private static final String REVISION = "controller-revision-hash";

    private final Objects objects;

    StatefulSetController(Objects objects) {
        this.objects = objects;
    }

    void reconcile(ObjectNode set) {
        String name = Objects.name(set);
        CRC32 crc = new CRC32();
        crc.update(set.path("spec").path("template").toString().getBytes(StandardCharsets.UTF_8));
        String revision = name + "-" + Long.toString(crc.getValue(), 36);
        Map<Integer, ObjectNode> pods = byOrdinal(set);
        if (!Objects.isDeleting(set)) {
            step(set, pods, revision);
        }
        status(set, byOrdinal(set), revision);
    }

    private Map<Integer, ObjectNode> byOrdinal(ObjectNode set) {
        Map<Integer, ObjectNode> pods = new TreeMap<>();
        for (ObjectNode pod : objects.owned(Kinds.POD, set)) {
            String podName = Objects.name(pod);
            pods.put(Integer.parseInt(podName.substring(podName.lastIndexOf('-') + 1)), pod);
        }
        return pods;
    }

    private void step(ObjectNode set, Map<Integer, ObjectNode> pods, String revision) {
        int desired = Objects.replicas(set);
        boolean parallel =
                set.path("spec").path("podManagementPolicy").asString("").equals("Parallel");
        for (int i = 0; i < desired; i++) {
            ObjectNode pod = pods.get(i);
            if (pod == null) {
                int ordinal = i;
                objects.createPod(
                        set,
                        set.path("spec").path("template"),
                        Objects.name(set) + "-" + ordinal,
                        created ->
                                Admission.object(Admission.object(created, "metadata"), "labels")
                                        .put(
                                                "statefulset.kubernetes.io/pod-name",
                                                Objects.name(created))
                                        .put(
                                                "apps.kubernetes.io/pod-index",
                                                Integer.toString(ordinal))
                                        .put(REVISION, revision));
                if (!parallel) {
                    return;
                }
            } else if (Objects.isOver(pod) && !Objects.isDeleting(pod)) {
                objects.delete(Kinds.POD, pod);
                return;
            } else if (!parallel && (Objects.isDeleting(pod) || !Objects.isReady(pod))) {
                return;
            }
        }
        List<Integer> ordinals = pods.keySet().stream().sorted((a, b) -> b - a).toList();
        for (int ordinal : ordinals) {
            ObjectNode pod = pods.get(ordinal);
            boolean outdated =
                    !pod.path("metadata")
                            .path("labels")
                            .path(REVISION)
                            .asString("")
                            .equals(revision);
            if (ordinal >= desired || outdated) {
                if (!Objects.isDeleting(pod)) {
                    objects.delete(Kinds.POD, pod);
                }
                if (!parallel || outdated) {
                    return;
                }
            }
        }
    }

    private void status(ObjectNode set, Map<Integer, ObjectNode> pods, String revision) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        int ready =
                (int)
                        pods.values().stream()
                                .filter(p -> Objects.isReady(p) && !Objects.isDeleting(p))
                                .count();
        int updated =
                (int)
                        pods.values().stream()
                                .filter(
                                        p ->
                                                p.path("metadata")
                                                        .path("labels")
                                                        .path(REVISION)
                                                        .asString("")
                                                        .equals(revision))
                                .count();
        status.put("observedGeneration", set.path("metadata").path("generation").asLong());
        status.put("replicas", pods.size());
        Objects.count(status, "readyReplicas", ready);
        status.put("availableReplicas", ready);
        Objects.count(status, "updatedReplicas", updated);
        Objects.count(status, "currentReplicas", updated);
        status.put("updateRevision", revision);
        status.put(
                "currentRevision",
                updated == pods.size()
                        ? revision
                        : set.path("status").path("currentRevision").asString(revision));
        objects.status(Kinds.STATEFUL_SET, set, status);
    }
}
