package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.kafka.ReadOnlyTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Brings a mirror in a pending state one step on, if nothing stands against it. Runs on the link's
 * own thread, every few milliseconds while something is pending; what stands against it is kept
 * with the mirror, for {@code include_state_transition_errors}.
 */
final class Transitions {
    /** For how long the old source's log must rest after it was closed: appends under way. */
    private static final long REST_MILLIS = 25;

    private final Link link;
    private final Map<String, Rest> rests = new HashMap<>();

    private record Rest(Map<TopicPartition, Long> ends, long since) {}

    Transitions(Link link) {
        this.link = link;
    }

    void advance(Mirror mirror) {
        switch (mirror.status()) {
            case PENDING_STOPPED -> promote(mirror);
            case PENDING_SYNCHRONIZE -> reverse(mirror);
            case PENDING_SETUP_FOR_RESTORE -> setUpForRestore(mirror);
            case PENDING_RESTORE -> restore(mirror);
            default -> {}
        }
    }

    private void promote(Mirror mirror) {
        if (!ready(mirror)) {
            return;
        }
        link.stopping.lock();
        try {
            if (mirror.status() != MirrorStatus.PENDING_STOPPED) {
                return;
            }
            link.hold(mirror);
            if (lag(mirror) == 0) {
                link.stop(mirror, false);
            }
        } finally {
            link.letGo(mirror);
            link.stopping.unlock();
        }
    }

    private void reverse(Mirror mirror) {
        Optional<Link> other = Peers.other(link);
        if (other.isEmpty()) {
            mirror.obstacles(
                    List.of(
                            new Mirror.Obstacle(
                                    "REMOTE_LINK_NOT_FOUND_ERROR",
                                    "The remote cluster doesn't answer or has no link named "
                                            + link.name)));
            return;
        }
        // First no more writes there, then wait for the rest, then open here: never both open.
        link.stopping.lock();
        try {
            // A failover may have ended the reversal, and has opened the source then.
            if (mirror.status() != MirrorStatus.PENDING_SYNCHRONIZE) {
                return;
            }
            closeSource(mirror, other.get());
        } finally {
            link.stopping.unlock();
        }
        if (!rested(mirror) || !ready(mirror)) {
            return;
        }
        link.stopping.lock();
        try {
            if (mirror.status() != MirrorStatus.PENDING_SYNCHRONIZE) {
                return;
            }
            link.hold(mirror);
            if (lag(mirror) == 0) {
                MirrorStatus then =
                        mirror.aim() == Mirror.Aim.REVERSE_AND_PAUSE
                                ? MirrorStatus.PAUSED
                                : MirrorStatus.ACTIVE;
                link.stop(mirror, false);
                rests.remove(mirror.name);
                other.get()
                        .mirror(mirror.source)
                        .ifPresent(m -> m.go(MirrorStatus.PENDING_MIRROR, then, Mirror.Aim.NONE));
                other.get().changed();
            }
        } finally {
            link.letGo(mirror);
            link.stopping.unlock();
        }
    }

    private void closeSource(Mirror mirror, Link other) {
        boolean there =
                other.mirror(mirror.source)
                        .map(Mirror::status)
                        .filter(s -> s == MirrorStatus.PENDING_MIRROR)
                        .isPresent();
        if (!there) {
            other.adopt(
                    new Mirror(
                            mirror.source,
                            mirror.name,
                            mirror.partitions,
                            null,
                            MirrorStatus.PENDING_MIRROR));
            rests.remove(mirror.name);
        }
    }

    /** Whether the closed source's log has not grown for a while. */
    private boolean rested(Mirror mirror) {
        Map<TopicPartition, Long> ends = Kafka.ends(link.remote, mirror.ofSource());
        Rest before = rests.get(mirror.name);
        long now = System.nanoTime() / 1_000_000;
        if (before == null || !before.ends.equals(ends)) {
            rests.put(mirror.name, new Rest(ends, now));
            return false;
        }
        return now - before.since >= REST_MILLIS;
    }

