package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.kafka.ReadOnlyTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings mirrors in a pending state one step on, if nothing stands against it. Runs on the link's
 * own thread, every few milliseconds while something is pending; what stands against it is kept
 * with the mirror, for {@code include_state_transition_errors}.
 */
final class Transitions {
    private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

    /** For how long the old source's log must rest after it was closed: appends under way. */
    private static final long REST_MILLIS = 25;

    private final Link link;
    private final Map<String, Rest> rests = new HashMap<>();

    private record Rest(Map<TopicPartition, Long> ends, long since) {}

    Transitions(Link link) {
        this.link = link;
    }

    /**
     * Together, for what is asked of either cluster is asked once for all of them; and each for
     * itself where that fails, so that none has to do with what is wrong with another.
     */
    void advance(List<Mirror> pending) {
        try {
            together(pending);
        } catch (KafkaException | ApiException e) {
            if (pending.size() == 1 || e instanceof TimeoutException) {
                // A cluster that doesn't answer: tried again until it does.
                pending.forEach(m -> stumble(m, e.getMessage()));
            } else {
                pending.forEach(m -> advance(List.of(m)));
            }
        } catch (RuntimeException e) {
            LOG.warn("mirrors {} of link {} stumbled", Views.names(pending), link.name, e);
            pending.forEach(m -> stumble(m, e.toString()));
        }
    }

    private static void stumble(Mirror mirror, String message) {
        mirror.obstacles(List.of(new Mirror.Obstacle("INTERNAL_ERROR", message)));
    }

    private void together(List<Mirror> pending) {
        List<Mirror> ending = new ArrayList<>();
        List<Mirror> closed = new ArrayList<>();
        for (Mirror mirror : pending) {
            switch (mirror.status()) {
                case PENDING_STOPPED -> ending.add(mirror);
                case PENDING_SYNCHRONIZE -> {
                    if (isSourceClosed(mirror)) {
                        closed.add(mirror);
                    }
                }
                case PENDING_SETUP_FOR_RESTORE -> setUpForRestore(mirror);
                case PENDING_RESTORE -> restore(mirror);
                default -> {}
            }
        }
        ending.addAll(rested(closed));
        stop(ready(ending));
    }

    /** First no more writes there, then wait for the rest, then open here: never both open. */
    private boolean isSourceClosed(Mirror mirror) {
        Optional<Link> other = Peers.other(link);
        if (other.isEmpty()) {
            mirror.obstacles(
                    List.of(
                            new Mirror.Obstacle(
                                    "REMOTE_LINK_NOT_FOUND_ERROR",
                                    "The remote cluster doesn't answer or has no link named "
                                            + link.name)));
            return false;
        }
        link.stopping.lock();
        try {
            // A failover may have ended the reversal, and has opened the source then.
            if (mirror.status() != MirrorStatus.PENDING_SYNCHRONIZE) {
                return false;
            }
            closeSource(mirror, other.get());
            return true;
        } finally {
            link.stopping.unlock();
        }
    }

    /** Makes ordinary topics of those that are still pending and have all. */
    private void stop(List<Mirror> ready) {
        if (ready.isEmpty()) {
            return;
        }
        List<Mirror> held = new ArrayList<>(ready);
        link.stopping.lock();
        try {
            held.removeIf(
                    m ->
                            m.status() != MirrorStatus.PENDING_STOPPED
                                    && m.status() != MirrorStatus.PENDING_SYNCHRONIZE);
            link.hold(held);
            Ends ends = ends(held);
            for (Mirror mirror : held) {
                if (lag(mirror, ends) == 0) {
                    stop(mirror, ends);
                }
            }
        } finally {
            link.letGo(held);
            link.stopping.unlock();
        }
    }

