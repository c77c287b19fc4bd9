package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.AppState;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All workloads of a site at once: one list a kind, however many there are. */
final class Inventory {
    private final KubernetesClient client;
    private final Lists lists;
    private final Set<String> namespaces;

    Inventory(KubernetesClient client, Lists lists, Set<String> namespaces) {
        this.client = client;
        this.lists = lists;
        this.namespaces = namespaces;
    }

    Map<String, AppState> read() {
        Map<String, Floor> floors = new TreeMap<>();
        Set<Kind> certain = new TreeSet<>();
        for (ConfigMap map : each(client.configMaps(), Names.FLOOR)) {
            Floor floor = Floor.of(map);
            workload(map).ifPresent(w -> floors.put(w, floor));
            certain.addAll(floor.kinds());
        }
        Set<Kind> wanted = new TreeSet<>(Kinds.USUAL);
        wanted.addAll(certain);
        Map<String, List<GenericKubernetesResource>> objects = new TreeMap<>();
        for (Kind kind : wanted) {
            for (GenericKubernetesResource object :
                    lists.of(kind, !certain.contains(kind), all -> each(all, Names.WORKLOAD))) {
                if (!Shape.isControlled(object)) {
                    workload(object)
                            .ifPresent(
                                    w ->
                                            objects.computeIfAbsent(w, k -> new ArrayList<>())
                                                    .add(object));
                }
            }
        }
        Map<String, List<Pod>> pods = new HashMap<>();
        for (Pod pod : each(client.pods(), Names.WORKLOAD)) {
            pods.computeIfAbsent(
                            pod.getMetadata().getNamespace()
                                    + " "
                                    + pod.getMetadata().getLabels().get(Names.WORKLOAD),
                            k -> new ArrayList<>())
                    .add(pod);
        }
        Set<String> workloads = new TreeSet<>(floors.keySet());
        workloads.addAll(objects.keySet());
        Map<String, AppState> found = new TreeMap<>();
        for (String workload : workloads) {
            String namespace = workload.substring(0, workload.indexOf('/'));
            found.put(
                    workload,
                    new Look(
                                    Map.of(),
                                    objects.getOrDefault(workload, List.of()),
                                    List.of(),
                                    pods.getOrDefault(
                                            namespace + " " + Names.label(workload), List.of()),
                                    floors.getOrDefault(workload, Floor.NONE))
                            .state());
        }
        return found;
    }

    /** What carries a label, in the namespaces asked for. */
    private <T extends HasMetadata, L extends KubernetesResourceList<T>, R extends Resource<T>>
            List<T> each(MixedOperation<T, L, R> all, String label) {
        if (namespaces.isEmpty()) {
            return all.inAnyNamespace().withLabel(label).list().getItems();
        }
        List<T> items = new ArrayList<>();
        for (String namespace : namespaces) {
            items.addAll(all.inNamespace(namespace).withLabel(label).list().getItems());
        }
        return items;
    }

    /** Written by us, or someone else's object under our label. */
    private static Optional<String> workload(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        String workload = annotations == null ? null : annotations.get(Names.WORKLOAD);
        String namespace = object.getMetadata().getNamespace();
        return workload != null && workload.startsWith(namespace + "/")
                ? Optional.of(workload)
                : Optional.empty();
    }
}
