package dev.tradewind.sinks.port;

import java.util.List;

/**
 * The application plane of one site: its Kubernetes API.
 *
 * <p>Every write is fenced: the implementation raises the workload's epoch floor at this site
 * first, stamps the epoch on each object and pod template, and refuses ({@link
 * PortException.Kind#REFUSED}) when a higher epoch is in force. Every write can be called again: it
 * then changes nothing. Objects are found by the label {@code tradewind.dev/workload}. No call
 * takes longer than {@link Sites#callTimeoutMillis()}; it ends in {@link
 * PortException.Kind#UNREACHABLE} before.
 *
 * <p>Manifests are JSON texts, rendered for this site, all of the workload's namespace.
 */
public interface Cluster {
    String site();

    /**
     * @param manifests the objects that {@link AppState#appliedEpoch()}, {@link AppState#mode()}
     *     and {@link AppState#leftovers()} are about; empty: all that carry the label
     */
    AppState observe(String workload, List<String> manifests) throws PortException;

    /**
     * A dry run of {@link #apply} in mode running; changes nothing.
     *
     * @return what the API server has against it, for people; empty: nothing
     */
    List<String> preflight(String workload, List<String> manifests, long epoch)
            throws PortException;

    /**
     * Server-side apply of every manifest: those that carry no pods first. Refused ({@link
     * PortException.Kind#REFUSED}) where the epoch was given up here by its {@link #mark}; and
     * where the site can tell what is made from what is changed, it refuses by itself that anything
     * is made by such an epoch, for whoever asks may have slept.
     *
     * @param mode STAGED: replicas zero, Jobs and CronJobs suspended; RUNNING: as they are written
     */
    void apply(String workload, List<String> manifests, long epoch, Mode mode) throws PortException;

    /**
     * The same, of a workload that comes from another site: a Job that has ended there is written
     * suspended, which it stays in every mode and for whatever epoch writes it next, as long as it
     * is not made anew.
     *
     * @param ended as {@link AppState#ended()} of that site tells them. STAGED: these and no
     *     others: what has ended here by an older epoch is of an earlier run, and made anew;
     *     RUNNING: these besides those that were staged so
     */
    default void apply(
            String workload, List<String> manifests, long epoch, Mode mode, List<String> ended)
            throws PortException {
        apply(workload, manifests, epoch, mode);
    }

    /**
     * The same, of a workload that runs nowhere: a Job of it that has ended, by an older epoch and
     * as {@link #noteEnd} says, is made anew.
     */
    default void applyAnew(String workload, List<String> manifests, long epoch, Mode mode)
            throws PortException {
        apply(workload, manifests, epoch, mode);
    }

    /** Keeps beside the epoch floor that the end of what ran by this epoch was seen and is told. */
    default void noteEnd(String workload, long epoch) throws PortException {
        // a Job that has ended is not started here again
    }

    /**
     * Of what {@link #quiesce} has brought to zero here: these Jobs have ended elsewhere meanwhile,
     * and are not started by {@link #resume}. Others than those that are here are passed over.
     */
    default void carryEnded(String workload, long epoch, List<String> ended) throws PortException {
        // they are started again
    }

    /**
     * Brings everything of the workload here to zero by writing the objects themselves with the
     * epoch, never by the scale subresource, which passes the fence by. It changes nothing else,
     * and keeps on each object what it was before (annotation {@code tradewind.dev/before}); where
     * that is kept already, by an earlier quiesce, it stays.
     */
    void quiesce(String workload, long epoch) throws PortException;

    /** Takes {@link #quiesce} back: what was kept is in force again, with this epoch. */
    void resume(String workload, long epoch) throws PortException;

    /**
     * Keeps beside the epoch floor where the state is that {@link #apply} in mode running starts
     * from, by this epoch; raises the floor.
     *
     * @param savepoint as {@link AppState#savepoint()} of the source tells it
     */
    default void carry(String workload, long epoch, String savepoint) throws PortException {
        throw new PortException(
                PortException.Kind.REFUSED, site(), "a savepoint can't be carried to " + site());
    }

    /**
     * Takes an {@link #apply} of this epoch back that was made over what ran before: that is in
     * force again, written by this epoch; what was not there before is deleted.
     */
    default void restore(String workload, long epoch) throws PortException {
        throw new PortException(
                PortException.Kind.REFUSED, site(), "nothing is known of what was there before");
    }

    /** Deletes the objects of the workload here, whatever wrote them; floor and mark stay. */
    void remove(String workload, long epoch) throws PortException;

    /** Deletes the objects of the workload that the manifests don't have. */
    void prune(String workload, List<String> manifests, long epoch) throws PortException;

    /**
     * Keeps beside the epoch floor up to where the workload's groups have read; raises the floor.
     * It stays until something of it is started here, or all of it is removed: {@link #apply} in
     * mode running, {@link #resume} and {@link #remove} drop it.
     */
    void note(String workload, long epoch, Noted noted) throws PortException;

    /**
     * Keeps the decision beside the epoch floor; raises the floor. It is never replaced by another
     * of the same epoch ({@link PortException.Kind#REFUSED}).
     */
    void mark(String workload, Mark mark) throws PortException;

    /**
     * Takes the workload's lease at this site, or renews it, for {@code termMillis} from now.
     *
     * @return false while another holder has it and it has not run out
     */
    boolean lease(String workload, String holder, long termMillis) throws PortException;

    /** Gives the lease back, if this holder has it. */
    void release(String workload, String holder) throws PortException;
}
