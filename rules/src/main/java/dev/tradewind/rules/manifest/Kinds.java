package dev.tradewind.rules.manifest;

import java.util.Map;
import java.util.Set;

/** What is known of Kubernetes kinds by their name alone. */
public final class Kinds {
    /**
     * Kinds of Kubernetes itself that live in no namespace. A custom kind's scope can't be told by
     * its name; the policy's list of kinds and the role of the sink at the site decide there.
     */
    private static final Set<String> CLUSTER_WIDE =
            Set.of(
                    "APIService",
                    "CertificateSigningRequest",
                    "ClusterRole",
                    "ClusterRoleBinding",
                    "ClusterTrustBundle",
                    "ComponentStatus",
                    "CSIDriver",
                    "CSINode",
                    "CustomResourceDefinition",
                    "DeviceClass",
                    "DeviceTaintRule",
                    "FlowSchema",
                    "IngressClass",
                    "IPAddress",
                    "MutatingAdmissionPolicy",
                    "MutatingAdmissionPolicyBinding",
                    "MutatingWebhookConfiguration",
                    "Namespace",
                    "Node",
                    "PersistentVolume",
                    "PriorityClass",
                    "PriorityLevelConfiguration",
                    "ResourceSlice",
                    "RuntimeClass",
                    "SelfSubjectAccessReview",
                    "SelfSubjectReview",
                    "SelfSubjectRulesReview",
                    "ServiceCIDR",
                    "StorageClass",
                    "StorageVersionMigration",
                    "SubjectAccessReview",
                    "TokenReview",
                    "ValidatingAdmissionPolicy",
                    "ValidatingAdmissionPolicyBinding",
                    "ValidatingWebhookConfiguration",
                    "VolumeAttachment",
                    "VolumeAttributesClass");

    /** The API group of kinds that other groups might borrow the name of; "" is the core. */
    private static final Map<String, String> GROUPS =
            Map.ofEntries(
                    Map.entry("ConfigMap", ""),
                    Map.entry("Endpoints", ""),
                    Map.entry("LimitRange", ""),
                    Map.entry("PersistentVolumeClaim", ""),
                    Map.entry("Pod", ""),
                    Map.entry("PodTemplate", ""),
                    Map.entry("ReplicationController", ""),
                    Map.entry("ResourceQuota", ""),
                    Map.entry("Service", ""),
                    Map.entry("ServiceAccount", ""),
                    Map.entry("ControllerRevision", "apps"),
                    Map.entry("DaemonSet", "apps"),
                    Map.entry("Deployment", "apps"),
                    Map.entry("ReplicaSet", "apps"),
                    Map.entry("StatefulSet", "apps"),
                    Map.entry("CronJob", "batch"),
                    Map.entry("Job", "batch"),
                    Map.entry("HorizontalPodAutoscaler", "autoscaling"),
                    Map.entry("PodDisruptionBudget", "policy"),
                    Map.entry("Ingress", "networking.k8s.io"),
                    Map.entry("NetworkPolicy", "networking.k8s.io"),
                    Map.entry("Role", "rbac.authorization.k8s.io"),
                    Map.entry("RoleBinding", "rbac.authorization.k8s.io"),
                    Map.entry("FlinkDeployment", "flink.apache.org"),
                    Map.entry("FlinkSessionJob", "flink.apache.org"));

    private Kinds() {}

    public static boolean isClusterWide(String kind) {
        return CLUSTER_WIDE.contains(kind);
    }

    /** False where a known kind comes under another API group's name. */
    static boolean isOfItsGroup(String kind, String apiVersion) {
        String group = GROUPS.get(kind);
        int slash = apiVersion.indexOf('/');
        return group == null || group.equals(slash < 0 ? "" : apiVersion.substring(0, slash));
    }

    static String groupOf(String kind) {
        String group = GROUPS.getOrDefault(kind, "");
        return group.isEmpty() ? "the core API (v1)" : group;
    }
}
