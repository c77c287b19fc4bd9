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
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One look at all workloads of a namespace that are looked at just then: to an API server, and to
 * its client, a list of many costs little more than one of one. Those of the same kinds of objects
 * are looked at together, so that a kind that can't be listed is the trouble of nobody else.
 *
 * <p>What is found so may have been given to others, too, and is not to be changed. What is kept
 * here grows with the namespaces of workloads, in each with the sets of kinds that they have, and
 * by the kinds of each workload.
 */
final class Looks {
    /**
     * Of one workload, each read after the one before it: whoever looks at pods first may miss
     * those that an object makes in between.
     *
     * @param floor null where there is none that carries its label
     * @param objects its own, of the kinds that were asked for
     * @param made what controllers have made of them, and make pods of: see {@link Look}
     * @param pods that carry its label
     */
    record Found(
            ConfigMap floor,
            List<GenericKubernetesResource> objects,
            List<GenericKubernetesResource> made,
            List<Pod> pods) {}

    /**
     * @param floor of which kinds there may be objects
     */
    record Seen(Floor floor, Found found) {}

    /** What is made of an epoch floor that was listed, or was not. */
    interface Read {
        /**
         * @param listed null: it is not there, or has lost its label
         */
        Floor of(ConfigMap listed) throws PortException;
    }

    /**
     * @param kinds see {@link #kinds}
     */
    private record Group(String namespace, Map<Kind, Boolean> kinds) {}

    private interface Request<T> {
        List<T> list();
    }

    /** So often in a row a workload's kinds are other ones than it was looked for. */
    private static final int MOST_TRIES = 3;

    private final Lists lists;
    private final String site;
    private final Map<String, Together<Set<WorkloadId>, Map<WorkloadId, ConfigMap>>> floors =
            new ConcurrentHashMap<>();
    private final Map<Group, Together<Set<WorkloadId>, Map<WorkloadId, Found>>> looks =
            new ConcurrentHashMap<>();

    /** Of which kinds a workload had objects when it was looked at last: mostly it still has. */
    private final Map<WorkloadId, Map<Kind, Boolean>> last = new ConcurrentHashMap<>();

    Looks(Lists lists, String site) {
        this.lists = lists;
        this.site = site;
    }

    /**
     * Its floor says where to look for objects. It is read with them, by the kinds that it said
     * last, and where it says others by now they are looked for once more.
     *
     * @param wanted kinds of its manifests
     */
    Seen at(WorkloadId id, Set<Kind> wanted, Read read, Deadline deadline) throws PortException {
        Map<Kind, Boolean> kinds = last.remove(id);
        if (kinds == null) {
            kinds = kinds(read.of(floor(id, deadline)), wanted);
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Found found = at(id, kinds, deadline);
            Floor floor = read.of(found.floor());
            Map<Kind, Boolean> now = kinds(floor, wanted);
            if (now.equals(kinds)) {
                last.put(id, kinds);
                return new Seen(floor, found);
            }
            kinds = now;
        }
        throw new PortException(
                PortException.Kind.RETRY, site, id + " changes while it is looked at");
    }

    /** The epoch floor; null where there is none that carries its label. */
    private ConfigMap floor(WorkloadId id, Deadline deadline) throws PortException {
        return floors.computeIfAbsent(id.namespace(), n -> new Together<>(site, Looks::both))
                .ask(Set.of(id), ids -> floors(ids, deadline), deadline)
                .get(id);
    }

    /**
     * @param kinds see {@link #kinds}
     */
    private Found at(WorkloadId id, Map<Kind, Boolean> kinds, Deadline deadline)
            throws PortException {
        return looks.computeIfAbsent(
                        new Group(id.namespace(), kinds), g -> new Together<>(site, Looks::both))
                .ask(Set.of(id), ids -> look(ids, kinds, deadline), deadline)
                .get(id);
    }

    /**
     * Where a workload has objects, or may have some.
     *
     * @return whether that is a guess; where none was ever written a role may lack the kind: a dry
     *     run says so
     */
    static Map<Kind, Boolean> kinds(Floor floor, Set<Kind> wanted) {
        Map<Kind, Boolean> kinds = new TreeMap<>();
        if (floor.kinds().isEmpty()) {
            Kinds.USUAL.forEach(kind -> kinds.put(kind, true));
        }
        wanted.forEach(kind -> kinds.put(kind, true));
        floor.kinds().forEach(kind -> kinds.put(kind, false));
        return kinds;
    }

