package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Network.Plane;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Cluster Linking between two sites as one process sees it. */
class ModelledData implements DataPlane {
    final Caller caller;
    private final World world;
    private final Kafka from;
    private final Kafka to;

    ModelledData(Caller caller, String source, String target) {
        this.caller = caller;
        this.world = caller.world;
        this.from = world.site(source).kafka;
        this.to = world.site(target).kafka;
    }

    @Override
    public String source() {
        return from.site;
    }

    @Override
    public String target() {
        return to.site;
    }

    @Override
    public DataState observe(Collection<String> topics, Collection<String> groups)
            throws PortException {
        // one side after the other, so that what is seen is not of one instant
        Map<String, long[]> there = new HashMap<>();
        Map<String, Map<TopicPartition, Long>> committedThere = new HashMap<>();
        Map<String, Integer> membersThere = new HashMap<>();
        Map<String, Set<TopicPartition>> ours = new HashMap<>();
        look(from, topics, groups, there, committedThere, membersThere, ours);
        Map<String, long[]> here = new HashMap<>();
        Map<String, Map<TopicPartition, Long>> committedHere = new HashMap<>();
        Map<String, Integer> membersHere = new HashMap<>();
        Map<String, Set<TopicPartition>> oursHere = new HashMap<>();
        if (from == to) {
            here = there;
            committedHere = committedThere;
            membersHere = membersThere;
            oursHere = ours;
        } else {
            look(to, topics, groups, here, committedHere, membersHere, oursHere);
        }
        Map<String, TopicState> states = new TreeMap<>();
        for (String topic : topics) {
            states.put(topic, state(topic, there.get(topic), here.get(topic)));
        }
        Map<String, GroupState> all = new TreeMap<>();
        for (String group : groups) {
            all.put(
                    group,
                    new GroupState(
                            committedThere.get(group),
                            committedHere.get(group),
                            membersThere.get(group),
                            membersHere.get(group),
                            ours.get(group),
                            oursHere.get(group)));
        }
        return new DataState(
                from == to
                        ? LinkState.LOCAL
                        : new LinkState("link", true, world.plan.bidirectional(), "ACTIVE", null),
                states,
                all);
    }

    @Override
    public DataState standby(Collection<String> topics, Collection<String> groups)
            throws PortException {
        Map<String, long[]> here = new HashMap<>();
        Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
        Map<String, Integer> members = new HashMap<>();
        look(to, topics, groups, here, committed, members, new HashMap<>());
        Map<String, TopicState> states = new TreeMap<>();
        for (String topic : topics) {
            states.put(topic, alone(state(topic, null, here.get(topic))));
        }
        Map<String, GroupState> all = new TreeMap<>();
        for (String group : groups) {
            all.put(group, new GroupState(Map.of(), committed.get(group), 0, members.get(group)));
        }
        return new DataState(new LinkState("link", true, false, "ACTIVE", null), states, all);
    }

    /** A mirror whose source is out of the brokers' reach says so. */
    private TopicState alone(TopicState state) {
        boolean lost =
                state.mirror() != null
                        && state.mirror().status() == MirrorStatus.ACTIVE
                        && !world.network.linked(from.site, to.site);
        return lost
                ? new TopicState(
                        false,
                        state.atTarget(),
                        new MirrorState(
                                MirrorStatus.SOURCE_UNAVAILABLE,
                                "SOURCE_UNAVAILABLE",
                                null,
                                List.of()),
                        null,
                        0,
                        state.targetPartitions(),
                        state.partitions())
                : state;
    }

    /** Nothing here is compacted, or written in transactions; nor are there ACLs. */
    @Override
    public Survey survey(Collection<String> topics) throws PortException {
        return Survey.NONE;
    }

    /** Nothing is ever deleted here. */
    @Override
    public Map<TopicPartition, Long> begins(Collection<String> topics, Instant since)
            throws PortException {
        Map<TopicPartition, Long> begins = new HashMap<>();
        caller.read(
                caller.begin(to.site, Plane.DATA),
                () -> {
                    for (String topic : topics) {
                        for (int p = 0; to.topics.containsKey(topic) && p < partitions(); p++) {
                            begins.put(new TopicPartition(topic, p), 0L);
                        }
                    }
                    return null;
                });
        return begins;
    }

    private int partitions() {
        return world.plan.partitions();
    }

    private void look(
            Kafka kafka,
            Collection<String> topics,
            Collection<String> groups,
            Map<String, long[]> ends,
            Map<String, Map<TopicPartition, Long>> committed,
            Map<String, Integer> members,
            Map<String, Set<TopicPartition>> ours)
            throws PortException {
        caller.read(
                caller.begin(kafka.site, Plane.DATA),
                () -> {
                    for (String name : topics) {
                        Topic topic = kafka.topics.get(name);
                        if (topic != null) {
                            ends.put(
                                    name, topic.partitions.stream().mapToLong(Log::size).toArray());
                        }
                    }
                    for (String group : groups) {
                        Map<TopicPartition, Long> offsets = new HashMap<>();
                        for (String topic : topics) {
                            for (int p = 0; p < world.plan.partitions(); p++) {
                                long offset = kafka.committed(group, topic, p);
                                if (offset >= 0) {
                                    offsets.put(new TopicPartition(topic, p), offset);
                                }
                            }
                        }
                        kafka.lookedAt(group, caller.machine);
                        committed.put(group, offsets);
                        ours.put(
                                group,
                                offsets.keySet().stream()
                                        .filter(at -> kafka.isOurs(group, at))
                                        .collect(Collectors.toSet()));
                        members.put(group, world.members(kafka.site, group));
                    }
                    return null;
                });
    }