    /** Whether the source answers, all is copied, no synced group is active here, all is synced. */
    private boolean ready(Mirror mirror) {
        List<Mirror.Obstacle> obstacles = new ArrayList<>();
        long lag = lag(mirror);
        if (lag > 0) {
            link.local.faults().stalls(link.name, mirror.name, true);
            mirror.obstacles(obstacles);
            return false;
        }
        List<OffsetSync.Pair> pair = List.of(new OffsetSync.Pair(mirror.source, mirror.name, true));
        Collection<String> busy = link.groupsInUse(pair);
        if (!busy.isEmpty()) {
            obstacles.add(
                    new Mirror.Obstacle(
                            "CONSUMER_GROUP_IN_USE_ERROR",
                            "Consumer groups with members at the destination: "
                                    + String.join(", ", busy)));
            mirror.obstacles(obstacles);
            return false;
        }
        link.syncOffsets(pair);
        mirror.obstacles(obstacles);
        return true;
    }

    /** Records still to copy, by the log ends of both clusters. */
    private long lag(Mirror mirror) {
        Map<TopicPartition, Long> source = Kafka.ends(link.remote, mirror.ofSource());
        Map<TopicPartition, Long> mine = Kafka.ends(link.local.admin(), mirror.ofMirror());
        long sum = 0;
        for (Map.Entry<TopicPartition, Long> end : source.entrySet()) {
            int p = end.getKey().partition();
            long lag = end.getValue() - mine.get(new TopicPartition(mirror.name, p));
            mirror.fetched(p, end.getValue(), lag);
            sum += lag;
        }
        return sum;
    }

    /**
     * What truncation would drop: the local log beyond the point where the other side took over.
     */
    static Map<TopicPartition, Truncation> divergent(Link link, Mirror stopped, String topic) {
        Map<TopicPartition, Truncation> dropped = new HashMap<>();
        List<TopicPartition> partitions = new ArrayList<>();
        stopped.stoppedAt()
                .keySet()
                .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        Map<TopicPartition, Long> mine = Kafka.ends(link.local.admin(), partitions);
        stopped.stoppedAt()
                .forEach(
                        (p, end) -> {
                            TopicPartition own = new TopicPartition(topic, p.partition());
                            long to = Math.min(mine.get(own), end);
                            dropped.put(own, new Truncation(to, mine.get(own) - to));
                        });
        return dropped;
    }

    /** Kafka can't cut a log's end, so a topic with records to drop is made anew and copied. */
    private void setUpForRestore(Mirror mirror) {
        Optional<Mirror> stopped = Peers.other(link).flatMap(other -> other.mirror(mirror.source));
        if (stopped.isEmpty()) {
            mirror.obstacles(
                    List.of(
                            new Mirror.Obstacle(
                                    "REMOTE_LINK_NOT_FOUND_ERROR",
                                    "The remote cluster doesn't answer")));
            return;
        }
        TopicDescription source = link.describeSource(mirror.source);
        mirror.sourceId(source.topicId());
        boolean exists = exists(mirror.name);
        if (exists
                && divergent(link, stopped.get(), mirror.name).values().stream()
                        .anyMatch(n -> n.dropped() > 0)) {
            Kafka.await(link.local.admin().deleteTopics(List.of(mirror.name)).all());
            exists = false;
        }
        if (!exists) {
            link.createTopic(
                    mirror.name, mirror.partitions, null, link.sourceConfigs(mirror.source));
        }
        ReadOnlyTopics.close(link.local.clusterId(), mirror.name);
        if (mirror.go(
                MirrorStatus.PENDING_SETUP_FOR_RESTORE,
                MirrorStatus.PENDING_RESTORE,
                Mirror.Aim.RESTORE)) {
            link.changed();
        }
    }

    private boolean exists(String topic) {
        try {
            Kafka.await(
                    link.local.admin().describeTopics(List.of(topic)).topicNameValues().get(topic));
            return true;
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    private void restore(Mirror mirror) {
        if (mirror.caughtUp()) {
            mirror.go(MirrorStatus.PENDING_RESTORE, MirrorStatus.ACTIVE, Mirror.Aim.NONE);
        }
    }
}
