package dev.tradewind.testbed.kube.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;

/** What the API serves: the built-in kinds that workloads use, and those of definitions. */
final class Kinds {
    static final Kind NAMESPACE = kind("", "v1", "namespaces", "Namespace", false, true);
    static final Kind POD = kind("", "v1", "pods", "Pod", true, true);
    static final Kind DEPLOYMENT = kind("apps", "v1", "deployments", "Deployment", true, true);
    static final Kind REPLICA_SET = kind("apps", "v1", "replicasets", "ReplicaSet", true, true);
    static final Kind STATEFUL_SET = kind("apps", "v1", "statefulsets", "StatefulSet", true, true);
    static final Kind JOB = kind("batch", "v1", "jobs", "Job", true, true);
    static final Kind CONFIG_MAP = kind("", "v1", "configmaps", "ConfigMap", true, false);
    static final Kind CRON_JOB = kind("batch", "v1", "cronjobs", "CronJob", true, true);
    static final Kind DEFINITION =
            kind(
                    "apiextensions.k8s.io",
                    "v1",
                    "customresourcedefinitions",
                    "CustomResourceDefinition",
                    false,
                    true);

    private static final List<Kind> BUILT_IN =
            List.of(
                    NAMESPACE,
                    POD,
                    DEPLOYMENT,
                    REPLICA_SET,
                    STATEFUL_SET,
                    JOB,
                    CRON_JOB,
                    DEFINITION,
                    kind("", "v1", "nodes", "Node", false, true),
                    kind("", "v1", "services", "Service", true, true),
                    CONFIG_MAP,
                    kind("", "v1", "secrets", "Secret", true, false),
                    kind("", "v1", "serviceaccounts", "ServiceAccount", true, false),
                    kind("", "v1", "events", "Event", true, false),
                    kind("", "v1", "endpoints", "Endpoints", true, false),
                    kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, true),
                    kind("apps", "v1", "daemonsets", "DaemonSet", true, true),
                    kind("coordination.k8s.io", "v1", "leases", "Lease", true, false),
                    rbac("roles", "Role", true),
                    rbac("rolebindings", "RoleBinding", true),
                    rbac("clusterroles", "ClusterRole", false),
                    rbac("clusterrolebindings", "ClusterRoleBinding", false),
                    kind(
                            "admissionregistration.k8s.io",
                            "v1",
                            "validatingadmissionpolicies",
                            "ValidatingAdmissionPolicy",
                            false,
                            true),
                    kind(
                            "admissionregistration.k8s.io",
                            "v1",
                            "validatingadmissionpolicybindings",
                            "ValidatingAdmissionPolicyBinding",
                            false,
                            false),
                    kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true),
                    kind("networking.k8s.io", "v1", "ingresses", "Ingress", true, true),
                    kind(
                            "networking.k8s.io",
                            "v1",
                            "networkpolicies",
                            "NetworkPolicy",
                            true,
                            false),
                    kind(
                            "autoscaling",
                            "v2",
                            "horizontalpodautoscalers",
                            "HorizontalPodAutoscaler",
                            true,
                            true),
                    kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, false));

    private final Map<String, Kind> byPath = new ConcurrentSkipListMap<>();

    Kinds() {
        BUILT_IN.forEach(this::add);
    }

    private static Kind rbac(String plural, String name, boolean namespaced) {
        return kind("rbac.authorization.k8s.io", "v1", plural, name, namespaced, false);
    }

    private static Kind kind(
            String group,
            String version,
            String plural,
            String name,
            boolean namespaced,
            boolean hasStatus) {
        return new Kind(group, version, plural, name, namespaced, hasStatus, true);
    }

    private void add(Kind kind) {
        byPath.put(kind.apiVersion() + "/" + kind.plural(), kind);
    }

    /** Null where nothing of that name is served. */
    Kind find(String apiVersion, String plural) {
        return byPath.get(apiVersion + "/" + plural);
    }

    List<Kind> all() {
        return new ArrayList<>(byPath.values());
    }

    /** Serves what a CustomResourceDefinition defines, each version of it as a kind of its own. */
    void define(JsonNode definition) {
        for (Kind kind : of(definition)) {
            add(kind);
        }
    }

    void undefine(JsonNode definition) {
        for (Kind kind : of(definition)) {
            byPath.remove(kind.apiVersion() + "/" + kind.plural());
        }
    }

    private static List<Kind> of(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        List<Kind> kinds = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean(true)) {
                kinds.add(
                        new Kind(
                                spec.path("group").asString(""),
                                version.path("name").asString(""),
                                spec.path("names").path("plural").asString(""),
                                spec.path("names").path("kind").asString(""),
                                "Namespaced".equals(spec.path("scope").asString("Namespaced")),
                                version.path("subresources").has("status"),
                                false));
            }
        }
        return kinds;
    }
}
