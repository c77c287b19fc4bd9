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

        /** Of a Job: it has ended where the workload ran before, and never runs here. */
        boolean elsewhere;

        final long madeAt;

        Thing(boolean carriesPods, long madeAt) {
            this.carriesPods = carriesPods;
            this.madeAt = madeAt;
        }

        boolean hasEnded() {
            return status != null && (status.complete || elsewhere);
        }

        /** How much is asked for where it runs. */
        int whole() {
            return carriesPods && !elsewhere ? 1 : 0;
        }

        /** How many pods its controller is to have. */
        private int wanted() {
            return status != null && (status.complete || status.uncounted) ? 0 : replicas;
        }

        /**
         * The controllers have seen the last change, and at zero nothing is left to go. A Job has
         * no observedGeneration: what tells of it are its conditions, and while a pod that has
         * ended well is not counted it may yet be found to be complete (Shape.isSettled,
         * Look.isUncounted). Pods that it was told to let go are seen by themselves.
         */
        private boolean isSettled() {
            return replicas > 0 || status.complete || status.suspended && !status.uncounted;
        }

        /**
         * As Shape.isReady has it of a Job: it has begun, which is that a pod of the workload runs,
         * be it told to end or not; or it has ended; or it is suspended.
         */
        private boolean isReady(boolean begun) {
            return isSettled() && (replicas == 0 || status.complete || begun);
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
        List<Thing> jobs = jobs();
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
                        && (jobs.isEmpty()
                                ? isReady(ready)
                                : jobs.stream().allMatch(j -> j.isReady(ready > 0))),
                jobs.isEmpty()
                        ? AppState.JobState.NONE
                        : hasEnded() ? AppState.JobState.SUCCEEDED : AppState.JobState.ACTIVE,
                manifests.isEmpty()
                        ? List.of()
                        : things.keySet().stream()
                                .filter(t -> manifests.stream().noneMatch(m -> m.title().equals(t)))
                                .toList(),
                mark,
                pods.stream().anyMatch(p -> p.broken) ? "ImagePullBackOff" : null,
                null,
                false,
                false,
                noted,
                things.entrySet().stream()
                        .filter(t -> judged.contains(t.getValue()))
                        .filter(t -> t.getValue().hasEnded())
                        .map(Map.Entry::getKey)
                        .toList());
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

    private List<Thing> jobs() {
        return things.values().stream().filter(t -> t.status != null).toList();
    }

    /** It has Jobs, and all of them have ended. */
    boolean hasEnded() {
        List<Thing> jobs = jobs();
        return !jobs.isEmpty() && jobs.stream().allMatch(Thing::hasEnded);
    }

    private boolean isReady(int ready) {
        return !unseen && pods.stream().noneMatch(Pod::terminating) && ready >= desired();
    }

    private boolean settled() {
        List<Thing> jobs = jobs();
        return jobs.isEmpty()
                ? !unseen && (desired() > 0 || pods.isEmpty())
                : jobs.stream().allMatch(Thing::isSettled);
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
        for (Thing job : jobs()) {
            job.status.suspended = job.replicas == 0 && !job.status.complete;
        }
        // one at a time: a Deployment with the strategy Recreate
        for (Pod pod : pods) {
            Thing runner = things.get(pod.title);
            boolean unwanted =
                    runner == null || runner.wanted() == 0 || !pod.revision.equals(runner.revision);
            if (!pod.terminating() && unwanted) {
                terminate(pod);
            }
        }
        things.forEach(
                (title, runner) -> {
                    long present = pods.stream().filter(p -> p.title.equals(title)).count();
                    if (runner.carriesPods && present < runner.wanted()) {
                        start(title, runner);
                    }
                });
        if (pods.isEmpty()) {
            world.announced.gone(workload, site);
        }
    }

    private void start(String title, Thing runner) {
        boolean broken = runner.manifest.contains("missing-image");
        boolean reads = world.plan.withTopics() && !Batch.isBeside(title);
        Pod pod =
                new Pod(
                        world.clockwork.now() + world.plan.podStart(),
                        title,
                        runner.revision,
                        broken,
                        reads,
                        runner.status == null ? 0 : runner.status.until);
        pods.add(pod);
        world.clockwork.in(world.plan.podStart(), () -> started(pod));
    }

    private void started(Pod pod) {
        if (pods.contains(pod) && pod.runs(world.clockwork.now())) {
            world.tell("%s: a pod of %s runs", site, workload);
            world.batch.begins(site, workload, pod.title);
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
            if (pod.isDone()) {
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
        Thing job = things.get(pod.title);
        // of the Job that is there, and not of one that was deleted a moment ago
        boolean counts = job != null && job.status != null && pod.revision.equals(job.revision);
        if (counts && !pod.terminating()) {
            job.status.uncounted = true;
            world.clockwork.in(Plan.between(world.random, 5, 1_000), () -> count(pod.title, job));
        } else {
            changed();
        }
    }

    private void count(String title, Thing job) {
        if (world.network.isDown(Network.Plane.API, site)) {
            world.clockwork.in(200, () -> count(title, job));
            return;
        }
        if (things.get(title) == job) {
            job.status.uncounted = false;
            job.status.complete = true;
            job.status.suspended = false;
            // it is written with that: who has read it before meets a conflict
            job.version = world.version();
            world.batch.complete(this, title, job);
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
