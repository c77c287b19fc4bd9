package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Caller.Call;
import dev.tradewind.cli.simulate.Deployed.JobStatus;
import dev.tradewind.cli.simulate.Deployed.Thing;
import dev.tradewind.cli.simulate.Network.Plane;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One site's Kubernetes as one process sees it: each object is a request of its own, and the API
 * server refuses what is of an older epoch than the floor or the object.
 */
final class ModelledCluster implements Cluster {
    /** Another's lease, as this process saw it first, by its own clock. */
    private record Seen(long version, long since) {}

    private final Caller caller;
    private final World world;
    private final String site;
    private static final int TRIES = 8;
    private static final String IMMUTABLE = ": spec.template: field is immutable";

    private final Map<String, Seen> leases = new HashMap<>();

    ModelledCluster(Caller caller, String site) {
        this.caller = caller;
        this.world = caller.world;
        this.site = site;
    }

    @Override
    public String site() {
        return site;
    }

    @Override
    public AppState observe(String workload, List<String> manifests) throws PortException {
        return caller.read(
                caller.begin(site, Plane.API),
                () -> {
                    AppState state = app(workload).state(parsed(manifests));
                    if (state.podsPresent() == 0) {
                        world.site(site).kafka.sawStopped(World.group(workload), caller.machine);
                    }
                    return state;
                });
    }

    @Override
    public List<String> preflight(String workload, List<String> manifests, long epoch)
            throws PortException {
        return caller.read(
                caller.begin(site, Plane.API),
                () -> {
                    if (manifests.stream().anyMatch(m -> m.contains("\"invalid\""))) {
                        return List.of("Deployment: spec.selector does not match");
                    }
                    Deployed app = app(workload);
                    List<String> problems = new ArrayList<>();
                    for (Manifest manifest : parsed(manifests)) {
                        Thing present = app.things.get(manifest.title());
                        // whoever asks: a dry run goes by what is noted, see KubernetesCluster
                        if (!isPutAway(present, epoch, app.ended) && isAnother(present, manifest)) {
                            problems.add(manifest.title() + IMMUTABLE);
                        }
                    }
                    return problems;
                });
    }

    /** Of a Job: what is to be made of it can't be changed once it is there. */
    private static boolean isAnother(Thing present, Manifest manifest) {
        return present != null && manifest.job() && !present.manifest.equals(manifest.text());
    }

