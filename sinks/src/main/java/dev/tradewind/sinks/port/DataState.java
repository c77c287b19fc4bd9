package dev.tradewind.sinks.port;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics and groups at a pair of sites, as seen in one look.
 *
 * @param link between the two
 * @param topics each topic that was asked about
 * @param groups each group that was asked about
 */
public record DataState(
        LinkState link, Map<String, TopicState> topics, Map<String, GroupState> groups) {

    public DataState {
        topics = Map.copyOf(topics);
        groups = Map.copyOf(groups);
    }

    /**
     * @param name as the connection has it; null: no link is named there
     * @param exists the target's cluster has it
     * @param bidirectional mirrors can be reversed over it
     * @param state as the API says
     * @param error as the API says, with its message; null: none (NO_ERROR counts as none)
     */
    public record LinkState(
            String name, boolean exists, boolean bidirectional, String state, String error) {
        /** Both sites are one: no link is needed. */
        public static final LinkState LOCAL = new LinkState(null, true, false, "LOCAL", null);
    }

    /**
     * @param raw as the API says, also where we don't know the word
     * @param error {@code mirror_topic_error}, null: none (NO_ERROR and NOT_SET count as none)
     * @param transitionErrors why a transition doesn't come about
     */
    public record MirrorState(
            MirrorStatus status, String raw, String error, List<String> transitionErrors) {
        public MirrorState {
            transitionErrors = List.copyOf(transitionErrors);
        }
    }

    /**
     * @param sourceEnd log end offset at the source; -1: not there, or not to be had
     * @param targetEnd the same at the target
     * @param lag as the API says; -1: it doesn't
     * @param lastFetch last offset fetched from the source; -1 with lag 0 means that nothing was
     *     fetched yet, not that it has caught up
     */
    public record PartitionState(
            int partition, long sourceEnd, long targetEnd, long lag, long lastFetch) {}

    /**
     * @param atSource the topic is there, of whatever kind
     * @param atTarget the same
     * @param mirror the target's mirror of the source's topic; null: the target's topic, if there
     *     is one, is no mirror over this link
     * @param reverse the source's mirror of the target's topic; null alike
     * @param sourcePartitions how many; 0: no topic
     * @param targetPartitions the same
     * @param partitions of both sides, by number, each partition once
     */
    public record TopicState(
            boolean atSource,
            boolean atTarget,
            MirrorState mirror,
            MirrorState reverse,
            int sourcePartitions,
            int targetPartitions,
            List<PartitionState> partitions) {
        public TopicState {
            partitions = List.copyOf(partitions);
        }

        /**
         * The target's topic is what is left of a mirror, or follows another site: a mirror of the
         * source's topic must be made anew in its place.
         */
        public boolean stale() {
            return atTarget
                    && mirror != null
                    && (mirror.status() == MirrorStatus.STOPPED
                            || mirror.status() == MirrorStatus.FAILED);
        }

        /** Clients can write to it at the source. */
        public boolean writableAtSource() {
            return atSource && (reverse == null || reverse.status() == MirrorStatus.STOPPED);
        }

        /** Clients can write to it at the target. */
        public boolean writableAtTarget() {
            return atTarget && (mirror == null || mirror.status() == MirrorStatus.STOPPED);
        }

        /** The source reads from the target by now: the sides have changed. */
        public boolean reversed() {
            return reverse != null
                    && reverse.status() != MirrorStatus.STOPPED
                    && reverse.status() != MirrorStatus.UNKNOWN
                    && writableAtTarget();
        }
    }

    /**
     * @param source committed offsets at the source, of the topics asked about
     * @param target the same at the target
     * @param sourceMembers live members
     * @param targetMembers the same
     * @param sourceOurs those at the source that Tradewind has committed, and nobody since
     * @param targetOurs the same at the target
     * @param elsewhere committed offsets where links come from that may bring them to the source,
     *     by site; asked only where the workload stands still
     */
    public record GroupState(
            Map<TopicPartition, Long> source,
            Map<TopicPartition, Long> target,
            int sourceMembers,
            int targetMembers,
            Set<TopicPartition> sourceOurs,
            Set<TopicPartition> targetOurs,
            Map<String, Map<TopicPartition, Long>> elsewhere) {
        public GroupState {
            source = Map.copyOf(source);
            target = Map.copyOf(target);
            sourceOurs = Set.copyOf(sourceOurs);
            targetOurs = Set.copyOf(targetOurs);
            elsewhere = Map.copyOf(elsewhere);
        }

        /** Of one that commits for itself. */
        public GroupState(
                Map<TopicPartition, Long> source,
                Map<TopicPartition, Long> target,
                int sourceMembers,
                int targetMembers) {
            this(source, target, sourceMembers, targetMembers, Set.of(), Set.of());
        }

        /** Of one that was not compared with other sites. */
        public GroupState(
                Map<TopicPartition, Long> source,
                Map<TopicPartition, Long> target,
                int sourceMembers,
                int targetMembers,
                Set<TopicPartition> sourceOurs,
                Set<TopicPartition> targetOurs) {
            this(source, target, sourceMembers, targetMembers, sourceOurs, targetOurs, Map.of());
        }

        /** The same, with what is committed at another site where a link comes from. */
        public GroupState with(String site, Map<TopicPartition, Long> there) {
            Map<String, Map<TopicPartition, Long>> all = new HashMap<>(elsewhere);
            all.put(site, Map.copyOf(there));
            return new GroupState(
                    source, target, sourceMembers, targetMembers, sourceOurs, targetOurs, all);
        }
    }
}
