package dev.tradewind.sinks.kubernetes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * One call of {@link KubernetesCluster} from outside: whom it is about, until when, and what it
 * reads of the workload. Each request is begun within the deadline.
 */
final class Call {
    /** Controllers write status all the time; a conflict with them isn't one of ours. */
    private static final int TRIES = 8;

    /** Until the API server's admission has seen the first floor of a namespace. */
    private static final long UNSEEN_MILLIS = 20;

    final KubernetesClient client;
    final String site;
    final String workload;
    final WorkloadId id;
    private final Kinds kinds;
    private final Lists lists;
    private final Deadline deadline;

    Call(
            KubernetesClient client,
            Kinds kinds,
            Lists lists,
            String site,
            WorkloadId id,
            Deadline deadline) {
        this.client = client;
        this.kinds = kinds;
        this.lists = lists;
        this.site = site;
        this.workload = id.toString();
        this.id = id;
        this.deadline = deadline;
    }

    Deadline deadline() {
        return deadline;
    }

    interface Write {
        void run() throws PortException;
    }

    /** Before each request: one takes half of the time at most. */
    void next() throws PortException {
        deadline.left();
    }

    List<GenericKubernetesResource> parse(List<String> manifests) throws PortException {
        List<GenericKubernetesResource> objects = new ArrayList<>();
        for (String manifest : manifests) {
            GenericKubernetesResource object;
            try {
                object =
                        client.getKubernetesSerialization()
                                .unmarshal(manifest, GenericKubernetesResource.class);
            } catch (RuntimeException e) {
                throw refused("a manifest of " + workload + " can't be read: " + e, e);
            }
            if (object == null
                    || object.getApiVersion() == null
                    || object.getKind() == null
                    || object.getMetadata() == null
                    || object.getMetadata().getName() == null) {
                throw refused(
                        "a manifest of " + workload + " lacks apiVersion, kind or metadata.name");
            }
            String namespace = object.getMetadata().getNamespace();
            if (namespace != null && !namespace.equals(id.namespace())) {
                throw refused(
                        Shape.title(object)
                                + " is of namespace "
                                + namespace
                                + ", and "
                                + workload
                                + " may have objects in its own only");
            }
            if (Shape.isUnstoppable(object)) {
                throw refused(
                        Shape.title(object)
                                + " can't be brought to zero and back, so it can't be handed over:"
                                + " use a Deployment, StatefulSet or Job");
            }
            object.getMetadata().setNamespace(id.namespace());
            objects.add(object);
        }
        return objects;
    }

    ConfigMap floor() throws PortException {
        next();
        return checked(
                client.configMaps()
                        .inNamespace(id.namespace())
                        .withName(Names.own(id.name()))
                        .get());
    }

    /**
     * @param map null: there is none
     */
    ConfigMap checked(ConfigMap map) throws PortException {
        if (map != null && !isOwned(map, workload)) {
            throw refused(
                    "ConfigMap/"
                            + Names.own(id.name())
                            + " is in the way at "
                            + site
                            + ": it isn't the epoch floor of "
                            + workload);
        }
        if (map != null && !Floor.isReadable(map)) {
            // Nobody knows which epoch is in force, and written anew it would be ours.
            throw refused(
                    "the epoch floor of "
                            + workload
                            + " at "
                            + site
                            + " can't be read: data.epoch of ConfigMap/"
                            + Names.own(id.name())
                            + " is no number; set it to the highest epoch that was placed");
        }
        return map;
    }

    /** The objects of the workload, for nobody else: who asks may change them. */
    List<GenericKubernetesResource> objects(Floor floor) throws PortException {
        List<GenericKubernetesResource> objects = new ArrayList<>();
        for (Map.Entry<Kind, Boolean> kind : Looks.kinds(floor, Set.of()).entrySet()) {
            next();
            objects.addAll(lists.objects(Set.of(id), kind.getKey(), kind.getValue()));
        }
        objects.removeIf(o -> !isObject(o, workload));
        return objects;
    }

    /**
     * Jobs that stand still, as they are once their pods were looked at: a pod that had ended well
     * may have been counted in between, and then its Job still tells of it or is complete.
     */
    List<GenericKubernetesResource> stillJobsAgain(List<GenericKubernetesResource> objects)
            throws PortException {
        List<GenericKubernetesResource> all = new ArrayList<>();
        for (GenericKubernetesResource object : objects) {
            boolean still =
                    Shape.isJob(object)
                            && Shape.desired(object) == 0
                            && Shape.isSettled(object)
                            && !Shape.hasEndedWell(object);
            GenericKubernetesResource again = still ? present(object) : object;
            all.add(again == null ? object : again);
        }
        return all;
    }

    GenericKubernetesResource present(GenericKubernetesResource object) throws PortException {
        next();
        return resource(object).get();
    }

    Resource<GenericKubernetesResource> resource(GenericKubernetesResource object)
            throws PortException {
        return client.genericKubernetesResources(context(Shape.kind(object)))
                .inNamespace(id.namespace())
                .resource(object);
    }

    ResourceDefinitionContext context(Kind kind) throws PortException {
        return kinds.find(kind)
                .orElseThrow(
                        () ->
                                refused(
                                        site
                                                + " has no kind "
                                                + kind
                                                + " of a namespace, which "
                                                + workload
                                                + " asks for"));
    }

    /** Written for the workload, and by nobody's controller. */
    static boolean isObject(GenericKubernetesResource object, String workload) {
        return isOwned(object, workload) && !Shape.isControlled(object);
    }

    static boolean isOwned(HasMetadata object, String workload) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations != null && workload.equals(annotations.get(Names.WORKLOAD));
    }

    /** Again, from reading on, while the answer is that something came in between. */
    void persist(Write write) throws PortException {
        for (int i = 1; ; i++) {
            next();
            try {
                write.run();
                return;
            } catch (KubernetesClientException e) {
                boolean unseen = KubernetesErrors.isFloorUnseen(e);
                if (e.getCode() != 409 && !unseen || i == TRIES) {
                    throw e;
                }
                if (unseen) {
                    LockSupport.parkNanos(UNSEEN_MILLIS * 1_000_000);
                }
            }
        }
    }

    GenericKubernetesResource copy(GenericKubernetesResource object) {
        return client.getKubernetesSerialization().clone(object);
    }

    PortException refused(String message) {
        return new PortException(PortException.Kind.REFUSED, site, message);
    }

    PortException refused(String message, Throwable cause) {
        return new PortException(PortException.Kind.REFUSED, site, message, cause);
    }
}
