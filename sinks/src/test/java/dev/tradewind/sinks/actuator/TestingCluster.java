package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.actuator.TestingWorld.App;
import dev.tradewind.sinks.actuator.TestingWorld.Pod;
import dev.tradewind.sinks.actuator.TestingWorld.Site;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One site's Kubernetes in a {@link TestingWorld}: one object, a Deployment or a Job; or several,
 * which are written at once and have a pod together.
 */
final class TestingCluster implements Cluster {
    private final TestingWorld world;
    private final Site site;

    TestingCluster(TestingWorld world, Site site) {
        this.world = world;
        this.site = site;
    }

    @Override
    public String site() {
        return site.name;
    }

    @Override
    public AppState observe(String workload, List<String> manifests) throws PortException {
        synchronized (world) {
            world.reach(site.name);
            App app = site.app;
            long now = world.time.millis();
            int pods = site.pods.size();
            int ready = (int) site.pods.stream().filter(p -> p.runs(now)).count();
            boolean neverReady = app != null && app.neverReady;
            return new AppState(
                    app != null,
                    Math.max(site.floor, app == null ? 0 : app.epoch),
                    app == null ? 0 : app.epoch,
                    app == null ? Mode.NONE : app.mode,
                    app == null || app.succeeded ? 0 : app.desired,
                    pods,
                    neverReady ? 0 : ready,
                    true,
                    app != null && !neverReady && ready >= app.desired,
                    app == null || !app.job
                            ? JobState.NONE
                            : app.succeeded ? JobState.SUCCEEDED : JobState.ACTIVE,
                    List.of(),
                    site.mark,
                    neverReady ? "ImagePullBackOff" : null,
                    site.carried == null
                                    && app != null
                                    && app.savepoints
                                    && app.mode == Mode.STOPPED
                            ? "savepoint of " + site.name
                            : site.carried,
                    app != null && app.previous != null,
                    app != null && app.mode == Mode.RUNNING && site.misleads,
                    site.noted,
                    app == null ? List.of() : app.ended());
        }
    }

    @Override
    public List<String> preflight(String workload, List<String> manifests, long epoch)
            throws PortException {
        world.reach(site.name);
        return manifests.stream().anyMatch(m -> m.contains("\"invalid\""))
                ? List.of("Deployment/orders: spec.selector does not match")
                : List.of();
    }

    @Override
    public void apply(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        apply(workload, manifests, epoch, mode, null);
    }

    @Override
    public void apply(
            String workload, List<String> manifests, long epoch, Mode mode, List<String> ended)
            throws PortException {
        synchronized (world) {
            world.beforeApply.accept(site.name + ": apply " + mode + " @" + epoch);
            fence(epoch);
            App app = site.app;
            if (app == null && site.mark.givesUp(epoch)) {
                throw new PortException(
                        PortException.Kind.REFUSED,
                        site.name,
                        "epoch " + epoch + " was given up here");
            }
            if (app != null
                    && app.epoch == epoch
                    && app.mode == mode
                    && app.manifests.equals(manifests)
                    && (ended == null || app.over.containsAll(ended))) {
                return;
            }
            effect(
                    "apply " + mode,
                    epoch,
                    () -> {
                        if (site.app == null) {
                            site.app = new App();
                            site.app.job = manifests.get(0).contains("\"Job\"");
                        } else if (site.app.epoch < epoch) {
                            boolean ran = site.app.mode == Mode.RUNNING && mode == Mode.RUNNING;
                            site.app.previous = ran ? site.app.manifests : null;
                        }
                        if (ended != null) {
                            if (mode == Mode.STAGED && site.app.epoch < epoch) {
                                site.app.over.retainAll(ended);
                            }
                            site.app.over.addAll(ended);
                        }
                        site.app.neverReady = manifests.get(0).contains("missing-image");
                        site.app.epoch = epoch;
                        site.app.mode = mode;
                        site.app.manifests = manifests;
                        site.noted = mode == Mode.RUNNING ? null : site.noted;
                        scale(mode == Mode.RUNNING ? site.app.wanted : 0);
                        starts();
                    });
        }
    }

    @Override
    public void applyAnew(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        synchronized (world) {
            fence(epoch);
            App app = site.app;
            if (app != null && app.succeeded && app.epoch < epoch && app.epoch <= site.ended) {
                site.app = null;
            }
            apply(workload, manifests, epoch, mode);
        }
    }

    @Override
    public void noteEnd(String workload, long epoch) throws PortException {
        synchronized (world) {
            fence(epoch);
            site.ended = epoch;
        }
    }

    private void starts() {
        for (String job : site.app.mode == Mode.RUNNING ? site.app.jobs() : List.<String>of()) {
            if (!site.app.succeeded && !site.app.over.contains(job)) {
                world.starts.add(site.name + ": " + job);
                if (world.done.contains(job)) {
                    world.violations.add(job + " runs once more at " + site.name);
                }
            }
        }
    }

