package dev.tradewind.sinks.kubernetes;

import static java.util.stream.Collectors.groupingBy;

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

    /** Of the workloads with these labels. */
    private interface Request<T> {
        List<T> of(Set<String> labels);
    }

    /** Lists that are asked for together. */
    private final class Shared<T extends HasMetadata> {
        private final String key;
        private final Map<Scope, Together<Set<String>, Map<String, List<T>>>> turns =
                new ConcurrentHashMap<>();

        /**
         * @param key of the label that says whose something is
         */
        Shared(String key) {
            this.key = key;
        }

        List<T> of(WorkloadId id, Scope scope, Request<T> request, Deadline deadline)
                throws PortException {
            return turns.computeIfAbsent(scope, s -> new Together<>(site, Lists::both))
                    .ask(Set.of(label(id)), labels -> byLabel(scope, labels, request), deadline)
                    .getOrDefault(label(id), List.of());
        }

        private Map<String, List<T>> byLabel(Scope scope, Set<String> labels, Request<T> request)
                throws PortException {
            try {
                return request.of(labels).stream()
                        .collect(groupingBy(item -> item.getMetadata().getLabels().get(key)));
            } catch (KubernetesClientException e) {
                String what =
                        "listing each %s of %s at %s"
                                .formatted(scope.kind().name(), scope.namespace(), site);
                throw KubernetesErrors.of(site, what, e);
            }
        }
    }

    private final KubernetesClient client;
    private final String site;
    private final Kinds kinds;
    private final Shared<GenericKubernetesResource> objects = new Shared<>(Names.WORKLOAD);
    private final Shared<Pod> pods = new Shared<>(Names.WORKLOAD);
    private final Shared<ConfigMap> floors = new Shared<>(Names.FLOOR);

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
        String namespace = id.namespace();
        return objects.of(
                id,
                new Scope(namespace, kind, guess),
                labels -> request(namespace, labels, kind, guess),
                deadline);
    }

    /** The same, for nobody else, who may change it. */
    List<GenericKubernetesResource> own(WorkloadId id, Kind kind, boolean guess) {
        return request(id.namespace(), Set.of(label(id)), kind, guess);
    }

    List<Pod> pods(WorkloadId id, Deadline deadline) throws PortException {
        var all = client.pods().inNamespace(id.namespace());
        return pods.of(
                id,
                new Scope(id.namespace(), POD, false),
                labels -> labelled(all, Names.WORKLOAD, labels).list().getItems(),
                deadline);
    }

    /** The epoch floor; null where there is none that carries its label. */
    ConfigMap floor(WorkloadId id, Deadline deadline) throws PortException {
        var all = client.configMaps().inNamespace(id.namespace());
        return floors
                .of(
                        id,
                        new Scope(id.namespace(), FLOOR, false),
                        labels -> labelled(all, Names.FLOOR, labels).list().getItems(),
                        deadline)
                .stream()
                .filter(map -> map.getMetadata().getName().equals(Names.own(id.name())))
                .findFirst()
                .orElse(null);
    }

    private List<GenericKubernetesResource> request(
            String namespace, Set<String> labels, Kind kind, boolean guess) {
        Optional<ResourceDefinitionContext> context = kinds.find(kind);
        if (context.isEmpty()) {
            return List.of();
        }
        try {
            List<GenericKubernetesResource> items =
                    labelled(
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

    private static <T, L, R> FilterWatchListDeletable<T, L, R> labelled(
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
