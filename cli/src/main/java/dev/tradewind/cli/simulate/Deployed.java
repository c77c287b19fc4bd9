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

        /** Of a Job; null: it is none. */
        JobStatus status;

        Thing(boolean carriesPods) {
            this.carriesPods = carriesPods;
        }
    }

    /** What a Job's controller has made of it. */
    static final class JobStatus {
        /** Where its pods end by themselves. */
        final int until;

        /** Its condition of this name: it was seen to be suspended, and no pod of it is active. */
        boolean suspended;

        /** A pod has ended well, and is not counted yet: so it makes no other. */
        boolean uncounted;

        boolean complete;

        JobStatus(int until) {
            this.until = until;
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

    /** Beside the floor: up to which epoch it is told that Jobs here are complete; 0: none. */
    long ended;

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
        JobStatus job = job();
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
                                && (job == null ? isReady(ready) : isReady(job, ready)),
                        job == null
                                ? AppState.JobState.NONE
                                : job.complete
                                        ? AppState.JobState.SUCCEEDED
                                        : AppState.JobState.ACTIVE,
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

    /** Of the workload's Job; null: it has none. */
    JobStatus job() {
        return things.values().stream()
                .filter(t -> t.status != null)
                .map(t -> t.status)
                .findFirst()
                .orElse(null);
    }

    private boolean isReady(int ready) {
        return !unseen && pods.stream().noneMatch(Pod::terminating) && ready >= desired();
    }

    /**
     * As Shape.isReady has it of a Job: it has begun, which is that a pod of it runs, be it told to
     * end or not; or it has ended; or it is suspended.
     */
    private boolean isReady(JobStatus job, int running) {
        return settled() && (desired() == 0 || job.complete || running > 0);
    }

    /**
     * The controllers have seen the last change, and at zero nothing is left to go. A Job has no
     * observedGeneration: what tells of it are its conditions, and while a pod that has ended well
     * is not counted it may yet be found to be complete (Shape.isSettled, Look.isUncounted). Pods
     * that it was told to let go are seen by themselves.
     */
    private boolean settled() {
        JobStatus job = job();
        return job == null
                ? !unseen && (desired() > 0 || pods.isEmpty())
                : desired() > 0 || job.complete || job.suspended && !job.uncounted;
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
        JobStatus job = job();
        if (job != null) {
            job.suspended = desired() == 0 && !job.complete;
        }
        int desired = job != null && (job.complete || job.uncounted) ? 0 : desired();
        // one at a time: a Deployment with the strategy Recreate
        String revision = runner == null ? "" : runner.revision;
        for (Pod pod : pods) {
            if (!pod.terminating() && (desired == 0 || !pod.revision.equals(revision))) {
                terminate(pod);
            }
        }
        if (pods.size() < desired) {
            long startsAt = world.clockwork.now() + world.plan.podStart();
            boolean broken = runner.manifest.contains("missing-image");
            Pod pod = new Pod(startsAt, revision, broken, job == null ? 0 : job.until);
            pods.add(pod);
            world.clockwork.in(world.plan.podStart(), () -> started(pod));
        }
    }

    private void started(Pod pod) {
        if (pods.contains(pod) && pod.runs(world.clockwork.now())) {
            world.tell("%s: a pod of %s runs", site, workload);
            world.batch.begins(site, workload);
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

    /** Of a Job: pods that have done all that they were to do end. */
    void letEnd() {
        for (Pod pod : List.copyOf(pods)) {
            if (pod.isDone(world.plan.withTopics())) {
                end(pod);
            }
        }
    }

    /**
     * Its phase is Succeeded, with which it is no more seen (Look.isPresent), and its Job counts
     * it: the controller takes up what became of pods together, once a second at most. One that it
     * has deleted, as its Job was suspended, it counts no more: it takes its finalizer away before
     * (deleteJobPods).
     */
    private void end(Pod pod) {
        pods.remove(pod);
        pod.end(world, world.site(site).kafka, workload);
        world.tell("%s: a pod of %s has ended by itself", site, workload);
        world.announced.gone(workload, site);
        JobStatus job = job();
        if (job == null || pod.terminating() || !isOf(pod)) {
            changed();
        } else {
            job.uncounted = true;
            world.clockwork.in(Plan.between(world.random, 5, 1_000), () -> count(job));
        }
    }

    /** Of the Job that is there, and not of one that was deleted a moment ago. */
    private boolean isOf(Pod pod) {
        return things.values().stream()
                .anyMatch(t -> t.status != null && pod.revision.equals(t.revision));
    }

    private void count(JobStatus job) {
        if (world.network.isDown(Network.Plane.API, site)) {
            world.clockwork.in(200, () -> count(job));
            return;
        }
        for (Thing thing : things.values()) {
            if (thing.status == job) {
                job.uncounted = false;
                job.complete = true;
                job.suspended = false;
                // it is written with that: who has read it before meets a conflict
                thing.version = world.version();
                world.batch.complete(this, thing);
            }
        }
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
