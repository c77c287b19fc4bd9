package dev.tradewind.sinks.port;

import java.util.List;

/**
 * A workload at one site, as seen in one look.
 *
 * @param exists any object that carries the workload's label is there (epoch floor and lease don't
 *     count)
 * @param epoch the highest in force here: annotations and the epoch floor; 0: none
 * @param appliedEpoch the lowest annotation over the objects of the manifests that were asked
 *     about, 0 where one of them is missing: all of them are at this epoch or a higher one
 * @param mode of those objects of the manifests that can run something, or of all of them where
 *     none can (of all the workload's objects here, where no manifests were given)
 * @param desired sum of the replicas asked for, and of what is not suspended (a Job or CronJob
 *     counts 1)
 * @param podsPresent pods with the workload's label, terminating ones included; pods that have
 *     ended by themselves (phase Succeeded or Failed) don't count
 * @param podsReady of those
 * @param settled the controllers have seen the last change of every object (observedGeneration)
 * @param ready everything that is asked for runs and is ready; of a Job: it has begun, or ended
 * @param job of the workload's Jobs, also of those that had ended where it ran before; a workload
 *     that has a Deployment too is no job
 * @param leftovers objects of the workload that the manifests no longer have: {@code kind/name}
 * @param mark of the handover, see {@link Mark}
 * @param problem why pods don't come up (image, quota, crash loop), for people; null: none seen
 * @param savepoint where the state is: of a source, the savepoint that it stopped with; of a
 *     target, the one that it was told to start from by the highest epoch here. Null: none
 * @param restorable the highest epoch here has written over objects that ran by an older one, and
 *     what they were is known
 * @param misled it runs from another state than it was told to: it must not go on
 * @param noted up to where its groups had read when it was stopped here; null: nothing was written
 *     down, or something of it was started here since
 * @param ended Jobs that have ended well, here or where it ran before: {@code kind/name} of those
 *     of the manifests that were asked about, or of all that are here
 */
public record AppState(
        boolean exists,
        long epoch,
        long appliedEpoch,
        Mode mode,
        int desired,
        int podsPresent,
        int podsReady,
        boolean settled,
        boolean ready,
        JobState job,
        List<String> leftovers,
        Mark mark,
        String problem,
        String savepoint,
        boolean restorable,
        boolean misled,
        Noted noted,
        List<String> ended) {

    /** Of one that leaves no savepoint, and of which nothing older is known. */
    public AppState(
            boolean exists,
            long epoch,
            long appliedEpoch,
            Mode mode,
            int desired,
            int podsPresent,
            int podsReady,
            boolean settled,
            boolean ready,
            JobState job,
            List<String> leftovers,
            Mark mark,
            String problem) {
        this(
                exists,
                epoch,
                appliedEpoch,
                mode,
                desired,
                podsPresent,
                podsReady,
                settled,
                ready,
                job,
                leftovers,
                mark,
                problem,
                null,
                false,
                false,
                null,
                List.of());
    }

    /** The same, and this was written down. */
    public AppState noting(Noted now) {
        return new AppState(
                exists,
                epoch,
                appliedEpoch,
                mode,
                desired,
                podsPresent,
                podsReady,
                settled,
                ready,
                job,
                leftovers,
                mark,
                problem,
                savepoint,
                restorable,
                misled,
                now,
                ended);
    }

    /** Of a workload that ends by itself. */
    public enum JobState {
        /** It has no Job, or is not one. */
        NONE,
        /** Running, waiting or suspended. */
        ACTIVE,
        SUCCEEDED,
        FAILED
    }

    /** A site where nothing of the workload ever was. */
    public static final AppState ABSENT =
            new AppState(
                    false,
                    0,
                    0,
                    Mode.NONE,
                    0,
                    0,
                    0,
                    true,
                    false,
                    JobState.NONE,
                    List.of(),
                    Mark.NONE,
                    null);

    public AppState {
        leftovers = List.copyOf(leftovers);
        ended = ended.stream().sorted().toList();
    }

    /** Every object of the manifests was written by this epoch, in this mode. */
    public boolean applied(long byEpoch, Mode inMode) {
        return exists && appliedEpoch == byEpoch && mode == inMode;
    }

    /**
     * Nothing of it runs and nothing will: asked for zero, the controllers know, and the pods are
     * gone. Replicas zero alone is not enough: a pod in its grace period still reads and writes.
     */
    public boolean stopped() {
        return podsPresent == 0
                && (!exists || desired == 0 && settled || job == JobState.SUCCEEDED);
    }
}
