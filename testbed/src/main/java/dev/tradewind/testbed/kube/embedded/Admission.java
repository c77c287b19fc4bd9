package dev.tradewind.testbed.kube.embedded;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the API server fills in and what it refuses, as far as a workload's owner meets it: defaults
 * that other fields hang on, names, selectors and immutable fields. Pure.
 */
final class Admission {
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private Admission() {}

    static void complete(Kind kind, ObjectNode object) {
        if (!(object.get("spec") instanceof ObjectNode spec) || !kind.builtIn()) {
            return;
        }
        switch (kind.name()) {
            case "Deployment" -> {
                preset(spec, "replicas", 1);
                if (!spec.path("strategy").has("type")) {
                    object(spec, "strategy").put("type", "RollingUpdate");
                }
                pod(spec.path("template"));
            }
            case "StatefulSet", "ReplicaSet" -> {
                preset(spec, "replicas", 1);
                pod(spec.path("template"));
            }
            case "Job" -> job(object, spec);
            case "CronJob" -> {
                if (!spec.has("suspend")) {
                    spec.put("suspend", false);
                }
                if (!spec.has("concurrencyPolicy")) {
                    spec.put("concurrencyPolicy", "Allow");
                }
                pod(spec.path("jobTemplate").path("spec").path("template"));
            }
            case "Pod" -> pod(object);
            default -> {}
        }
    }

    private static void job(ObjectNode object, ObjectNode spec) {
        JsonNode podLabels = spec.path("template").path("metadata").path("labels");
        if (object.path("metadata").path("labels").isEmpty() && !podLabels.isEmpty()) {
            object(object, "metadata").set("labels", podLabels.deepCopy());
        }
        if (!spec.has("parallelism")) {
            spec.put("parallelism", 1);
            preset(spec, "completions", 1);
        }
        preset(spec, "backoffLimit", 6);
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        if (!spec.has("completionMode")) {
            spec.put("completionMode", "NonIndexed");
        }
        String uid = object.path("metadata").path("uid").asString("");
        if (!spec.has("selector") && !uid.isEmpty()) {
            object(object(spec, "selector"), "matchLabels")
                    .put("batch.kubernetes.io/controller-uid", uid);
        }
        if (spec.get("template") instanceof ObjectNode template && !uid.isEmpty()) {
            ObjectNode labels = object(object(template, "metadata"), "labels");
            String name = object.path("metadata").path("name").asString("");
            labels.put("batch.kubernetes.io/controller-uid", uid);
            labels.put("controller-uid", uid);
            labels.put("batch.kubernetes.io/job-name", name);
            labels.put("job-name", name);
        }
        pod(spec.path("template"));
    }

    private static void pod(JsonNode template) {
        if (template.get("spec") instanceof ObjectNode spec) {
            if (!spec.has("restartPolicy")) {
                spec.put("restartPolicy", "Always");
            }
            preset(spec, "terminationGracePeriodSeconds", 30);
        }
    }

    /**
     * @param before the object as stored, or null when it is created
     * @throws ApiException 422 with the field's path
     */
    static void check(Kind kind, ObjectNode before, ObjectNode object) {
        String name = object.path("metadata").path("name").asString("");
        if (!kind.group().equals("rbac.authorization.k8s.io")
                && (name.length() > 253 || !SUBDOMAIN.matcher(name).matches())) {
            throw ApiException.invalid(
                    kind,
                    name,
                    "metadata.name",
                    "Invalid value: \"" + name + "\": a lowercase RFC 1123 subdomain is expected");
        }
        JsonNode spec = object.path("spec");
        if (kind.is("apps", kind.name()) && spec.has("template")) {
            checkSelector(kind, name, spec);
            checkContainers(kind, name, spec.path("template").path("spec"), "spec.template.spec");
            unchanged(kind, name, before, object, "selector");
        }
        if (kind.equals(Kinds.JOB)) {
            checkContainers(kind, name, spec.path("template").path("spec"), "spec.template.spec");
            String restart = spec.path("template").path("spec").path("restartPolicy").asString("");
            if (!restart.equals("Never") && !restart.equals("OnFailure")) {
                throw ApiException.invalid(
                        kind,
                        name,
                        "spec.template.spec.restartPolicy",
                        "Required value: valid values: \"OnFailure\", \"Never\"");
            }
            unchanged(kind, name, before, object, "selector");
            unchanged(kind, name, before, object, "completions");
            if (before != null && !before.path("spec").path("suspend").asBoolean(false)) {
                unchanged(kind, name, before, object, "template");
            }
        }
        if (kind.isPod()) {
            checkContainers(kind, name, spec, "spec");
        }
        if (spec.path("replicas").asInt(0) < 0) {
            throw ApiException.invalid(
                    kind,
                    name,
                    "spec.replicas",
                    "Invalid value: must be greater than or equal to 0");
        }
    }

    private static void checkSelector(Kind kind, String name, JsonNode spec) {
        JsonNode wanted = spec.path("selector").path("matchLabels");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (wanted.isEmpty() && spec.path("selector").path("matchExpressions").isEmpty()) {
            throw ApiException.invalid(kind, name, "spec.selector", "Required value");
        }
        for (Map.Entry<String, JsonNode> label : wanted.properties()) {
            if (!label.getValue().equals(labels.path(label.getKey()))) {
                throw ApiException.invalid(
                        kind,
                        name,
                        "spec.template.metadata.labels",
                        "Invalid value: `selector` does not match template `labels`");
            }
        }
    }

    private static void checkContainers(Kind kind, String name, JsonNode spec, String path) {
        if (spec.path("containers").isEmpty()) {
            throw ApiException.invalid(kind, name, path + ".containers", "Required value");
        }
        int i = 0;
        for (JsonNode container : spec.path("containers")) {
            for (String field : new String[] {"name", "image"}) {
                if (container.path(field).asString("").isEmpty()) {
                    throw ApiException.invalid(
                            kind, name, path + ".containers[" + i + "]." + field, "Required value");
                }
            }
            i++;
        }
    }

    private static void unchanged(
            Kind kind, String name, ObjectNode before, ObjectNode object, String field) {
        if (before != null
                && !before.path("spec").path(field).equals(object.path("spec").path(field))) {
            throw ApiException.invalid(
                    kind, name, "spec." + field, "Invalid value: field is immutable");
        }
    }

    private static void preset(ObjectNode object, String field, int value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    static ObjectNode object(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode present ? present : parent.putObject(field);
    }
}