    private TopicState state(String name, long[] sourceEnds, long[] targetEnds) {
        Topic there = from.topics.get(name);
        Topic here = to.topics.get(name);
        List<PartitionState> partitions = new ArrayList<>();
        for (int p = 0; p < world.plan.partitions(); p++) {
            boolean fetched = here != null && here.fetched;
            partitions.add(
                    new PartitionState(
                            p,
                            sourceEnds == null ? -1 : sourceEnds[p],
                            targetEnds == null ? -1 : targetEnds[p],
                            here == null ? -1 : fetched ? here.lag[p] : 0,
                            fetched && targetEnds != null ? targetEnds[p] - 1 : -1));
        }
        MirrorState mirror =
                targetEnds == null ? null : mirror(here, from.site, MirrorStatus.FAILED);
        boolean left = here != null && here.writable() && !here.former.isEmpty();
        if (mirror == null && left && sourceEnds != null && targetEnds != null && from != to) {
            mirror =
                    new MirrorState(
                            MirrorStatus.STOPPED, "STOPPED over another link", null, List.of());
        }
        return new TopicState(
                sourceEnds != null,
                targetEnds != null,
                mirror,
                sourceEnds == null ? null : mirror(there, to.site, MirrorStatus.UNKNOWN),
                sourceEnds == null ? 0 : world.plan.partitions(),
                targetEnds == null ? 0 : world.plan.partitions(),
                partitions);
    }

    private static MirrorState mirror(Topic topic, String of, MirrorStatus foreign) {
        if (topic == null || topic.mirrorOf == null && !topic.former.contains(of)) {
            return null;
        }
        if (topic.mirrorOf == null) {
            return new MirrorState(MirrorStatus.STOPPED, "STOPPED", null, List.of());
        }
        return topic.mirrorOf.equals(of)
                ? new MirrorState(topic.status, topic.status.name(), null, List.of())
                : new MirrorState(
                        foreign,
                        topic.status + " over another link",
                        "it mirrors " + topic.mirrorOf,
                        List.of());
    }

