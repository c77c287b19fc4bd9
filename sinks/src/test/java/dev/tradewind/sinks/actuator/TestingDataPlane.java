package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.actuator.TestingWorld.Site;
import dev.tradewind.sinks.actuator.TestingWorld.Topic;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.DataState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Survey;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** A pair of sites in a {@link TestingWorld}; topics of one partition. */
final class TestingDataPlane implements DataPlane {
    private final TestingWorld world;
    private final Site source;
    private final Site target;

    TestingDataPlane(TestingWorld world, Site source, Site target) {
        this.world = world;
        this.source = source;
        this.target = target;
    }

    @Override
    public String source() {
        return source.name;
    }

    @Override
    public String target() {
        return target.name;
    }

    @Override
    public DataState observe(Collection<String> topics, Collection<String> groups)
            throws PortException {
        synchronized (world) {
            world.reach(target.name);
            world.reach(source.name);
            Map<String, TopicState> states = new TreeMap<>();
            for (String name : topics) {
                Topic from = source.topics.get(name);
                Topic to = target.topics.get(name);
                states.put(
                        name,
                        new TopicState(
                                from != null,
                                to != null,
                                mirror(to, source),
                                mirror(from, target),
                                from == null ? 0 : from.partitions,
                                to == null ? 0 : to.partitions,
                                List.of(
                                        new PartitionState(
                                                0,
                                                from == null || source.down ? -1 : from.log.size(),
                                                to == null ? -1 : to.log.size(),
                                                0,
                                                -1))));
            }
            Map<String, GroupState> members = new TreeMap<>();
            for (String group : groups) {
                members.put(
                        group,
                        new GroupState(
                                offsets(source),
                                offsets(target),
                                source.pods.size(),
                                target.pods.size(),
                                ours(source),
                                ours(target)));
            }
            LinkState link =
                    source == target
                            ? LinkState.LOCAL
                            : new LinkState(
                                    "link", true, world.bidirectional, "ACTIVE", world.linkError);
            return new DataState(link, states, members);
        }
    }

    @Override
    public DataState standby(Collection<String> topics, Collection<String> groups)
            throws PortException {
        synchronized (world) {
            world.reach(target.name);
            Map<String, TopicState> states = new TreeMap<>();
            for (String name : topics) {
                Topic to = target.topics.get(name);
                MirrorState mirror = mirror(to, source);
                boolean lost =
                        source.down && mirror != null && mirror.status() == MirrorStatus.ACTIVE;
                states.put(
                        name,
                        new TopicState(
                                false,
                                to != null,
                                lost
                                        ? new MirrorState(
                                                MirrorStatus.SOURCE_UNAVAILABLE,
                                                "SOURCE_UNAVAILABLE",
                                                null,
                                                List.of())
                                        : mirror,
                                null,
                                0,
                                to == null ? 0 : 1,
                                List.of(
                                        new PartitionState(
                                                0,
                                                -1,
                                                to == null ? -1 : to.log.size(),
                                                to == null ? -1 : to.lag,
                                                -1))));
            }
            Map<String, GroupState> all = new TreeMap<>();
            for (String group : groups) {
                all.put(group, new GroupState(Map.of(), offsets(target), 0, target.pods.size()));
            }
            return new DataState(new LinkState("link", true, false, "ACTIVE", null), states, all);
        }
    }

    @Override
    public Map<TopicPartition, Long> begins(Collection<String> topics, Instant since)
            throws PortException {
        world.reach(target.name);
        Map<TopicPartition, Long> begins = new HashMap<>();
        for (String topic : topics) {
            Topic there = target.topics.get(topic);
            if (there != null) {
                long first = since == null ? there.begins : there.firstAt.applyAsLong(since);
                begins.put(new TopicPartition(topic, 0), first);
            }
        }
        return begins;
    }

    @Override
    public Survey survey(Collection<String> topics) throws PortException {
        world.reach(target.name);
        world.reach(source.name);
        world.surveyed.add(source.name + " to " + target.name + ": " + topics);
        return source == target ? Survey.NONE : world.survey;
    }

    private MirrorState mirror(Topic topic, Site of) {
        if (source == target && topic != null && !topic.writable()) {
            return new MirrorState(MirrorStatus.FAILED, "over a link", null, List.of());
        }
        return topic == null || topic.mirrorOf == null || !topic.mirrorOf.equals(of.name)
                ? null
                : new MirrorState(topic.status, topic.status.name(), null, List.of());
    }

