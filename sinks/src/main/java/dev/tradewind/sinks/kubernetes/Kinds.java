package dev.tradewind.sinks.kubernetes;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the API of one site calls each kind: known ones by heart, others by asking it. */
final class Kinds {
    /**
     * A kind of object.
     *
     * @param apiVersion such as {@code apps/v1}
     */
    record Kind(String apiVersion, String name) implements Comparable<Kind> {
        @Override
        public String toString() {
            return apiVersion + "/" + name;
        }

        static Kind parse(String text) {
            int slash = text.lastIndexOf('/');
            return new Kind(text.substring(0, Math.max(slash, 0)), text.substring(slash + 1));
        }

        @Override
        public int compareTo(Kind other) {
            return toString().compareTo(other.toString());
        }
    }

    static final Kind REPLICA_SET = new Kind("apps/v1", "ReplicaSet");

    static final Kind JOB = new Kind("batch/v1", "Job");

    private static final Map<Kind, String> KNOWN =
            Map.of(
                    new Kind("apps/v1", "Deployment"),
                    "deployments",
                    new Kind("apps/v1", "StatefulSet"),
                    "statefulsets",
                    REPLICA_SET,
                    "replicasets",
                    JOB,
                    "jobs",
                    new Kind("batch/v1", "CronJob"),
                    "cronjobs",
                    new Kind("v1", "Service"),
                    "services",
                    new Kind("v1", "ConfigMap"),
                    "configmaps",
                    new Kind("flink.apache.org/v1beta1", "FlinkDeployment"),
                    "flinkdeployments");

    /** Where nothing at the site says which kinds a workload has. */
    static final List<Kind> USUAL =
            KNOWN.keySet().stream().filter(k -> !k.equals(REPLICA_SET)).sorted().toList();

    private final KubernetesClient client;
    private final Map<Kind, ResourceDefinitionContext> asked = new ConcurrentHashMap<>();

    Kinds(KubernetesClient client) {
        this.client = client;
    }

    /** Empty where this site's API has no such kind, or has it cluster-wide only. */
    Optional<ResourceDefinitionContext> find(Kind kind) {
        String plural = KNOWN.get(kind);
        if (plural != null) {
            return Optional.of(context(kind, plural));
        }
        ResourceDefinitionContext known = asked.get(kind);
        if (known == null) {
            APIResourceList list = client.getApiResources(kind.apiVersion());
            if (list != null) {
                for (APIResource resource : list.getResources()) {
                    if (resource.getKind().equals(kind.name())
                            && !resource.getName().contains("/")
                            && Boolean.TRUE.equals(resource.getNamespaced())) {
                        known = context(kind, resource.getName());
                        asked.put(kind, known);
                    }
                }
            }
        }
        return Optional.ofNullable(known);
    }

    private static ResourceDefinitionContext context(Kind kind, String plural) {
        int slash = kind.apiVersion().indexOf('/');
        return new ResourceDefinitionContext.Builder()
                .withGroup(slash < 0 ? "" : kind.apiVersion().substring(0, slash))
                .withVersion(kind.apiVersion().substring(slash + 1))
                .withKind(kind.name())
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
