package dev.tradewind.sinks.kubernetes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a site has that carries the label of workloads, all of one namespace; one request each. */
final class Lists {
    /** Lists some of all objects of a kind. */
    interface Which {
        List<GenericKubernetesResource> of(
                MixedOperation<
                                GenericKubernetesResource,
                                GenericKubernetesResourceList,
                                Resource<GenericKubernetesResource>>
                        all);
    }

    private final KubernetesClient client;
    private final Kinds kinds;

    Lists(KubernetesClient client, Kinds kinds) {
        this.client = client;
        this.kinds = kinds;
    }

    /**
     * @param guess see {@link #of}
     */
    List<GenericKubernetesResource> objects(Collection<WorkloadId> ids, Kind kind, boolean guess) {
        return of(
                kind,
                guess,
                all ->
                        labelled(all.inNamespace(namespace(ids)), Names.WORKLOAD, ids)
                                .list()
                                .getItems());
    }

    /**
     * Objects of one kind. A kind that this site hasn't has nothing of ours.
     *
     * @param guess it isn't known that there are any: not to be allowed to look is no error. Else
     *     it is: what can't be seen would be taken for what isn't there, and be started elsewhere
     */
    List<GenericKubernetesResource> of(Kind kind, boolean guess, Which which) {
        Optional<ResourceDefinitionContext> context = kinds.find(kind);
        if (context.isEmpty()) {
            return List.of();
        }
        try {
            List<GenericKubernetesResource> items =
                    which.of(client.genericKubernetesResources(context.get()));
            for (GenericKubernetesResource item : items) {
                // Items of a list don't repeat what the list says.
                item.setApiVersion(kind.apiVersion());
                item.setKind(kind.name());
            }
            return items;
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404 || guess && e.getCode() == 403) {
                return List.of();
            }
            throw e;
        }
    }

    List<Pod> pods(Collection<WorkloadId> ids) {
        return labelled(client.pods().inNamespace(namespace(ids)), Names.WORKLOAD, ids)
                .list()
                .getItems();
    }

    /** Epoch floors, as far as they carry their label. */
    List<ConfigMap> floors(Collection<WorkloadId> ids) {
        return labelled(client.configMaps().inNamespace(namespace(ids)), Names.FLOOR, ids)
                .list()
                .getItems();
    }

    /** Of them all. */
    static String namespace(Collection<WorkloadId> ids) {
        return ids.iterator().next().namespace();
    }

    private static <T, L, R> FilterWatchListDeletable<T, L, R> labelled(
            FilterWatchListDeletable<T, L, R> all, String key, Collection<WorkloadId> ids) {
        String[] labels =
                ids.stream()
                        .map(id -> Names.label(id.toString()))
                        .distinct()
                        .sorted()
                        .toArray(String[]::new);
        return labels.length == 1 ? all.withLabel(key, labels[0]) : all.withLabelIn(key, labels);
    }
}
