package dev.tradewind.sinks.kubernetes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.connection.Together;
import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What a site has that carries a workload's label. Who only looks gets it from one list for all
 * workloads of the namespace that are looked at just then: to an API server, and to its client, a
 * list of many costs little more than one of one.
 *
 * <p>What is looked at so may have been given to others, too, and is not to be changed. What is
 * kept here grows with the namespaces and kinds of workloads, and with nothing else.
 */
final class Lists {
    private static final Kind FLOOR = new Kind("v1", "ConfigMap");
    private static final Kind POD = new Kind("v1", "Pod");

    /**
     * @param guess see {@link #objects}
     */
    private record Scope(String namespace, Kind kind, boolean guess) {}

    /** Of the labels of workloads, by label. */
    private interface Request<T> {
        List<T> of(Set<String> labels);
    }

    /** By scope, what is asked together: by label of a workload, the things that carry it. */
    private static final class Shared<T extends HasMetadata>
            extends ConcurrentHashMap<Scope, Together<Set<String>, Map<String, List<T>>>> {
        private static final long serialVersionUID = 1;
    }

    private final KubernetesClient client;
    private final String site;
    private final Kinds kinds;
    private final Shared<GenericKubernetesResource> objects = new Shared<>();
    private final Shared<Pod> pods = new Shared<>();
    private final Shared<ConfigMap> floors = new Shared<>();

    Lists(KubernetesClient client, String site, Kinds kinds) {
        this.client = client;
        this.site = site;
        this.kinds = kinds;
    }

    /**
     * @param guess it isn't known that there are any: not to be allowed to look is no error
     */
    List<GenericKubernetesResource> objects(
            WorkloadId id, Kind kind, boolean guess, Deadline deadline) throws PortException {
        return together(
                objects,
                new Scope(id.namespace(), kind, guess),
                id,
                Names.WORKLOAD,
                labels -> request(id.namespace(), labels, kind, guess),
                deadline);
    }

    /** The same, for nobody else, who may change it. */
    List<GenericKubernetesResource> own(WorkloadId id, Kind kind, boolean guess) {
        return request(id.namespace(), Set.of(label(id)), kind, guess);
    }

    List<Pod> pods(WorkloadId id, Deadline deadline) throws PortException {
        return together(
                pods,
                new Scope(id.namespace(), POD, false),
                id,
                Names.WORKLOAD,
                labels ->
                        of(client.pods().inNamespace(id.namespace()), Names.WORKLOAD, labels)
                                .list()
                                .getItems(),
                deadline);
    }

    /** The epoch floor; null where there is none that carries its label. */
    ConfigMap floor(WorkloadId id, Deadline deadline) throws PortException {
        return together(
                        floors,
                        new Scope(id.namespace(), FLOOR, false),
                        id,
                        Names.FLOOR,
                        labels ->
                                of(
                                                client.configMaps().inNamespace(id.namespace()),
                                                Names.FLOOR,
                                                labels)
                                        .list()
                                        .getItems(),
                        deadline)
                .stream()
                .filter(map -> map.getMetadata().getName().equals(Names.own(id.name())))
                .findFirst()
                .orElse(null);
    }

    private <T extends HasMetadata> List<T> together(
            Shared<T> shared,
            Scope scope,
            WorkloadId id,
            String key,
            Request<T> request,
            Deadline deadline)
            throws PortException {
        return shared.computeIfAbsent(scope, s -> new Together<>(site, Lists::both))
                .ask(
                        Set.of(label(id)),
                        labels -> {
                            try {
                                return request.of(labels).stream()
                                        .collect(
                                                Collectors.groupingBy(
                                                        item ->
                                                                item.getMetadata()
                                                                        .getLabels()
                                                                        .get(key)));
                            } catch (KubernetesClientException e) {
                                throw KubernetesErrors.of(
                                        site,
                                        "listing each %s of %s in %s at %s"
                                                .formatted(
                                                        scope.kind().name(),
                                                        String.join(", ", labels),
                                                        scope.namespace(),
                                                        site),
                                        e);
                            }
                        },
                        deadline)
                .getOrDefault(label(id), List.of());
    }

    private List<GenericKubernetesResource> request(
            String namespace, Set<String> labels, Kind kind, boolean guess) {
        Optional<ResourceDefinitionContext> context = kinds.find(kind);
        if (context.isEmpty()) {
            return List.of();
        }
        try {
            List<GenericKubernetesResource> items =
                    of(
                                    client.genericKubernetesResources(context.get())
                                            .inNamespace(namespace),
                                    Names.WORKLOAD,
                                    labels)
                            .list()
                            .getItems();
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

    private static <T, L, R> FilterWatchListDeletable<T, L, R> of(
            FilterWatchListDeletable<T, L, R> all, String key, Set<String> labels) {
        return labels.size() == 1
                ? all.withLabel(key, labels.iterator().next())
                : all.withLabelIn(key, labels.toArray(String[]::new));
    }

    private static String label(WorkloadId id) {
        return Names.label(id.toString());
    }

    private static Set<String> both(Set<String> a, Set<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }
}