    private void scale(int replicas) {
        site.app.desired = replicas;
        // a Job that is complete makes no pod any more
        int desired = site.app.succeeded ? 0 : replicas;
        long now = world.time.millis();
        long live = site.pods.stream().filter(p -> p.goneAt == Long.MAX_VALUE).count();
        for (long i = live; i < desired; i++) {
            Pod pod = new Pod();
            pod.startsAt = now + world.podStart;
            site.pods.add(pod);
        }
        if (desired == 0) {
            site.pods.forEach(p -> p.goneAt = Math.min(p.goneAt, now + world.podGone));
        }
    }

    @Override
    public void quiesce(String workload, long epoch) throws PortException {
        synchronized (world) {
            fence(epoch);
            App app = site.app;
            if (app == null || app.mode == Mode.STOPPED && app.epoch == epoch) {
                site.floor = epoch;
                return;
            }
            effect(
                    "quiesce",
                    epoch,
                    () -> {
                        app.before = app.before < 0 ? app.desired : app.before;
                        app.epoch = epoch;
                        app.mode = Mode.STOPPED;
                        scale(0);
                    });
        }
    }

    @Override
    public void carryEnded(String workload, long epoch, List<String> ended) throws PortException {
        synchronized (world) {
            fence(epoch);
            App app = site.app;
            if (app == null || app.mode != Mode.STOPPED || app.over.containsAll(ended)) {
                return;
            }
            effect(
                    "carry ended",
                    epoch,
                    () -> {
                        app.epoch = epoch;
                        app.over.addAll(ended);
                    });
        }
    }

    @Override
    public void resume(String workload, long epoch) throws PortException {
        synchronized (world) {
            fence(epoch);
            App app = site.app;
            if (app == null || app.before < 0) {
                return;
            }
            effect(
                    "resume",
                    epoch,
                    () -> {
                        app.epoch = epoch;
                        app.mode = Mode.RUNNING;
                        site.noted = null;
                        scale(app.before);
                        starts();
                        app.before = -1;
                    });
        }
    }

    @Override
    public void restore(String workload, long epoch) throws PortException {
        synchronized (world) {
            fence(epoch);
            App app = site.app;
            if (app == null || app.previous == null) {
                return;
            }
            effect(
                    "restore",
                    epoch,
                    () -> {
                        app.manifests = app.previous;
                        app.previous = null;
                        app.neverReady = false;
                    });
        }
    }

    @Override
    public void carry(String workload, long epoch, String savepoint) throws PortException {
        synchronized (world) {
            fence(epoch);
            effect("carry " + savepoint, epoch, () -> site.carried = savepoint);
        }
    }

    @Override
    public void remove(String workload, long epoch) throws PortException {
        synchronized (world) {
            fence(epoch);
            if (site.app == null) {
                // as the real one: the floor is raised all the same
                if (site.floor < epoch) {
                    effect("remove", epoch, () -> {});
                }
                return;
            }
            effect(
                    "remove",
                    epoch,
                    () -> {
                        scale(0);
                        site.noted = null;
                        site.app = null;
                    });
        }
    }

    @Override
    public void prune(String workload, List<String> manifests, long epoch) {
        throw new IllegalStateException("nothing is ever left over here");
    }

    @Override
    public void note(String workload, long epoch, Noted noted) throws PortException {
        synchronized (world) {
            fence(epoch);
            effect("note", epoch, () -> site.noted = noted);
        }
    }

    @Override
    public void mark(String workload, Mark mark) throws PortException {
        synchronized (world) {
            fence(mark.epoch());
            Optional<Mark> kept = site.mark.then(mark);
            if (kept.isEmpty()) {
                throw new PortException(
                        PortException.Kind.REFUSED, site.name, "decided otherwise already");
            }
            if (kept.get().equals(site.mark)) {
                return;
            }
            effect("mark " + mark.kind(), mark.epoch(), () -> site.mark = mark);
        }
    }

    @Override
    public boolean lease(String workload, String holder, long termMillis) throws PortException {
        synchronized (world) {
            world.reach(site.name);
            if (site.leaseRefused) {
                throw new PortException(
                        PortException.Kind.REFUSED, site.name, "the namespace is being terminated");
            }
            long now = world.time.millis();
            if (site.leaseHolder != null
                    && !site.leaseHolder.equals(holder)
                    && site.leaseUntil > now) {
                return false;
            }
            site.leaseHolder = holder;
            site.leaseUntil = now + termMillis;
            return true;
        }
    }

    @Override
    public void release(String workload, String holder) throws PortException {
        if (world.releasesThatHang.getAndDecrement() > 0) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PortException(
                        PortException.Kind.UNREACHABLE, site.name, "interrupted", e);
            }
        }
        synchronized (world) {
            world.reach(site.name);
            if (holder.equals(site.leaseHolder)) {
                site.leaseHolder = null;
            }
        }
    }

    private void fence(long epoch) throws PortException {
        world.reach(site.name);
        if (epoch < site.floor) {
            throw new PortException(
                    PortException.Kind.REFUSED,
                    site.name,
                    "epoch " + site.floor + " is already in force");
        }
    }

    private void effect(String what, long epoch, Runnable change) throws PortException {
        world.effect(
                site.name + ": " + what + " @" + epoch,
                site.name,
                () -> {
                    site.floor = epoch;
                    change.run();
                });
    }
}
