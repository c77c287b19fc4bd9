package dev.tradewind.rules.manifest;

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

    private Kinds() {}

    public static boolean isClusterWide(String kind) {
        return CLUSTER_WIDE.contains(kind);
    }
}