    /**
     * As KubernetesCluster.isPutAway: a Job that is complete, by an older epoch, and of which it is
     * noted that this is told. None fails here.
     *
     * @param told up to which epoch
     */
    private static boolean isPutAway(Thing present, long epoch, long told) {
        return present != null
                && present.hasEnded()
                && present.epoch < epoch
                && present.epoch <= told;
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
     * @param ended which Jobs have, where it comes from; null: that is not known
     */
    private void apply(
            String workload,
            List<String> manifests,
            long epoch,
            Mode mode,
            boolean anew,
            List<String> ended)
            throws PortException {
        Call call = caller.begin(site, Plane.API);
        if (app(workload).mark.givesUp(epoch)) {
            throw refused("epoch " + epoch + " was given up here");
        }
        raise(call, workload, epoch, mode == Mode.RUNNING);
        List<Manifest> all = new ArrayList<>(parsed(manifests));
        all.sort(Comparator.comparing(Manifest::carriesPods));
        for (Manifest manifest : all) {
            if (manifest.job()) {
                boolean earlier =
                        mode == Mode.STAGED && ended != null && !ended.contains(manifest.title());
                putAwayEnded(call, workload, manifest.title(), epoch, anew, earlier);
            }
        }
        for (Manifest manifest : all) {
            boolean over = ended != null && ended.contains(manifest.title());
            persist(
                    call,
                    workload,
                    manifest.title(),
                    epoch,
                    mode,
                    "apply " + manifest.title() + " " + mode,
                    present ->
                            present == null
                                    || present.epoch != epoch
                                    || present.mode != mode
                                    || !present.manifest.equals(manifest.text())
                                    || over && !present.elsewhere,
                    () -> {
                        Thing present = app(workload).things.get(manifest.title());
                        if (isAnother(present, manifest)) {
                            throw refused(manifest.title() + IMMUTABLE);
                        }
                        Thing thing = present == null ? made(workload, manifest) : present;
                        if (present == null || !manifest.job()) {
                            // a Job's template keeps the epoch that it began with, see Stamp
                            thing.revision = epoch + " " + manifest.text();
                        }
                        thing.epoch = epoch;
                        thing.mode = mode;
                        thing.manifest = manifest.text();
                        thing.before = null;
                        thing.elsewhere |= over;
                        thing.replicas = mode == Mode.RUNNING ? thing.whole() : 0;
                        thing.version = world.version();
                        if (thing.replicas > 0) {
                            world.site(site).kafka.begins(World.group(workload));
                        }
                        return null;
                    });
        }
    }

    private Thing made(String workload, Manifest manifest) {
        Thing thing = new Thing(manifest.carriesPods(), world.clockwork.now());
        if (manifest.job()) {
            thing.status = new JobStatus(world.batch.until(workload, manifest.title()));
        }
        app(workload).things.put(manifest.title(), thing);
        return thing;
    }

    /**
     * It runs once: told to have ended it would be told so once more.
     *
     * @param earlier what has ended here is left of an earlier run
     */
    private void putAwayEnded(
            Call call, String workload, String title, long epoch, boolean anew, boolean earlier)
            throws PortException {
        LongSupplier told = () -> earlier ? epoch : anew ? app(workload).ended : 0;
        boolean looks = anew && !Batch.isBeside(title);
        if (!looks && !isPutAway(app(workload).things.get(title), epoch, told.getAsLong())) {
            // one request more for each object is more than a slow API does within a call
            return;
        }
        persist(
                call,
                workload,
                title,
                epoch,
                Mode.NONE,
                "delete ended " + title,
                present -> isPutAway(present, epoch, told.getAsLong()),
                () -> {
                    app(workload).things.remove(title);
                    world.tally.count("jobs put away to run anew");
                    return null;
                });
    }

    @Override
    public void noteEnd(String workload, long epoch) throws PortException {
        Call call = caller.begin(site, Plane.API);
        if (app(workload).floor == epoch && app(workload).ended == epoch) {
            caller.read(call, () -> null);
            return;
        }
        caller.write(
                call,
                "end of " + workload + " @" + epoch,
                () -> {
                    Deployed app = app(workload);
                    fenced(Fence.raise(app.floor, epoch));
                    app.floor = epoch;
                    app.ended = epoch;
                    world.epochs.wrote(site, workload, epoch, "end");
                    return null;
                });
    }

    @Override
    public void quiesce(String workload, long epoch) throws PortException {
        Call call = caller.begin(site, Plane.API);
        raise(call, workload, epoch);
        for (String title : List.copyOf(app(workload).things.keySet())) {
            persist(
                    call,
                    workload,
                    title,
                    epoch,
                    Mode.STOPPED,
                    "quiesce " + title,
                    present ->
                            present != null
                                    && (present.mode != Mode.STOPPED || present.epoch != epoch),
                    () -> {
                        Thing thing = app(workload).things.get(title);
                        if (thing.mode != Mode.STOPPED) {
                            thing.before = thing.mode + "/" + thing.replicas;
                        }
                        thing.replicas = 0;
                        thing.mode = Mode.STOPPED;
                        thing.epoch = epoch;
                        thing.version = world.version();
                        return null;
                    });
        }
    }

    @Override
    public void carryEnded(String workload, long epoch, List<String> ended) throws PortException {
        Call call = caller.begin(site, Plane.API);
        raise(call, workload, epoch);
        for (String title : ended) {
            persist(
                    call,
                    workload,
                    title,
                    epoch,
                    Mode.STOPPED,
                    "carry that " + title + " has ended",
                    present -> present != null && present.before != null && !present.elsewhere,
                    () -> {
                        Thing thing = app(workload).things.get(title);
                        thing.elsewhere = true;
                        thing.replicas = 0;
                        thing.before = thing.before.split("/")[0] + "/0";
                        thing.epoch = epoch;
                        thing.version = world.version();
                        return null;
                    });
        }
    }

    @Override
    public void resume(String workload, long epoch) throws PortException {
        Call call = caller.begin(site, Plane.API);
        raise(call, workload, epoch, true);
        for (String title : List.copyOf(app(workload).things.keySet())) {
            persist(
                    call,
                    workload,
                    title,
                    epoch,
                    Mode.RUNNING,
                    "resume " + title,
                    present ->
                            present != null
                                    && (present.mode == Mode.STOPPED || present.epoch != epoch),
                    () -> {
                        Thing thing = app(workload).things.get(title);
                        thing.epoch = epoch;
                        if (thing.mode == Mode.STOPPED && thing.before != null) {
                            String[] before = thing.before.split("/");
                            thing.mode = Mode.valueOf(before[0]);
                            thing.replicas = Integer.parseInt(before[1]);
                            thing.before = null;
                        }
                        thing.version = world.version();
                        if (thing.replicas > 0) {
                            world.site(site).kafka.begins(World.group(workload));
                        }
                        world.waysBack.started(workload, site, caller.machine);
                        return null;
                    });
        }
    }

    @Override
    public void remove(String workload, long epoch) throws PortException {
        delete(workload, epoch, Set.of());
    }

    @Override
    public void prune(String workload, List<String> manifests, long epoch) throws PortException {
        delete(
                workload,
                epoch,
                parsed(manifests).stream().map(Manifest::title).collect(Collectors.toSet()));
    }

    private void delete(String workload, long epoch, Set<String> kept) throws PortException {
        Call call = caller.begin(site, Plane.API);
        raise(call, workload, epoch);
        Map<String, Deployed.Thing> things = app(workload).things;
        List<String> all = new ArrayList<>(things.keySet());
        // what pods refer to last
        all.sort(Comparator.comparing(title -> !things.get(title).carriesPods));
        for (String title : all) {
            if (!kept.contains(title)) {
                persist(
                        call,
                        workload,
                        title,
                        epoch,
                        Mode.NONE,
                        "delete " + title,
                        present -> present != null,
                        () -> {
                            world.batch.deleted(app(workload), title, epoch);
                            app(workload).things.remove(title);
                            return null;
                        });
            }
        }
        if (kept.isEmpty() && app(workload).noted != null) {
            raise(call, workload, epoch, true);
        }
    }

    /**
     * Reads an object and writes it, on the condition that it is as it was read; if not, again. One
     * that was not there is written without a condition. A delete says no epoch, so that the
     * condition alone guards it.
     *
     * @param mode NONE: it is deleted
     */
    private void persist(
            Call call,
            String workload,
            String title,
            long epoch,
            Mode mode,
            String what,
            Predicate<Thing> differs,
            Caller.Body<Void> change)
            throws PortException {
        for (int i = 0; i < TRIES; i++) {
            long[] version = {-1};
            boolean open =
                    caller.read(
                            call,
                            () -> {
                                Thing present = app(workload).things.get(title);
                                version[0] = present == null ? -1 : present.version;
                                if (present != null && present.epoch > epoch) {
                                    throw refused("epoch " + present.epoch + " is in force");
                                }
                                return differs.test(present);
                            });
            if (!open) {
                return;
            }
            boolean[] conflict = {false};
            caller.write(
                    call,
                    what + " of " + workload + " @" + epoch,
                    () -> {
                        Thing present = app(workload).things.get(title);
                        if (mode != Mode.NONE) {
                            Deployed app = app(workload);
                            fenced(Fence.write(app.floor, app.mark, present, epoch, mode));
                        }
                        conflict[0] =
                                version[0] >= 0
                                        && (present == null || present.version != version[0]);
                        if (conflict[0]) {
                            world.tally.count("conflicts");
                            return null;
                        }
                        long was = present == null ? 0 : present.epoch;
                        change.run();
                        if (mode == Mode.NONE) {
                            world.epochs.deleted(site, workload, epoch, was, what);
                        } else {
                            world.epochs.wrote(site, workload, epoch, what);
                        }
                        app(workload).changed();
                        return null;
                    });
            if (!conflict[0]) {
                return;
            }
        }
        throw new PortException(PortException.Kind.RETRY, site, "conflict");
    }

    @Override
    public void mark(String workload, Mark mark) throws PortException {
        caller.write(
                caller.begin(site, Plane.API),
                "mark " + mark.kind() + " of " + workload + " @" + mark.epoch(),
                () -> {
                    Deployed app = app(workload);
                    fenced(Fence.raise(app.floor, mark.epoch()));
                    app.floor = mark.epoch();
                    world.epochs.wrote(site, workload, mark.epoch(), "mark " + mark.kind());
                    Optional<Mark> kept = app.mark.then(mark);
                    if (kept.isEmpty()) {
                        throw refused("it was decided as " + app.mark.kind() + " already");
                    }
                    if (!kept.get().equals(app.mark)) {
                        app.mark = mark;
                        world.announced.marked(workload, site, mark);
                        if (mark.kind() == Mark.Kind.BACK) {
                            world.waysBack.decided(workload, site, mark.epoch(), caller.machine);
                        }
                    }
                    return null;
                });
    }

    @Override
    public void note(String workload, long epoch, Noted noted) throws PortException {
        caller.write(
                caller.begin(site, Plane.API),
                "note of " + workload + " @" + epoch,
                () -> {
                    Deployed app = app(workload);
                    fenced(Fence.raise(app.floor, epoch));
                    app.floor = epoch;
                    app.noted = Noted.parse(noted.text());
                    world.epochs.wrote(site, workload, epoch, "note");
                    return null;
                });
    }

    @Override
    public boolean lease(String workload, String holder, long termMillis) throws PortException {
        return caller.read(
                caller.begin(site, Plane.API),
                () -> {
                    world.waysBack.asked(workload, site, caller.machine);
                    Deployed app = app(workload);
                    if (app.holder != null && !app.holder.equals(holder) && !hasRunOut(app)) {
                        return false;
                    }
                    leases.remove(workload);
                    app.holder = holder;
                    app.term = (termMillis + 999) / 1_000 * 1_000;
                    app.leaseVersion++;
                    app.renewedAt = world.clockwork.now();
                    return true;
                });
    }

    private boolean hasRunOut(Deployed app) {
        long now = caller.machine.millis();
        Seen first = leases.get(app.workload);
        if (first == null || first.version() != app.leaseVersion) {
            leases.put(app.workload, new Seen(app.leaseVersion, now));
            return false;
        }
        return now - first.since() > app.term;
    }

    @Override
    public void release(String workload, String holder) throws PortException {
        caller.read(
                caller.begin(site, Plane.API),
                () -> {
                    Deployed app = app(workload);
                    if (holder.equals(app.holder)) {
                        app.holder = null;
                        app.leaseVersion++;
                    }
                    return null;
                });
    }

    private void raise(Call call, String workload, long epoch) throws PortException {
        raise(call, workload, epoch, false);
    }

    /**
     * @param forgets what was noted when it stopped
     */
    private void raise(Call call, String workload, long epoch, boolean forgets)
            throws PortException {
        Deployed app = app(workload);
        if (app.floor == epoch && (!forgets || app.noted == null)) {
            caller.read(call, () -> null);
            return;
        }
        caller.write(
                call,
                "floor of " + workload + " @" + epoch,
                () -> {
                    fenced(Fence.raise(app.floor, epoch));
                    app.floor = epoch;
                    app.noted = forgets ? null : app.noted;
                    world.epochs.wrote(site, workload, epoch, "floor");
                    return null;
                });
    }

    private void fenced(Optional<String> refusal) throws PortException {
        if (refusal.isPresent()) {
            world.tally.count("writes fenced off");
            throw refused(refusal.get());
        }
    }

    private Deployed app(String workload) {
        return world.app(site, workload);
    }

    private List<Manifest> parsed(List<String> manifests) {
        return manifests.stream().map(world::manifest).toList();
    }

    private PortException refused(String why) {
        return new PortException(PortException.Kind.REFUSED, site, why);
    }
}