    private static Set<WorkloadId> both(Set<WorkloadId> a, Set<WorkloadId> b) {
        Set<WorkloadId> all = new HashSet<>(a);
        all.addAll(b);
        return all;
    }

    private Map<WorkloadId, ConfigMap> floors(Set<WorkloadId> ids, Deadline deadline)
            throws PortException {
        Map<String, List<ConfigMap>> listed =
                ask(ids, "ConfigMap", Names.FLOOR, () -> lists.floors(ids), deadline);
        Map<WorkloadId, ConfigMap> floors = new HashMap<>();
        for (WorkloadId id : ids) {
            of(id, listed).stream()
                    .filter(map -> map.getMetadata().getName().equals(Names.own(id.name())))
                    .findFirst()
                    .ifPresent(map -> floors.put(id, map));
        }
        return floors;
    }

    private Map<WorkloadId, Found> look(
            Set<WorkloadId> ids, Map<Kind, Boolean> kinds, Deadline deadline) throws PortException {
        Map<WorkloadId, ConfigMap> floors = floors(ids, deadline);
        Map<WorkloadId, List<GenericKubernetesResource>> objects = new HashMap<>();
        ids.forEach(id -> objects.put(id, new ArrayList<>()));
        for (Map.Entry<Kind, Boolean> kind : kinds.entrySet()) {
            Map<String, List<GenericKubernetesResource>> listed =
                    list(ids, kind.getKey(), kind.getValue(), deadline);
            objects.forEach(
                    (id, its) ->
                            of(id, listed).stream()
                                    .filter(o -> Call.isObject(o, id.toString()))
                                    .forEach(its::add));
        }
        Map<String, List<GenericKubernetesResource>> replicaSets =
                list(ids, Kinds.REPLICA_SET, false, deadline);
        List<WorkloadId> withRuns =
                ids.stream()
                        .filter(id -> objects.get(id).stream().anyMatch(Looks::mayRun))
                        .toList();
        Map<String, List<GenericKubernetesResource>> runs =
                withRuns.isEmpty() ? Map.of() : list(withRuns, Kinds.JOB, false, deadline);
        Map<String, List<Pod>> pods =
                ask(ids, "Pod", Names.WORKLOAD, () -> lists.pods(ids), deadline);
        Map<WorkloadId, Found> found = new HashMap<>();
        for (WorkloadId id : ids) {
            List<GenericKubernetesResource> made = new ArrayList<>(of(id, replicaSets));
            made.addAll(of(id, runs));
            made.removeIf(o -> !Shape.isControlled(o));
            found.put(id, new Found(floors.get(id), objects.get(id), made, of(id, pods)));
        }
        return found;
    }

    private static boolean mayRun(GenericKubernetesResource object) {
        return Shape.hasRuns(object) && Shape.desired(object) == 0;
    }

    private Map<String, List<GenericKubernetesResource>> list(
            Collection<WorkloadId> ids, Kind kind, boolean guess, Deadline deadline)
            throws PortException {
        return ask(
                ids, kind.name(), Names.WORKLOAD, () -> lists.objects(ids, kind, guess), deadline);
    }

    /**
     * @param kind as an error calls it, which others may be told, too: it names no workload
     * @return by what their label says
     */
    private <T extends HasMetadata> Map<String, List<T>> ask(
            Collection<WorkloadId> ids,
            String kind,
            String label,
            Request<T> request,
            Deadline deadline)
            throws PortException {
        deadline.left();
        try {
            return request.list().stream()
                    .collect(groupingBy(item -> item.getMetadata().getLabels().get(label)));
        } catch (KubernetesClientException e) {
            String what = "listing each %s of %s at %s".formatted(kind, Lists.namespace(ids), site);
            throw KubernetesErrors.of(site, what, e);
        }
    }

    private static <T> List<T> of(WorkloadId id, Map<String, List<T>> listed) {
        return listed.getOrDefault(Names.label(id.toString()), List.of());
    }
}
