package dev.tradewind.sinks.port;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The data plane between two sites: a source, where topics are writable, and a target, where their
 * mirrors are. Where source and target are one site, topics are looked at there, the link is {@link
 * DataState.LinkState#LOCAL}, and nothing needs to be done to topics.
 *
 * <p>Every call can be made again: what is so already stays so. No call takes longer than {@link
 * Sites#callTimeoutMillis()}; it ends in {@link PortException.Kind#UNREACHABLE} before. An
 * asynchronous operation is accepted, not done, when the call returns: look.
 */
public interface DataPlane {
    String source();

    String target();

    /** A topic or group that doesn't exist is told so in the state, it is no error. */
    DataState observe(Collection<String> topics, Collection<String> groups) throws PortException;

    /**
     * The same, as far as the target alone can tell: its source is not asked. Of that partitions
     * have the lag that the target saw last, and -1 as the source's end; groups have what is
     * committed at the target.
     */
    DataState standby(Collection<String> topics, Collection<String> groups) throws PortException;

    /**
     * Where the target's topics begin.
     *
     * @param since null: the first offset that is still there; else the first of a record that is
     *     not older
     * @return by partition, of the topics that exist; -1: there is no such record
     */
    Map<TopicPartition, Long> begins(Collection<String> topics, Instant since) throws PortException;

    /**
     * Whether the source's topics can be mirrored, as far as it can be seen without a change. It
     * reads the beginning of those that the target has no live mirror of.
     */
    Survey survey(Collection<String> topics) throws PortException;

    /** Asks for a mirror at the target, of the same name; one that is there is left as it is. */
    void ensureMirror(String topic) throws PortException;

    /**
     * Deletes the target's topic so that a mirror can be made anew. One that is no longer {@link
     * DataState.TopicState#stale} is left as it is; refused where it never was a mirror, a
     * partition's end is beyond the source's, or a group is active on it at the target.
     *
     * <p>What is deleted is the very topic that was looked at: one that was made anew meanwhile has
     * nothing to fear from this, however late it is done.
     */
    void deleteStaleMirror(String topic) throws PortException;

    /**
     * Makes the target's topics the writable ones and the source's their mirrors.
     *
     * @return of each topic that was not accepted, why; a topic that is reversed already, or about
     *     to be, is accepted
     */
    Map<String, String> reverse(List<String> topics) throws PortException;

    /** Makes mirrors ordinary topics once their lag is zero. Answers as {@link #reverse} does. */
    Map<String, String> promote(List<String> topics) throws PortException;

    /** Makes mirrors ordinary topics as they are. Answers as {@link #reverse} does. */
    Map<String, String> failover(List<String> topics) throws PortException;

    /**
     * Makes the target's topics, from which the source's were failed over, mirrors of those: what
     * they have beyond the point where the source took over is cut off. Answers as {@link #reverse}
     * does.
     */
    Map<String, String> restore(List<String> topics) throws PortException;

    /**
     * Commits these offsets for the group at the target, also where that is the source too; refused
     * while it has members there. The commit says that it is this epoch's, until somebody else
     * commits.
     */
    void writeOffsets(String group, Map<TopicPartition, Long> offsets, long epoch)
            throws PortException;
}
