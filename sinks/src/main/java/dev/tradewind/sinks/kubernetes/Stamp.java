package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.port.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/** Makes of a manifest what is written: the workload's marks on it, at the scale of its mode. */
final class Stamp {
    private Stamp() {}

    /**
     * @param object a manifest, which is changed
     * @param present the object of that name, null where there is none
     */
    static void prepare(
            Call call,
            GenericKubernetesResource object,
            GenericKubernetesResource present,
            long epoch,
            Mode mode) {
        String applied = Shape.kept(call.client.getKubernetesSerialization().asJson(object));
        String previous = Shape.previous(present, epoch, mode);
        ObjectMeta given = object.getMetadata();
        ObjectMeta meta = new ObjectMeta();
        meta.setName(given.getName());
        meta.setNamespace(call.id.namespace());
        meta.setLabels(given.getLabels());
        meta.setAnnotations(given.getAnnotations());
        meta.setResourceVersion(
                present == null ? null : present.getMetadata().getResourceVersion());
        object.setMetadata(meta);
        object.getAdditionalProperties().remove("status");
        if (Shape.isJob(object)) {
            // what goes by itself before its end was seen would be taken for deleted, and run twice
            Shape.spec(object).remove("ttlSecondsAfterFinished");
        }
        Shape.label(object, Names.WORKLOAD, Names.label(call.workload));
        Shape.annotate(object, Names.WORKLOAD, call.workload);
        Shape.annotate(object, Names.EPOCH, String.valueOf(epoch));
        Shape.annotate(object, Names.MODE, Shape.text(mode));
        Shape.annotate(object, Names.APPLIED, applied);
        Shape.annotate(object, Names.PREVIOUS, previous);
        Map<String, Object> template = Shape.podTemplate(object);
        if (template != null) {
            Map<String, Object> metadata = Shape.child(template, "metadata");
            Shape.child(metadata, "labels").put(Names.WORKLOAD, Names.label(call.workload));
            Shape.child(metadata, "annotations")
                    .put(Names.EPOCH, templateEpoch(object, present, epoch));
        }
        if (Shape.hasRuns(object)) {
            Shape.child(Shape.runMetadata(object), "labels")
                    .put(Names.WORKLOAD, Names.label(call.workload));
        }
        if (mode == Mode.STAGED) {
            Shape.toZero(object);
        } else {
            Shape.explicit(object);
        }
        if (present != null && Shape.endedElsewhere(present)) {
            Shape.endElsewhere(object);
        }
    }

    /**
     * Pods of another template, by its annotation: a Deployment that says {@code Recreate} starts
     * none of them beside one that still ends. Of the same template it would.
     */
    static void renew(GenericKubernetesResource object, long epoch) {
        if (object.getKind().equals("Deployment")) {
            Map<String, Object> metadata = Shape.child(Shape.podTemplate(object), "metadata");
            Shape.child(metadata, "annotations").put(Names.EPOCH, String.valueOf(epoch));
        }
    }

    /** A Job's template can't change once it has begun: it keeps the epoch that it began with. */
    private static String templateEpoch(
            GenericKubernetesResource object, GenericKubernetesResource present, long epoch) {
        if (present != null && Shape.isJob(present)) {
            Object kept =
                    Shape.look(
                                    Shape.look(
                                            Shape.look(Shape.spec(present), "template"),
                                            "metadata"),
                                    "annotations")
                            .get(Names.EPOCH);
            if (kept != null) {
                return kept.toString();
            }
        }
        return String.valueOf(epoch);
    }
}