    private static Set<TopicPartition> ours(Site site) {
        return site.ours.stream()
                .map(topic -> new TopicPartition(topic, 0))
                .collect(Collectors.toSet());
    }

    private static Map<TopicPartition, Long> offsets(Site site) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        site.committed.forEach((t, o) -> offsets.put(new TopicPartition(t, 0), o));
        return offsets;
    }

    @Override
    public void ensureMirror(String topic) throws PortException {
        synchronized (world) {
            world.reach(target.name);
            if (target.topics.containsKey(topic)) {
                return;
            }
            world.effect(
                    "mirror " + topic + " at " + target.name,
                    target.name,
                    () -> {
                        Topic mirror = new Topic();
                        mirror.mirrorOf = source.name;
                        mirror.status = MirrorStatus.ACTIVE;
                        target.topics.put(topic, mirror);
                    });
        }
    }

    @Override
    public void deleteStaleMirror(String topic) throws PortException {
        synchronized (world) {
            world.reach(target.name);
            if (target.topics.containsKey(topic)) {
                world.effect(
                        "delete " + topic + " at " + target.name,
                        target.name,
                        () -> target.topics.remove(topic));
            }
        }
    }

    @Override
    public Map<String, String> reverse(List<String> topics) throws PortException {
        return change("reverse", topics, true);
    }

    @Override
    public Map<String, String> promote(List<String> topics) throws PortException {
        return change("promote", topics, false);
    }

    @Override
    public Map<String, String> failover(List<String> topics) throws PortException {
        synchronized (world) {
            world.reach(target.name);
            for (String topic : topics) {
                world.effect(
                        "failover " + topic + " at " + target.name,
                        target.name,
                        () -> {
                            Topic mirror = target.topics.get(topic);
                            mirror.then = null;
                            mirror.status = MirrorStatus.STOPPED;
                            mirror.stoppedAt = mirror.log.size();
                        });
            }
            return Map.of();
        }
    }

    @Override
    public Map<String, String> restore(List<String> topics) throws PortException {
        synchronized (world) {
            world.reach(target.name);
            world.reach(source.name);
            for (String name : topics) {
                Topic here = target.topics.get(name);
                if (here.mirrorOf != null) {
                    continue;
                }
                world.effect(
                        "restore " + name + " at " + target.name,
                        target.name,
                        () -> {
                            int to = source.topics.get(name).stoppedAt;
                            here.log
                                    .subList(Math.min(to, here.log.size()), here.log.size())
                                    .clear();
                            here.mirrorOf = source.name;
                            here.status = MirrorStatus.PENDING_RESTORE;
                            here.settlesAt = world.time.millis() + world.settles;
                            here.then = () -> here.status = MirrorStatus.ACTIVE;
                        });
            }
            return Map.of();
        }
    }

    private Map<String, String> change(String what, List<String> names, boolean reverse)
            throws PortException {
        synchronized (world) {
            world.reach(target.name);
            for (String name : names) {
                Topic mirror = target.topics.get(name);
                if (mirror.status != MirrorStatus.ACTIVE) {
                    continue;
                }
                world.effect(
                        what + " " + name + " at " + target.name,
                        target.name,
                        () -> {
                            if (mirror.log.size() != source.topics.get(name).log.size()) {
                                world.violations.add(what + " with lag");
                            }
                            mirror.status = MirrorStatus.PENDING_STOPPED;
                            mirror.settlesAt = world.time.millis() + world.settles;
                            mirror.then = () -> settle(name, mirror, reverse);
                        });
            }
            return Map.of();
        }
    }

    private void settle(String name, Topic mirror, boolean reverse) {
        mirror.status = MirrorStatus.STOPPED;
        if (reverse) {
            mirror.mirrorOf = null;
            Topic old = source.topics.get(name);
            old.mirrorOf = target.name;
            old.status = MirrorStatus.ACTIVE;
        }
    }

    @Override
    public void writeOffsets(String group, Map<TopicPartition, Long> offsets, long epoch)
            throws PortException {
        synchronized (world) {
            world.reach(target.name);
            world.effect(
                    "offsets " + group + " at " + target.name,
                    target.name,
                    () ->
                            offsets.forEach(
                                    (tp, o) -> {
                                        target.committed.put(tp.topic(), o);
                                        target.ours.add(tp.topic());
                                    }));
        }
    }
}
