package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one API server has of a workload, and what its controllers make of it. */
final class Deployed {
    /** An object. */
    static final class Thing {
        final boolean carriesPods;
        long epoch;
        Mode mode;
        int replicas;
        String before;
        String manifest;

        /** Another with each write. */
        long version;

        /** Of the pod template: another makes other pods. */
        String revision;

        Thing(boolean carriesPods) {
            this.carriesPods = carriesPods;
        }
    }

    private final World world;
    final String site;
    final String workload;
    final Map<String, Thing> things = new TreeMap<>();
    final List<Pod> pods = new ArrayList<>();
    long floor;
    Mark mark = Mark.NONE;

    /** Beside the floor: up to where its groups had read when it was stopped here. */
    Noted noted;

    String holder;
    long term;
    long leaseVersion;

    /** True time. */
    long renewedAt;

    private boolean unseen;

    Deployed(World world, String site, String workload) {
        this.world = world;
        this.site = site;
        this.workload = workload;
    }

    AppState state(List<Manifest> manifests) {
        boolean missing = false;
        List<Thing> judged = new ArrayList<>();
        for (Manifest manifest : manifests) {
            Thing thing = things.get(manifest.title());
            if (thing == null) {
                missing = true;
            } else {
                judged.add(thing);
            }
        }
        if (manifests.isEmpty()) {
            judged.addAll(things.values());
        }
        long now = world.clockwork.now();
        int ready = (int) pods.stream().filter(p -> p.runs(now)).count();
        return new AppState(
                        !things.isEmpty(),
                        things.values().stream().mapToLong(t -> t.epoch).reduce(floor, Math::max),
                        missing ? 0 : judged.stream().mapToLong(t -> t.epoch).min().orElse(0),
                        mode(judged, missing),
                        desired(),
                        pods.size(),
                        ready,
                        settled(),
                        !things.isEmpty()
                                && !missing
                                && !unseen
                                && pods.stream().noneMatch(Pod::terminating)
                                && ready >= desired(),
                        AppState.JobState.NONE,
                        manifests.isEmpty()
                                ? List.of()
                                : things.keySet().stream()
                                        .filter(
                                                t ->
                                                        manifests.stream()
                                                                .noneMatch(
                                                                        m -> m.title().equals(t)))
                                        .toList(),
                        mark,
                        pods.stream().anyMatch(p -> p.broken) ? "ImagePullBackOff" : null)
                .noting(noted);
    }

    private Mode mode(List<Thing> judged, boolean missing) {
        if (things.isEmpty()) {
            return Mode.NONE;
        }
        Set<Mode> modes = EnumSet.noneOf(Mode.class);
        judged.forEach(t -> modes.add(t.mode));
        return missing || modes.size() != 1 ? Mode.MIXED : modes.iterator().next();
    }

    int desired() {
        return things.values().stream().mapToInt(t -> t.replicas).sum();
    }

    /** The controllers have seen the last change, and at zero nothing is left to go. */
    private boolean settled() {
        return !unseen && (desired() > 0 || pods.isEmpty());
    }

    boolean runs(long now) {
        return pods.stream().anyMatch(p -> p.runs(now));
    }

    /** Something was written: the controllers see it in a moment. */
    void changed() {
        unseen = true;
        world.clockwork.in(Plan.between(world.random, 5, 80), this::reconcile);
    }

    private void reconcile() {
        if (world.network.isDown(Network.Plane.API, site)) {
            world.clockwork.in(200, this::reconcile);
            return;
        }
        unseen = false;
        Thing runner = things.values().stream().filter(t -> t.carriesPods).findFirst().orElse(null);
        int desired = desired();
        // one at a time: a Deployment with the strategy Recreate
        String revision = runner == null ? "" : runner.revision;
        for (Pod pod : pods) {
            if (!pod.terminating() && (desired == 0 || !pod.revision.equals(revision))) {
                terminate(pod);
            }
        }
        if (pods.size() < desired) {
            long startsAt = world.clockwork.now() + world.plan.podStart();
            Pod pod = new Pod(startsAt, revision, runner.manifest.contains("missing-image"));
            pods.add(pod);
            world.clockwork.in(world.plan.podStart(), () -> started(pod));
        }
    }

    private void started(Pod pod) {
        if (pods.contains(pod) && pod.runs(world.clockwork.now())) {
            world.tell("%s: a pod of %s runs", site, workload);
            world.checkCopies(workload);
        }
    }

    private void terminate(Pod pod) {
        pod.goneAt = world.clockwork.now() + world.plan.podEnd();
        world.clockwork.in(
                world.plan.podEnd(),
                () -> {
                    if (pods.remove(pod)) {
                        // also of one that has come up only since it was told to end
                        pod.end(world, world.site(site).kafka, workload);
                        world.tell("%s: a pod of %s is gone", site, workload);
                        world.announced.gone(workload, site);
                        changed();
                    }
                });
    }

    /** A pod dies, without a word; its controller makes another. */
    void kill() {
        if (!pods.isEmpty()) {
            pods.remove(0);
            world.tell("%s: a pod of %s dies", site, workload);
            changed();
        }
    }
}