    @Override
    public void ensureMirror(String topic) throws PortException {
        if (from == to || to.topics.containsKey(topic)) {
            return;
        }
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "mirror " + topic + " of " + from.site,
                () -> {
                    if (from.topics.containsKey(topic)) {
                        long first =
                                world.clockwork.now()
                                        + Plan.between(world.random, 0, world.plan.firstFetch());
                        world.clockwork.in(
                                Plan.between(world.random, 10, world.plan.settle()),
                                () ->
                                        to.topics.computeIfAbsent(
                                                topic,
                                                t -> {
                                                    Topic made = world.topic(t);
                                                    made.mirror(from.site, first);
                                                    return made;
                                                }));
                    }
                    return null;
                });
    }

    @Override
    public void deleteStaleMirror(String topic) throws PortException {
        if (from == to) {
            return;
        }
        // before it is looked at: what is judged is this one, or another that came after it
        Topic judged = caller.read(caller.begin(to.site, Plane.DATA), () -> to.topics.get(topic));
        TopicState state = observe(List.of(topic), List.of()).topics().get(topic);
        if (judged == null || !state.atTarget()) {
            return;
        }
        if (state.mirror() == null) {
            throw refused(topic + " is no mirror and never was: it is not deleted");
        }
        if (!state.stale()) {
            return;
        }
        for (PartitionState p : state.partitions()) {
            if (p.sourceEnd() < 0 || p.targetEnd() > p.sourceEnd()) {
                throw refused(topic + " is not deleted: it has more than its source");
            }
        }
        stopFollowing(topic);
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "delete " + topic,
                () -> {
                    Topic there = to.topics.get(topic);
                    if (there != null && isMeant(there, judged.id)) {
                        to.topics.remove(topic);
                    } else {
                        world.tally.count("deletions of a topic that was gone");
                    }
                    return null;
                });
    }

    /** Of the topic that a deletion finds under the name. */
    boolean isMeant(Topic there, long id) {
        return there.id == id;
    }

    /** It may be of use again to who follows that site; once it is stopped it never is. */
    private void stopFollowing(String name) throws PortException {
        Topic topic = to.topics.get(name);
        if (topic == null || topic.writable() || from.site.equals(topic.mirrorOf)) {
            return;
        }
        String followed = topic.mirrorOf;
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "failover [" + name + "] of " + followed,
                () -> {
                    Topic there = to.topics.get(name);
                    if (there != null && followed.equals(there.mirrorOf)) {
                        stopAsItIs(there);
                    }
                    return null;
                });
    }

    private static void stopAsItIs(Topic topic) {
        topic.stoppedFrom = topic.mirrorOf;
        topic.stop();
        topic.stoppedAt = topic.partitions.stream().mapToInt(Log::size).toArray();
    }

    @Override
    public Map<String, String> reverse(List<String> topics) throws PortException {
        return alter(topics, Topic.Pending.REVERSE);
    }

    @Override
    public Map<String, String> promote(List<String> topics) throws PortException {
        return alter(topics, Topic.Pending.PROMOTE);
    }

    private Map<String, String> alter(List<String> topics, Topic.Pending how) throws PortException {
        Map<String, String> problems = new TreeMap<>();
        caller.write(
                caller.begin(to.site, Plane.DATA),
                how.name().toLowerCase(java.util.Locale.ROOT) + " " + topics,
                () -> {
                    for (String name : topics) {
                        Topic topic = to.topics.get(name);
                        if (topic == null || topic.mirrorOf == null) {
                            continue;
                        }
                        if (!from.site.equals(topic.mirrorOf)) {
                            problems.put(name, "400 it is no mirror over this link");
                        } else if (turnedDown()) {
                            problems.put(name, "400 something of this topic");
                        } else if (topic.pending == Topic.Pending.NONE) {
                            topic.pending = how;
                            topic.late = world.late;
                            topic.status =
                                    how == Topic.Pending.REVERSE
                                            ? MirrorStatus.PENDING_SYNCHRONIZE
                                            : MirrorStatus.PENDING_STOPPED;
                            topic.settlesAt = world.clockwork.now() + world.plan.settle();
                        }
                    }
                    return null;
                });
        return problems;
    }

    @Override
    public Map<String, String> failover(List<String> topics) throws PortException {
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "failover " + topics,
                () -> {
                    for (String name : topics) {
                        Topic topic = to.topics.get(name);
                        if (topic != null && topic.mirrorOf != null) {
                            stopAsItIs(topic);
                        }
                    }
                    return null;
                });
        return Map.of();
    }

    @Override
    public Map<String, String> restore(List<String> topics) throws PortException {
        Map<String, String> problems = new TreeMap<>();
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "restore " + topics,
                () -> {
                    for (String name : topics) {
                        Topic topic = to.topics.get(name);
                        Topic ours = from.topics.get(name);
                        if (topic == null || topic.mirrorOf != null) {
                            continue;
                        }
                        if (!world.network.linked(from.site, to.site)) {
                            problems.put(name, "400 the remote cluster does not answer");
                        } else if (turnedDown()) {
                            problems.put(name, "400 something of this topic");
                        } else if (!canRestore(ours)) {
                            problems.put(name, "400 no mirror of it was stopped by failover");
                        } else {
                            world.announced.truncated(
                                    World.owner(name), to.site, topic, ours.stoppedAt);
                            topic.restore(from.site, ours.stoppedAt, world.clockwork.now());
                            topic.settlesAt = world.clockwork.now() + world.plan.settle();
                            failFollowers(topic, ours.stoppedAt);
                        }
                    }
                    return null;
                });
        return problems;
    }

    /** Mirrors of it elsewhere that have what was cut off (UNEXPECTED_TRUNCATION). */
    private void failFollowers(Topic cut, int[] ends) {
        for (Place place : world.sites.values()) {
            Topic mirror = place.kafka.topics.get(cut.name);
            if (mirror != null && to.site.equals(mirror.mirrorOf) && mirror.isBeyond(ends)) {
                mirror.status = MirrorStatus.FAILED;
                mirror.pending = Topic.Pending.NONE;
            }
        }
    }

    /** What took over from the topic of this site, and from no other. */
    private boolean canRestore(Topic ours) {
        return ours != null
                && ours.writable()
                && ours.stoppedAt != null
                && to.site.equals(ours.stoppedFrom);
    }

    private boolean turnedDown() {
        return world.faults
                && world.plan.topicError() > 0
                && world.random.nextDouble() < world.plan.topicError();
    }

    @Override
    public void writeOffsets(String group, Map<TopicPartition, Long> offsets, long epoch)
            throws PortException {
        caller.write(
                caller.begin(to.site, Plane.DATA),
                "offsets of " + group + " " + new TreeMap<>(texts(offsets)),
                () -> {
                    if (world.members(to.site, group) > 0) {
                        throw refused("group " + group + " has members");
                    }
                    if (world.late) {
                        to.commitLate(group, offsets);
                    } else {
                        offsets.forEach(
                                (at, offset) ->
                                        to.commitOurs(group, at.topic(), at.partition(), offset));
                    }
                    return null;
                });
    }

    private static Map<String, Long> texts(Map<TopicPartition, Long> offsets) {
        Map<String, Long> texts = new TreeMap<>();
        offsets.forEach((at, offset) -> texts.put(at.toString(), offset));
        return texts;
    }

    private PortException refused(String why) {
        return new PortException(PortException.Kind.REFUSED, to.site, why);
    }
}
