package dev.tradewind.testbed.linking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings committed offsets from the remote cluster, for the topics that both have.
 *
 * <p>An offset is taken when it has changed at the remote side since it was last seen, or is seen
 * for the first time on a mirror; never beyond the local log end; never for a group that has
 * members here. On a bidirectional link both sides do this, and what one side wrote must not come
 * back as if it were news, over a commit that was made meanwhile: so the two sides work one at a
 * time, under one lock, and tell each other what they are about to write, as a write without an
 * answer may have been made all the same. A write that failed is tried again in the next round.
 */
final class OffsetSync {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetSync.class);

    /** A topic at both sides, and whether the local one is the mirror. */
    record Pair(String remoteTopic, String localTopic, boolean localIsMirror) {}

    private record Key(String group, TopicPartition local) {
        Key at(String topic) {
            return new Key(group, new TopicPartition(topic, local.partition()));
        }
    }

    private final Admin own;
    private final Admin remote;
    private final Map<Key, Long> seen = new HashMap<>();

    /** What the other side may have written without knowing: that is no news either. */
    private final Map<Key, Long> echoes = new HashMap<>();

    OffsetSync(Admin own, Admin remote) {
        this.own = own;
        this.remote = remote;
    }

    /**
     * One round. The caller holds the lock of the pair of links.
     *
     * @param other the same link's other side, or null
     * @throws KafkaException if either cluster doesn't answer
     */
    void round(GroupFilters filters, Collection<Pair> pairs, OffsetSync other) {
        if (pairs.isEmpty() || filters.filters().isEmpty()) {
            return;
        }
        Map<String, Pair> byRemote = new HashMap<>();
        pairs.forEach(p -> byRemote.put(p.remoteTopic(), p));
        Map<String, Map<TopicPartition, Long>> news = news(filters, byRemote);
        if (news.isEmpty()) {
            return;
        }
        Set<String> busy = groupsWithMembers(own, news.keySet());
        news.keySet().removeAll(busy);
        Set<TopicPartition> partitions = new HashSet<>();
        news.values().forEach(o -> partitions.addAll(o.keySet()));
        Map<TopicPartition, Long> ends = Kafka.ends(own, partitions);
        Map<String, Map<TopicPartition, OffsetAndMetadata>> mine = committed(own, news.keySet());
        Map<String, String> toRemote = new HashMap<>();
        pairs.forEach(p -> toRemote.put(p.localTopic(), p.remoteTopic()));
        news.forEach(
                (group, offsets) -> {
                    Map<Key, Long> taken = new HashMap<>();
                    Map<Key, Long> told = new HashMap<>();
                    Map<TopicPartition, OffsetAndMetadata> changes = new HashMap<>();
                    offsets.forEach(
                            (p, offset) -> {
                                Key key = new Key(group, p);
                                long clamped = Math.min(offset, ends.get(p));
                                OffsetAndMetadata old = mine.getOrDefault(group, Map.of()).get(p);
                                if (!wants(key, offset, old, byRemote, p)) {
                                    return;
                                }
                                if (old == null || old.offset() != clamped) {
                                    changes.put(p, new OffsetAndMetadata(clamped));
                                }
                                told.put(key.at(toRemote.get(p.topic())), clamped);
                                if (clamped == offset) {
                                    taken.put(key, offset);
                                }
                            });
                    write(group, changes, taken, told, other);
                });
    }

    /**
     * Groups of the filter that have members here and offsets of these topics at the remote, by
     * local topic.
     */
    Map<String, Set<String>> activeHere(GroupFilters filters, Collection<Pair> pairs) {
        if (pairs.isEmpty()) {
            return Map.of();
        }
        Map<String, Pair> byRemote = new HashMap<>();
        pairs.forEach(p -> byRemote.put(p.remoteTopic(), p));
        Map<String, Map<TopicPartition, Long>> synced = news(filters, byRemote);
        Map<String, Set<String>> active = new HashMap<>();
        for (String group : groupsWithMembers(own, synced.keySet())) {
            synced.get(group)
                    .keySet()
                    .forEach(
                            p ->
                                    active.computeIfAbsent(p.topic(), t -> new TreeSet<>())
                                            .add(group));
        }
        return active;
    }

    private boolean wants(
            Key key,
            long offset,
            OffsetAndMetadata old,
            Map<String, Pair> byRemote,
            TopicPartition local) {
        Long echo = echoes.get(key);
        if (echo != null && echo == offset) {
            // the write whose answer was lost
            seen.put(key, offset);
            echoes.remove(key);
            return false;
        }
        Long before = seen.get(key);
        if (before != null) {
            return before != offset;
        }
        boolean localIsMirror =
                byRemote.values().stream()
                        .filter(p -> p.localTopic().equals(local.topic()))
                        .anyMatch(Pair::localIsMirror);
        if (!localIsMirror && old != null) {
            // The first look at the mirror's offsets from the source's side shows old news.
            seen.put(key, offset);
            return false;
        }
        return true;
    }

    /**
     * @param taken what has been seen at the remote side, once it is written
     * @param told what the other side will see here then
     */
    private void write(
            String group,
            Map<TopicPartition, OffsetAndMetadata> changes,
            Map<Key, Long> taken,
            Map<Key, Long> told,
            OffsetSync other) {
        Map<Key, Long> before = other == null ? Map.of() : new HashMap<>(other.echoes);
        if (other != null) {
            other.echoes.putAll(told);
        }
        if (!changes.isEmpty()) {
            try {
                Kafka.await(own.alterConsumerGroupOffsets(group, changes).all());
            } catch (UnknownMemberIdException e) {
                LOG.debug("group {} got members meanwhile and keeps its offsets", group);
                if (other != null) {
                    other.echoes.keySet().retainAll(before.keySet());
                    other.echoes.putAll(before);
                }
                return;
            }
        }
        seen.putAll(taken);
        if (other != null) {
            other.seen.putAll(told);
            other.echoes.keySet().removeAll(told.keySet());
        }
    }

    /** Offsets at the remote cluster, by group and local partition. */
    private Map<String, Map<TopicPartition, Long>> news(
            GroupFilters filters, Map<String, Pair> byRemote) {
        Set<String> groups = new HashSet<>();
        for (GroupListing group :
                Kafka.await(remote.listGroups(ListGroupsOptions.forConsumerGroups()).all())) {
            if (filters.matches(group.groupId())) {
                groups.add(group.groupId());
            }
        }
        Map<String, Map<TopicPartition, Long>> news = new HashMap<>();
        committed(remote, groups)
                .forEach(
                        (group, offsets) ->
                                offsets.forEach(
                                        (p, offset) -> {
                                            Pair pair = byRemote.get(p.topic());
                                            if (pair != null && offset != null) {
                                                news.computeIfAbsent(group, g -> new HashMap<>())
                                                        .put(
                                                                new TopicPartition(
                                                                        pair.localTopic(),
                                                                        p.partition()),
                                                                offset.offset());
                                            }
                                        }));
        return news;
    }

    private static Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(
            Admin admin, Set<String> groups) {
        if (groups.isEmpty()) {
            return Map.of();
        }
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        groups.forEach(g -> asked.put(g, new ListConsumerGroupOffsetsSpec()));
        return Kafka.await(admin.listConsumerGroupOffsets(asked).all());
    }

    private static Set<String> groupsWithMembers(Admin admin, Collection<String> groups) {
        Set<String> busy = new HashSet<>();
        List<String> asked = new ArrayList<>(groups);
        if (asked.isEmpty()) {
            return busy;
        }
        for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> answer :
                admin.describeConsumerGroups(asked).describedGroups().entrySet()) {
            try {
                if (!Kafka.await(answer.getValue()).members().isEmpty()) {
                    busy.add(answer.getKey());
                }
            } catch (GroupIdNotFoundException e) {
                LOG.trace("group {} isn't known here yet", answer.getKey());
            }
        }
        return busy;
    }
}