    private void stop(Mirror mirror, Ends ends) {
        Mirror.Aim aim = mirror.aim();
        Map<TopicPartition, Long> own = new HashMap<>();
        mirror.ofMirror().forEach(p -> own.put(p, ends.mine.get(p)));
        link.stop(mirror, false, own);
        rests.remove(mirror.name);
        if (aim == Mirror.Aim.REVERSE_AND_START || aim == Mirror.Aim.REVERSE_AND_PAUSE) {
            MirrorStatus then =
                    aim == Mirror.Aim.REVERSE_AND_PAUSE ? MirrorStatus.PAUSED : MirrorStatus.ACTIVE;
            Peers.other(link)
                    .ifPresent(
                            other -> {
                                other.mirror(mirror.source)
                                        .ifPresent(
                                                m ->
                                                        m.go(
                                                                MirrorStatus.PENDING_MIRROR,
                                                                then,
                                                                Mirror.Aim.NONE));
                                other.changed();
                            });
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

    /** Those whose closed source's log has not grown for a while. */
    private List<Mirror> rested(List<Mirror> closed) {
        Map<TopicPartition, Long> all = Kafka.ends(link.remote, partitions(closed, false));
        long now = System.nanoTime() / 1_000_000;
        List<Mirror> still = new ArrayList<>();
        for (Mirror mirror : closed) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            mirror.ofSource().forEach(p -> ends.put(p, all.get(p)));
            Rest before = rests.get(mirror.name);
            if (before == null || !before.ends.equals(ends)) {
                rests.put(mirror.name, new Rest(ends, now));
            } else if (now - before.since >= REST_MILLIS) {
                still.add(mirror);
            }
        }
        return still;
    }

    /** Those of which all is copied and synced, and no synced group is active here. */
    private List<Mirror> ready(List<Mirror> ending) {
        if (ending.isEmpty()) {
            return List.of();
        }
        Ends ends = ends(ending);
        Map<String, Mirror> copied = new HashMap<>();
        for (Mirror mirror : ending) {
            if (lag(mirror, ends) == 0) {
                copied.put(mirror.name, mirror);
            } else {
                link.local.faults().stalls(link.name, mirror.name, true);
                mirror.obstacles(List.of());
            }
        }
        link.groupsInUse(pairs(copied.values()))
                .forEach(
                        (topic, busy) ->
                                copied.remove(topic)
                                        .obstacles(
                                                List.of(
                                                        new Mirror.Obstacle(
                                                                "CONSUMER_GROUP_IN_USE_ERROR",
                                                                "Consumer groups with members at"
                                                                        + " the destination: "
                                                                        + String.join(
                                                                                ", ", busy)))));
        link.syncOffsets(pairs(copied.values()));
        copied.values().forEach(m -> m.obstacles(List.of()));
        return List.copyOf(copied.values());
    }

    private static List<OffsetSync.Pair> pairs(Collection<Mirror> mirrors) {
        return mirrors.stream().map(m -> new OffsetSync.Pair(m.source, m.name, true)).toList();
    }

    private static List<TopicPartition> partitions(Collection<Mirror> mirrors, boolean own) {
        return mirrors.stream()
                .flatMap(m -> (own ? m.ofMirror() : m.ofSource()).stream())
                .distinct()
                .toList();
    }

    /** Log ends at both clusters. */
    private record Ends(Map<TopicPartition, Long> source, Map<TopicPartition, Long> mine) {}

    private Ends ends(Collection<Mirror> mirrors) {
        return new Ends(
                Kafka.ends(link.remote, partitions(mirrors, false)),
                Kafka.ends(link.local.admin(), partitions(mirrors, true)));
    }

    /** Records still to copy. */
    private static long lag(Mirror mirror, Ends ends) {
        long sum = 0;
        for (TopicPartition p : mirror.ofSource()) {
            long end = ends.source.get(p);
            long lag = end - ends.mine.get(new TopicPartition(mirror.name, p.partition()));
            mirror.fetched(p.partition(), end, lag);
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
            mirror.id(
                    link.createTopic(
                            mirror.name,
                            mirror.partitions,
                            null,
                            link.sourceConfigs(mirror.source)));
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
