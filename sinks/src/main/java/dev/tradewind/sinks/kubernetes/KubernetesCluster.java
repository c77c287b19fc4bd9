package dev.tradewind.sinks.kubernetes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site's Kubernetes API, through fabric8.
 *
 * <p>Fencing: the epoch floor is raised first; every object is read and compared before it is
 * written; and the write carries the resourceVersion that was read, so that one in between is
 * answered 409 and it is all looked at again. What has no resourceVersion yet, because it isn't
 * there, is guarded by the admission policies of {@code k8s/site}, which hold every write against
 * the floor; where a cluster lacks them, by the workload's lease.
 *
 * <p>An object of the same name that isn't the workload's is never written. Safe for use by several
 * threads.
 */
public final class KubernetesCluster implements Cluster, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesCluster.class);

    /** Controllers write status all the time; a conflict with them isn't one of ours. */
    private static final int TRIES = 8;

    /** Until the API server's admission has seen the first floor of a namespace. */
    private static final long UNSEEN_MILLIS = 20;

    private final String site;
    private final KubernetesClient client;
    private final long timeoutMillis;
    private final Kinds kinds;
    private final Leases leases;
    private final Throttle throttle;

    /**
     * @param client whose requests end within half of the timeout, and aren't tried again by
     *     itself: see {@link KubernetesClients}; closed with this
     * @param timeoutMillis of a whole call
     */
    public KubernetesCluster(String site, KubernetesClient client, long timeoutMillis) {
        this(site, client, timeoutMillis, new Throttle(System::nanoTime));
    }

    /**
     * @param throttle the client's: no call begins before what it says
     */
    public KubernetesCluster(
            String site, KubernetesClient client, long timeoutMillis, Throttle throttle) {
        this.throttle = throttle;
        this.site = site;
        this.client = client;
        this.timeoutMillis = timeoutMillis;
        this.kinds = new Kinds(client);
        this.leases = new Leases(client, System::nanoTime);
    }

    @Override
    public String site() {
        return site;
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Whether the API answers at all.
     *
     * @throws PortException UNREACHABLE where it doesn't; of another kind where it says no
     */
    public void ping() throws PortException {
        try {
            client.getKubernetesVersion();
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of(site, "asking " + site + " for its version", e);
        }
    }

    @Override
    public AppState observe(String workload, List<String> manifests) throws PortException {
        return call(
                workload,
                "observe",
                call -> {
                    List<GenericKubernetesResource> wanted = parse(call, manifests);
                    Floor floor = Floor.of(floor(call));
                    Map<String, Boolean> titles = new LinkedHashMap<>();
                    wanted.forEach(o -> titles.put(Shape.title(o), Shape.startsWhenMade(o)));
                    List<GenericKubernetesResource> objects = objects(call, floor, kinds(wanted));
                    List<GenericKubernetesResource> made = made(call, objects);
                    call.next();
                    return new Look(
                                    titles,
                                    objects,
                                    made,
                                    client.pods()
                                            .inNamespace(call.id.namespace())
                                            .withLabel(Names.WORKLOAD, Names.label(workload))
                                            .list()
                                            .getItems(),
                                    floor)
                            .state();
                });
    }

    @Override
    public List<String> preflight(String workload, List<String> manifests, long epoch)
            throws PortException {
        return call(
                workload,
                "preflight",
                call -> {
                    List<String> problems = new ArrayList<>();
                    for (GenericKubernetesResource object : parse(call, manifests)) {
                        try {
                            GenericKubernetesResource present = present(call, object);
                            fence(call, present, epoch);
                            prepare(call, object, present, epoch, Mode.RUNNING);
                            dryRun(call, object);
                        } catch (KubernetesClientException e) {
                            PortException told = KubernetesErrors.of(site, "", e);
                            if (told.kind() != PortException.Kind.REFUSED) {
                                throw e;
                            }
                            problems.add(Shape.title(object) + ": " + KubernetesErrors.message(e));
                        } catch (PortException e) {
                            if (e.kind() != PortException.Kind.REFUSED) {
                                throw e;
                            }
                            problems.add(e.getMessage());
                        }
                    }
                    return problems;
                });
    }

    private void dryRun(Call call, GenericKubernetesResource object) throws PortException {
        for (boolean again = false; ; again = true) {
            call.next();
            try {
                resource(call, object)
                        .dryRun(true)
                        .fieldManager(Names.MANAGER)
                        .forceConflicts()
                        .serverSideApply();
                return;
            } catch (KubernetesClientException e) {
                if (again || !KubernetesErrors.isFloorUnseen(e)) {
                    throw e;
                }
                // The floor is made with the first write. For all else that can be against it, it
                // is tried as what the fence doesn't judge.
                object.getMetadata().getLabels().remove(Names.WORKLOAD);
            }
        }
    }

    @Override
    public void apply(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        if (mode != Mode.STAGED && mode != Mode.RUNNING) {
            throw new IllegalArgumentException("nothing is applied as " + mode);
        }
        this.<Void>call(
                workload,
                "apply",
                call -> {
                    List<GenericKubernetesResource> objects = parse(call, manifests);
                    // What pods refer to first.
                    objects.sort(Comparator.comparing(Shape::carriesPods));
                    raise(call, epoch, kinds(objects));
                    String savepoint =
                            objects.stream().anyMatch(Shape::startsWhenMade)
                                    ? Floor.of(floor(call)).carried().by(epoch)
                                    : null;
                    boolean left = false;
                    for (GenericKubernetesResource object : objects) {
                        if (mode == Mode.STAGED
                                && Shape.startsWhenMade(object)
                                && present(call, object) == null) {
                            left = true;
                        } else {
                            applyOne(call, object, epoch, mode, savepoint);
                        }
                    }
                    if (left) {
                        changeFloor(call, epoch, f -> f.staged(epoch));
                    }
                    LOG.info(
                            "workload {} epoch {}: applied {} objects as {} at {}",
                            workload,
                            epoch,
                            objects.size(),
                            Shape.text(mode),
                            site);
                    return null;
                });
    }

    /**
     * @param savepoint for what starts from one; null: from none
     */
    private void applyOne(
            Call call, GenericKubernetesResource manifest, long epoch, Mode mode, String savepoint)
            throws PortException {
        persist(
                call,
                () -> {
                    // A conflict means that what was read is no longer so: all of it again.
                    GenericKubernetesResource object = copy(manifest);
                    GenericKubernetesResource present = present(call, object);
                    fence(call, present, epoch);
                    if (present != null && mode == Mode.STAGED) {
                        neverBack(call, present, epoch);
                    }
                    prepare(call, object, present, epoch, mode);
                    if (savepoint != null && Shape.startsWhenMade(object)) {
                        Shape.startFrom(object, savepoint, epoch);
                    }
                    call.next();
                    resource(call, object)
                            .fieldManager(Names.MANAGER)
                            .forceConflicts()
                            .serverSideApply();
                });
    }

    @Override
    public void quiesce(String workload, long epoch) throws PortException {
        rewrite(
                workload,
                "quiesce",
                epoch,
                object -> {
                    if (Shape.mode(object) != Mode.STOPPED) {
                        String before =
                                Shape.annotation(object, Names.MODE) + "/" + Shape.running(object);
                        Shape.annotate(object, Names.BEFORE, before);
                        Shape.annotate(object, Names.BEGUN_FROM, Shape.begunFrom(object));
                    }
                    if (Shape.carriesPods(object) && Shape.desired(object) > 0) {
                        Shape.toZero(object);
                    }
                    Shape.annotate(object, Names.MODE, Shape.text(Mode.STOPPED));
                    return object;
                });
    }

    @Override
    public void resume(String workload, long epoch) throws PortException {
        rewrite(
                workload,
                "resume",
                epoch,
                object -> {
                    String before = Shape.annotation(object, Names.BEFORE);
                    if (Shape.mode(object) == Mode.STOPPED && before != null) {
                        int slash = before.indexOf('/');
                        if (slash + 1 < before.length()) {
                            Shape.restore(object, before.substring(slash + 1));
                        }
                        Shape.annotate(object, Names.MODE, before.substring(0, Math.max(slash, 0)));
                        Shape.annotate(object, Names.BEFORE, null);
                        Shape.annotate(object, Names.BEGUN_FROM, null);
                    }
                    return object;
                });
    }

    /** Reads each object of the workload, changes it, and writes it whole, where it differs. */
    private void rewrite(
            String workload, String what, long epoch, UnaryOperator<GenericKubernetesResource> how)
            throws PortException {
        this.<Void>call(
                workload,
                what,
                call -> {
                    raise(call, epoch);
                    for (GenericKubernetesResource found :
                            objects(call, Floor.of(floor(call)), Set.of())) {
                        persist(
                                call,
                                () -> {
                                    GenericKubernetesResource present = present(call, found);
                                    if (present == null) {
                                        return;
                                    }
                                    fence(call, present, epoch);
                                    GenericKubernetesResource changed = how.apply(copy(present));
                                    Shape.annotate(changed, Names.EPOCH, String.valueOf(epoch));
                                    if (!changed.equals(present)) {
                                        call.next();
                                        resource(call, changed)
                                                .lockResourceVersion(version(present))
                                                .update();
                                    }
                                });
                    }
                    LOG.info("workload {} epoch {}: {} done at {}", workload, epoch, what, site);
                    return null;
                });
    }

    @Override
    public void restore(String workload, long epoch) throws PortException {
        this.<Void>call(
                workload,
                "restore",
                call -> {
                    raise(call, epoch);
                    List<GenericKubernetesResource> all =
                            objects(call, Floor.of(floor(call)), Set.of());
                    all.sort(Comparator.comparing(Shape::carriesPods));
                    for (GenericKubernetesResource found : all) {
                        String previous = Shape.annotation(found, Names.PREVIOUS);
                        if (Shape.epoch(found) != epoch) {
                            continue;
                        }
                        if (previous == null) {
                            // Made by this epoch, or restored by it a moment ago.
                            if (Shape.annotation(found, Names.RESTORED) == null) {
                                deleteOne(call, found, epoch);
                            }
                            continue;
                        }
                        restoreOne(call, parse(call, List.of(previous)).get(0), epoch);
                    }
                    LOG.info("workload {} epoch {}: restored at {}", workload, epoch, site);
                    return null;
                });
    }

    private void restoreOne(Call call, GenericKubernetesResource manifest, long epoch)
            throws PortException {
        persist(
                call,
                () -> {
                    GenericKubernetesResource object = copy(manifest);
                    GenericKubernetesResource present = present(call, object);
                    fence(call, present, epoch);
                    prepare(call, object, present, epoch, Mode.RUNNING);
                    Shape.annotate(object, Names.PREVIOUS, null);
                    Shape.annotate(object, Names.RESTORED, String.valueOf(epoch));
                    call.next();
                    resource(call, object)
                            .fieldManager(Names.MANAGER)
                            .forceConflicts()
                            .serverSideApply();
                });
    }

    @Override
    public void carry(String workload, long epoch, String savepoint) throws PortException {
        this.<Void>call(
                workload,
                "carry",
                call -> {
                    changeFloor(call, epoch, f -> f.carried(new Floor.Carried(epoch, savepoint)));
                    return null;
                });
    }

    @Override
    public void remove(String workload, long epoch) throws PortException {
        delete(workload, "remove", epoch, Set.of());
    }

    @Override
    public void prune(String workload, List<String> manifests, long epoch) throws PortException {
        Set<String> kept = new TreeSet<>();
        for (GenericKubernetesResource object :
                call(workload, "prune", call -> parse(call, manifests))) {
            kept.add(Shape.title(object));
        }
        delete(workload, "prune", epoch, kept);
    }

    private void delete(String workload, String what, long epoch, Set<String> kept)
            throws PortException {
        this.<Void>call(
                workload,
                what,
                call -> {
                    raise(call, epoch);
                    List<GenericKubernetesResource> all =
                            objects(call, Floor.of(floor(call)), Set.of());
                    // What pods refer to last.
                    all.sort(Comparator.comparing(o -> !Shape.carriesPods(o)));
                    for (GenericKubernetesResource found : all) {
                        if (!kept.contains(Shape.title(found))) {
                            deleteOne(call, found, epoch);
                        }
                    }
                    if (kept.isEmpty()) {
                        changeFloor(call, epoch, f -> f.staged(0));
                    }
                    LOG.info("workload {} epoch {}: {} done at {}", workload, epoch, what, site);
                    return null;
                });
    }

    private void deleteOne(Call call, GenericKubernetesResource found, long epoch)
            throws PortException {
        persist(
                call,
                () -> {
                    GenericKubernetesResource present = present(call, found);
                    if (present == null || present.getMetadata().getDeletionTimestamp() != null) {
                        return;
                    }
                    fence(call, present, epoch);
                    call.next();
                    // The version is of this very object: one made anew in between stays. What it
                    // owns goes in the background, fabric8's default.
                    resource(call, present).lockResourceVersion(version(present)).delete();
                });
    }

    @Override
    public void mark(String workload, Mark mark) throws PortException {
        this.<Void>call(
                workload,
                "mark",
                call -> {
                    changeFloor(
                            call,
                            mark.epoch(),
                            f -> {
                                Optional<Mark> kept = f.mark().then(mark);
                                if (kept.isEmpty()) {
                                    throw refused(
                                            workload
                                                    + " epoch "
                                                    + mark.epoch()
                                                    + " was decided as "
                                                    + f.mark().kind()
                                                    + " already, so it can't be "
                                                    + mark.kind());
                                }
                                return f.marked(kept.get());
                            });
                    return null;
                });
    }

    @Override
    public boolean lease(String workload, String holder, long termMillis) throws PortException {
        return call(
                workload,
                "lease",
                call -> {
                    boolean[] taken = new boolean[1];
                    persist(
                            call,
                            () ->
                                    taken[0] =
                                            leases.take(
                                                    call.id.namespace(),
                                                    call.id.name(),
                                                    holder,
                                                    termMillis));
                    return taken[0];
                });
    }

    @Override
    public void release(String workload, String holder) throws PortException {
        this.<Void>call(
                workload,
                "release",
                call -> {
                    persist(
                            call,
                            () -> leases.release(call.id.namespace(), call.id.name(), holder));
                    return null;
                });
    }

    /**
     * Every workload that this site has an epoch floor or objects of, each as {@link #observe}
     * tells it without manifests. For a job that has lost its state.
     *
     * @param namespaces to look into; empty: all, which the credentials must allow
     */
    public Map<String, AppState> workloads(Set<String> namespaces) throws PortException {
        try {
            return new Inventory(client, kinds, namespaces).read();
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of(site, "looking for workloads at " + site, e);
        }
    }

    // --- reading

    private List<GenericKubernetesResource> parse(Call call, List<String> manifests)
            throws PortException {
        List<GenericKubernetesResource> objects = new ArrayList<>();
        for (String manifest : manifests) {
            GenericKubernetesResource object;
            try {
                object =
                        client.getKubernetesSerialization()
                                .unmarshal(manifest, GenericKubernetesResource.class);
            } catch (RuntimeException e) {
                throw refused("a manifest of " + call.workload + " can't be read: " + e, e);
            }
            if (object == null
                    || object.getApiVersion() == null
                    || object.getKind() == null
                    || object.getMetadata() == null
                    || object.getMetadata().getName() == null) {
                throw refused(
                        "a manifest of "
                                + call.workload
                                + " lacks apiVersion, kind or metadata.name");
            }
            String namespace = object.getMetadata().getNamespace();
            if (namespace != null && !namespace.equals(call.id.namespace())) {
                throw refused(
                        Shape.title(object)
                                + " is of namespace "
                                + namespace
                                + ", and "
                                + call.workload
                                + " may have objects in its own only");
            }
            if (Shape.isUnstoppable(object)) {
                throw refused(
                        Shape.title(object)
                                + " can't be brought to zero and back, so it can't be handed over:"
                                + " use a Deployment, StatefulSet or Job");
            }
            object.getMetadata().setNamespace(call.id.namespace());
            objects.add(object);
        }
        return objects;
    }

    private ConfigMap floor(Call call) throws PortException {
        call.next();
        ConfigMap map =
                client.configMaps()
                        .inNamespace(call.id.namespace())
                        .withName(Names.own(call.id.name()))
                        .get();
        if (map != null && !isOwned(map, call.workload)) {
            throw refused(
                    "ConfigMap/"
                            + Names.own(call.id.name())
                            + " is in the way at "
                            + site
                            + ": it isn't the epoch floor of "
                            + call.workload);
        }
        if (map != null && !Floor.isReadable(map)) {
            // Nobody knows which epoch is in force, and written anew it would be ours.
            throw refused(
                    "the epoch floor of "
                            + call.workload
                            + " at "
                            + site
                            + " can't be read: data.epoch of ConfigMap/"
                            + Names.own(call.id.name())
                            + " is no number; set it to the highest epoch that was placed");
        }
        return map;
    }

    /** The objects of the workload, of kinds where it has or may have some. */
    private List<GenericKubernetesResource> objects(Call call, Floor floor, Set<Kind> wanted)
            throws PortException {
        Set<Kind> certain = new TreeSet<>(wanted);
        certain.addAll(floor.kinds());
        List<GenericKubernetesResource> objects = new ArrayList<>();
        for (Kind kind : certain) {
            objects.addAll(list(call, kind, false));
        }
        if (floor.kinds().isEmpty()) {
            for (Kind kind : Kinds.USUAL) {
                if (!certain.contains(kind)) {
                    objects.addAll(list(call, kind, true));
                }
            }
        }
        objects.removeIf(o -> Shape.isControlled(o) || !isOwned(o, call.workload));
        return objects;
    }

    /** What controllers have made of the objects, and make pods of: see {@link Look}. */
    private List<GenericKubernetesResource> made(Call call, List<GenericKubernetesResource> objects)
            throws PortException {
        List<GenericKubernetesResource> made =
                new ArrayList<>(list(call, Kinds.REPLICA_SET, false));
        if (objects.stream().anyMatch(o -> Shape.hasRuns(o) && Shape.desired(o) == 0)) {
            made.addAll(list(call, Kinds.JOB, false));
        }
        made.removeIf(o -> !Shape.isControlled(o));
        return made;
    }

    /**
     * @param guess it isn't known that there are any: not to be allowed to look is no error
     */
    private List<GenericKubernetesResource> list(Call call, Kind kind, boolean guess)
            throws PortException {
        call.next();
        Optional<ResourceDefinitionContext> context = kinds.find(kind);
        if (context.isEmpty()) {
            return List.of();
        }
        try {
            List<GenericKubernetesResource> items =
                    client.genericKubernetesResources(context.get())
                            .inNamespace(call.id.namespace())
                            .withLabel(Names.WORKLOAD, Names.label(call.workload))
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

    private GenericKubernetesResource present(Call call, GenericKubernetesResource object)
            throws PortException {
        call.next();
        return resource(call, object).get();
    }

    private Resource<GenericKubernetesResource> resource(
            Call call, GenericKubernetesResource object) throws PortException {
        return client.genericKubernetesResources(context(call, Shape.kind(object)))
                .inNamespace(call.id.namespace())
                .resource(object);
    }

    private ResourceDefinitionContext context(Call call, Kind kind) throws PortException {
        return kinds.find(kind)
                .orElseThrow(
                        () ->
                                refused(
                                        site
                                                + " has no kind "
                                                + kind
                                                + " of a namespace, which "
                                                + call.workload
                                                + " asks for"));
    }

    private static boolean isOwned(HasMetadata object, String workload) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations != null && workload.equals(annotations.get(Names.WORKLOAD));
    }

    // --- writing

    private void fence(Call call, GenericKubernetesResource present, long epoch)
            throws PortException {
        if (present == null) {
            return;
        }
        if (!isOwned(present, call.workload)) {
            throw refused(
                    Shape.title(present)
                            + " is at "
                            + site
                            + " already and isn't "
                            + call.workload
                            + "'s: it lacks the annotation "
                            + Names.WORKLOAD);
        }
        if (Shape.epoch(present) > epoch) {
            throw inForce(call, Shape.epoch(present), epoch);
        }
    }

    /**
     * Within an epoch staging comes first. Whoever stages what runs already has slept: it would
     * bring a running workload to zero.
     */
    private void neverBack(Call call, GenericKubernetesResource present, long epoch)
            throws PortException {
        boolean further =
                Shape.mode(present) == Mode.RUNNING || Shape.mode(present) == Mode.STOPPED;
        if (Shape.epoch(present) == epoch && further) {
            throw refused(
                    Shape.title(present)
                            + " of "
                            + call.workload
                            + " is "
                            + Shape.text(Shape.mode(present))
                            + " by epoch "
                            + epoch
                            + " at "
                            + site
                            + " already: it is not staged again");
        }
    }

    private void prepare(
            Call call,
            GenericKubernetesResource object,
            GenericKubernetesResource present,
            long epoch,
            Mode mode) {
        String applied = Shape.kept(client.getKubernetesSerialization().asJson(object));
        String previous = Shape.previous(present, epoch, mode);
        ObjectMeta given = object.getMetadata();
        ObjectMeta meta = new ObjectMeta();
        meta.setName(given.getName());
        meta.setNamespace(call.id.namespace());
        meta.setLabels(given.getLabels());
        meta.setAnnotations(given.getAnnotations());
        meta.setResourceVersion(present == null ? null : version(present));
        object.setMetadata(meta);
        object.getAdditionalProperties().remove("status");
        Shape.label(object, Names.WORKLOAD, Names.label(call.workload));
        Shape.annotate(object, Names.WORKLOAD, call.workload);
        Shape.annotate(object, Names.EPOCH, String.valueOf(epoch));
        Shape.annotate(object, Names.MODE, Shape.text(mode));
        Shape.annotate(object, Names.APPLIED, applied);
        Shape.annotate(object, Names.PREVIOUS, previous);
        Map<String, Object> template = Shape.podTemplate(object);
        if (template != null) {
            Map<String, Object> metadata = Shape.child(template, "metadata");
            Shape.child(metadata, "labels").put(Names.WORKLOAD, Names.label(call.workload));
            Shape.child(metadata, "annotations")
                    .put(Names.EPOCH, templateEpoch(object, present, epoch));
        }
        if (Shape.hasRuns(object)) {
            Shape.child(Shape.runMetadata(object), "labels")
                    .put(Names.WORKLOAD, Names.label(call.workload));
        }
        if (mode == Mode.STAGED) {
            Shape.toZero(object);
        } else {
            Shape.explicit(object);
        }
    }

    /** A Job's template can't change once it has begun: it keeps the epoch that it began with. */
    private static String templateEpoch(
            GenericKubernetesResource object, GenericKubernetesResource present, long epoch) {
        if (present != null && Shape.isJob(present)) {
            Object kept =
                    Shape.look(
                                    Shape.look(
                                            Shape.look(Shape.spec(present), "template"),
                                            "metadata"),
                                    "annotations")
                            .get(Names.EPOCH);
            if (kept != null) {
                return kept.toString();
            }
        }
        return String.valueOf(epoch);
    }

    private void raise(Call call, long epoch) throws PortException {
        changeFloor(call, epoch, f -> f);
    }

    /** The same, for what is to be made: not by an epoch that was given up here. */
    private void raise(Call call, long epoch, Set<Kind> with) throws PortException {
        changeFloor(
                call,
                epoch,
                f -> {
                    if (f.mark().givesUp(epoch)) {
                        throw refused(
                                call.workload + " epoch " + epoch + " was given up at " + site);
                    }
                    return f.raised(epoch, with);
                });
    }

    /** Raises the floor to the epoch, and changes it; refuses where a higher one is in force. */
    private void changeFloor(Call call, long epoch, FloorChange change) throws PortException {
        persist(
                call,
                () -> {
                    ConfigMap map = floor(call);
                    Floor present = Floor.of(map);
                    if (present.epoch() > epoch) {
                        throw inForce(call, present.epoch(), epoch);
                    }
                    Floor next = change.of(present.raised(epoch, Set.of()));
                    if (map != null && next.equals(present)) {
                        return;
                    }
                    call.next();
                    String version = map == null ? null : map.getMetadata().getResourceVersion();
                    ConfigMap written =
                            next.toConfigMap(call.id.namespace(), call.id.name(), version);
                    if (map == null) {
                        client.resource(written).create();
                    } else {
                        client.resource(written).lockResourceVersion(version).update();
                    }
                });
    }

    /** Again, from reading on, while the answer is that something came in between. */
    private static void persist(Call call, Write write) throws PortException {
        for (int i = 1; ; i++) {
            call.next();
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

    private GenericKubernetesResource copy(GenericKubernetesResource object) {
        return client.getKubernetesSerialization().clone(object);
    }

    private static String version(GenericKubernetesResource object) {
        return object.getMetadata().getResourceVersion();
    }

    private static Set<Kind> kinds(Collection<GenericKubernetesResource> objects) {
        return objects.stream().map(Shape::kind).collect(Collectors.toSet());
    }

    private PortException inForce(Call call, long higher, long epoch) {
        return refused(
                call.workload
                        + " epoch "
                        + epoch
                        + " is out of date: epoch "
                        + higher
                        + " is in force at "
                        + site);
    }

    private PortException refused(String message) {
        return new PortException(PortException.Kind.REFUSED, site, message);
    }

    private PortException refused(String message, Throwable cause) {
        return new PortException(PortException.Kind.REFUSED, site, message, cause);
    }

    /** One call from outside: whom it is about, and until when. */
    private record Call(String workload, WorkloadId id, Deadline deadline) {
        /** Before each request: one takes half of the time at most. */
        void next() throws PortException {
            deadline.left();
        }
    }

    private interface Body<T> {
        T run(Call call) throws PortException;
    }

    private interface Write {
        void run() throws PortException;
    }

    private interface FloorChange {
        Floor of(Floor present) throws PortException;
    }

    private <T> T call(String workload, String what, Body<T> body) throws PortException {
        WorkloadId id;
        try {
            id = WorkloadId.parse(workload);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage(), e);
        }
        if (throttle.leftMillis() > 0) {
            throw new PortException(
                    PortException.Kind.RETRY,
                    site,
                    site + " has too many requests, and asks to be left alone for a while");
        }
        try {
            return body.run(new Call(workload, id, Deadline.in(site, timeoutMillis / 2)));
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of(site, what + " of " + workload + " at " + site, e);
        }
    }
}
