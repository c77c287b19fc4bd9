package dev.tradewind.sinks.kubernetes;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

    private final String site;
    private final KubernetesClient client;
    private final long timeoutMillis;
    private final Kinds kinds;
    private final Lists lists;
    private final Looks looks;
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
        this.lists = new Lists(client, kinds);
        this.looks = new Looks(lists, site);
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
                    List<GenericKubernetesResource> wanted = call.parse(manifests);
                    Map<String, Boolean> titles = new LinkedHashMap<>();
                    wanted.forEach(o -> titles.put(Shape.title(o), Shape.startsWhenMade(o)));
                    // not listed: it is not there, or has lost its label, or something is in the
                    // way
                    Looks.Read floor =
                            map -> Floor.of(map == null ? call.floor() : call.checked(map));
                    Looks.Seen seen = looks.at(call.id, kinds(wanted), floor, call.deadline());
                    return new Look(
                                    titles,
                                    call.stillJobsAgain(seen.found().objects()),
                                    seen.found().made(),
                                    seen.found().pods(),
                                    seen.floor())
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
                    Writes writes = new Writes(call, epoch);
                    List<String> problems = new ArrayList<>();
                    for (GenericKubernetesResource manifest : call.parse(manifests)) {
                        writes.preflight(manifest).ifPresent(problems::add);
                    }
                    return problems;
                });
    }

    @Override
    public void apply(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        apply(workload, manifests, epoch, mode, false, null);
    }

    @Override
    public void apply(
            String workload, List<String> manifests, long epoch, Mode mode, List<String> ended)
            throws PortException {
        apply(workload, manifests, epoch, mode, false, ended);
    }

    @Override
    public void applyAnew(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        apply(workload, manifests, epoch, mode, true, null);
    }

    /**
     * @param ended where it comes from; null: that is not known
     */
    private void apply(
            String workload,
            List<String> manifests,
            long epoch,
            Mode mode,
            boolean anew,
            List<String> ended)
            throws PortException {
        if (mode != Mode.STAGED && mode != Mode.RUNNING) {
            throw new IllegalArgumentException("nothing is applied as " + mode);
        }
        this.<Void>call(
                workload,
                "apply",
                call -> {
                    List<GenericKubernetesResource> objects = call.parse(manifests);
                    // What pods refer to first.
                    objects.sort(Comparator.comparing(Shape::carriesPods));
                    Floor floor =
                            new Fence(call, epoch).raise(kinds(objects), mode == Mode.RUNNING);
                    String savepoint =
                            objects.stream().anyMatch(Shape::startsWhenMade)
                                    ? floor.carried().by(epoch)
                                    : null;
                    Writes writes = new Writes(call, epoch);
                    if (objects.stream().anyMatch(Shape::isJob)) {
                        writes.putAwayEnded(objects, anew, mode == Mode.STAGED ? ended : null);
                    }
                    boolean left = false;
                    for (GenericKubernetesResource object : objects) {
                        if (mode == Mode.STAGED
                                && Shape.startsWhenMade(object)
                                && call.present(object) == null) {
                            left = true;
                        } else {
                            boolean over = ended != null && ended.contains(Shape.title(object));
                            writes.apply(object, mode, savepoint, over);
                        }
                    }
                    if (left) {
                        new Fence(call, epoch).change(f -> f.staged(epoch));
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

    @Override
    public void quiesce(String workload, long epoch) throws PortException {
        rewrite(
                workload,
                "quiesce",
                epoch,
                floor -> floor,
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
    public void carryEnded(String workload, long epoch, List<String> ended) throws PortException {
        rewrite(
                workload,
                "carry ended",
                epoch,
                floor -> floor,
                object -> {
                    String before = Shape.annotation(object, Names.BEFORE);
                    if (before != null && ended.contains(Shape.title(object))) {
                        Shape.endElsewhere(object);
                        String mode = before.substring(0, before.indexOf('/') + 1);
                        Shape.annotate(object, Names.BEFORE, mode + Shape.running(object));
                    }
                    return object;
                });
    }

    @Override
    public void resume(String workload, long epoch) throws PortException {
        rewrite(
                workload,
                "resume",
                epoch,
                // it reads on from where it had stopped
                floor -> floor.noted(null),
                object -> {
                    String before = Shape.annotation(object, Names.BEFORE);
                    if (Shape.mode(object) == Mode.STOPPED && before != null) {
                        int slash = before.indexOf('/');
                        if (slash + 1 < before.length()) {
                            Shape.restore(object, before.substring(slash + 1));
                        }
                        Stamp.renew(object, epoch);
                        Shape.annotate(object, Names.MODE, before.substring(0, Math.max(slash, 0)));
                        Shape.annotate(object, Names.BEFORE, null);
                        Shape.annotate(object, Names.BEGUN_FROM, null);
                    }
                    return object;
                });
    }

    /**
     * Reads each object of the workload, changes it, and writes it whole, where it differs.
     *
     * @param floor what becomes of it first, besides that it is raised
     */
    private void rewrite(
            String workload,
            String what,
            long epoch,
            Fence.FloorChange floor,
            UnaryOperator<GenericKubernetesResource> how)
            throws PortException {
        this.<Void>call(
                workload,
                what,
                call -> {
                    Floor now = new Fence(call, epoch).change(floor);
                    Writes writes = new Writes(call, epoch);
                    for (GenericKubernetesResource found : call.objects(now)) {
                        writes.rewrite(found, how);
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
                    Floor floor = new Fence(call, epoch).raise();
                    List<GenericKubernetesResource> all = call.objects(floor);
                    all.sort(Comparator.comparing(Shape::carriesPods));
                    Writes writes = new Writes(call, epoch);
                    for (GenericKubernetesResource found : all) {
                        String previous = Shape.annotation(found, Names.PREVIOUS);
                        if (Shape.epoch(found) != epoch) {
                            continue;
                        }
                        if (previous == null) {
                            // Made by this epoch, or restored by it a moment ago.
                            if (Shape.annotation(found, Names.RESTORED) == null) {
                                writes.delete(found);
                            }
                            continue;
                        }
                        writes.restore(call.parse(List.of(previous)).get(0));
                    }
                    LOG.info("workload {} epoch {}: restored at {}", workload, epoch, site);
                    return null;
                });
    }

    @Override
    public void carry(String workload, long epoch, String savepoint) throws PortException {
        this.<Void>call(
                workload,
                "carry",
                call -> {
                    new Fence(call, epoch)
                            .change(f -> f.carried(new Floor.Carried(epoch, savepoint)));
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
                call(workload, "prune", call -> call.parse(manifests))) {
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
                    Floor floor = new Fence(call, epoch).raise();
                    List<GenericKubernetesResource> all = call.objects(floor);
                    // What pods refer to last.
                    all.sort(Comparator.comparing(o -> !Shape.carriesPods(o)));
                    Writes writes = new Writes(call, epoch);
                    for (GenericKubernetesResource found : all) {
                        if (!kept.contains(Shape.title(found))) {
                            writes.delete(found);
                        }
                    }
                    if (kept.isEmpty()) {
                        new Fence(call, epoch).change(f -> f.staged(0).noted(null));
                    }
                    LOG.info("workload {} epoch {}: {} done at {}", workload, epoch, what, site);
                    return null;
                });
    }

    @Override
    public void note(String workload, long epoch, Noted noted) throws PortException {
        this.<Void>call(
                workload,
                "note",
                call -> {
                    new Fence(call, epoch).change(f -> f.noted(noted));
                    return null;
                });
    }

    @Override
    public void noteEnd(String workload, long epoch) throws PortException {
        this.<Void>call(
                workload,
                "noteEnd",
                call -> {
                    new Fence(call, epoch).change(f -> f.ended(epoch));
                    return null;
                });
    }

    @Override
    public void mark(String workload, Mark mark) throws PortException {
        this.<Void>call(
                workload,
                "mark",
                call -> {
                    new Fence(call, mark.epoch())
                            .change(
                                    f -> {
                                        Optional<Mark> kept = f.mark().then(mark);
                                        if (kept.isEmpty()) {
                                            throw call.refused(
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
                    call.persist(
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
                    call.persist(() -> leases.release(call.id.namespace(), call.id.name(), holder));
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
            return new Inventory(client, lists, namespaces).read();
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of(site, "looking for workloads at " + site, e);
        }
    }

    private static Set<Kind> kinds(Collection<GenericKubernetesResource> objects) {
        return objects.stream().map(Shape::kind).collect(Collectors.toSet());
    }

    private interface Body<T> {
        T run(Call call) throws PortException;
    }

    private <T> T call(String workload, String what, Body<T> body) throws PortException {
        WorkloadId id;
        try {
            id = WorkloadId.parse(workload);
        } catch (IllegalArgumentException e) {
            throw new PortException(PortException.Kind.REFUSED, site, e.getMessage(), e);
        }
        if (throttle.leftMillis() > 0) {
            throw new PortException(
                    PortException.Kind.RETRY,
                    site,
                    site + " has too many requests, and asks to be left alone for a while");
        }
        try {
            return body.run(
                    new Call(client, kinds, lists, site, id, Deadline.in(site, timeoutMillis / 2)));
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of(site, what + " of " + workload + " at " + site, e);
        }
    }
}
