package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.recovery.Traces;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** One site's brokers, with the links that end there. */
final class Kafka {
    private final World world;
    final String site;
    final Map<String, Topic> topics = new TreeMap<>();

    /** By group, then topic: offsets of its partitions; -1: none. */
    final Map<String, Map<String, long[]>> committed = new TreeMap<>();

    /** Those that Tradewind has committed, and nobody since: a line for each. */
    private final Set<String> ours = new HashSet<>();

    /** By group: who has looked at it since its application has committed. */
    private final Map<String, Set<Machine>> known = new HashMap<>();

    /** By group: who has seen that it has stopped since then. */
    private final Map<String, Set<Machine>> saw = new HashMap<>();

    /** Those that a late request of Tradewind's has taken back, and nobody has put right. */
    private final Set<String> back = new HashSet<>();

    /** Groups that nobody has looked at since a late request has taken offsets of theirs back. */
    private final Set<String> unseen = new HashSet<>();

    /** Groups of which nobody had when their workload was told to start here, or it was after. */
    private final Set<String> begun = new HashSet<>();

    /** By the site that they come from. */
    final Map<String, LinkEnd> links = new TreeMap<>();

    Kafka(World world, String site) {
        this.world = world;
        this.site = site;
    }

    /** Topics that nobody can write to here, groups that are left out of links, and others. */
    Traces traces() {
        List<Set<String>> open =
                links.values().stream().map(link -> Set.copyOf(link.excluded)).toList();
        return new Traces(
                topics.values().stream()
                        .filter(topic -> !topic.writable())
                        .map(topic -> topic.name)
                        .collect(Collectors.toSet()),
                links.values().stream()
                        .flatMap(link -> link.excluded.stream())
                        .collect(Collectors.toSet()),
                group -> open.stream().anyMatch(shut -> !shut.contains(group)));
    }

    long committed(String group, String topic, int partition) {
        long[] offsets = committed.getOrDefault(group, Map.of()).get(topic);
        return offsets == null ? -1 : offsets[partition];
    }

    boolean isOurs(String group, TopicPartition at) {
        return ours.contains(line(group, at.topic(), at.partition()));
    }

    /** Of Tradewind's own. */
    void commitOurs(String group, String topic, int partition, long offset) {
        commit(group, topic, partition, offset);
        ours.add(line(group, topic, partition));
    }

    /** By a request of Tradewind's own that is done late. */
    void commitLate(String group, Map<TopicPartition, Long> offsets) {
        Set<String> lower = new HashSet<>();
        Set<String> stillBack = new HashSet<>();
        offsets.forEach(
                (at, offset) -> {
                    String line = line(group, at.topic(), at.partition());
                    long now = committed(group, at.topic(), at.partition());
                    if (offset < now) {
                        lower.add(line);
                    } else if (offset == now && back.contains(line)) {
                        stillBack.add(line);
                    }
                });
        if (!lower.isEmpty()) {
            world.tally.count("offsets taken back by a late write");
            unseen.add(group);
            if (world.app(site, "shop/" + group).desired() > 0) {
                begun.add(group);
            }
            world.knowers.keep(site, group, known.getOrDefault(group, Set.of()));
        }
        offsets.forEach((at, offset) -> commitOurs(group, at.topic(), at.partition(), offset));
        back.addAll(lower);
        back.addAll(stillBack);
    }

    /** It has no pod here, as a process has seen. */
    void sawStopped(String group, Machine by) {
        saw.computeIfAbsent(group, g -> new HashSet<>()).add(by);
    }

    /** What is read before the pods are seen to be gone may not be the last that is committed. */
    void lookedAt(String group, Machine by) {
        if (saw.getOrDefault(group, Set.of()).contains(by)) {
            known.computeIfAbsent(group, g -> new HashSet<>()).add(by);
        }
        unseen.remove(group);
    }

    /**
     * Its application is told to start here, by who may not have seen that they were taken back.
     */
    void begins(String group) {
        if (unseen.contains(group)) {
            begun.add(group);
        }
    }

    /** Of its application, where it begins. */
    void goesOn(String group) {
        // seen just then, they may be put right too late
        boolean late =
                begun.remove(group) && back.stream().anyMatch(l -> l.startsWith(group + " "));
        world.knowers.goesOn(group, unseen.remove(group) | late);
    }

    void commitOfApplication(String group, String topic, int partition, long offset) {
        known.remove(group);
        saw.remove(group);
        world.knowers.committed(site, group);
        commit(group, topic, partition, offset);
    }

    private static String line(String group, String topic, int partition) {
        return group + " " + topic + " " + partition;
    }

    void commit(String group, String topic, int partition, long offset) {
        ours.remove(line(group, topic, partition));
        back.remove(line(group, topic, partition));
        committed.computeIfAbsent(group, g -> new TreeMap<>())
                        .computeIfAbsent(
                                topic,
                                t -> {
                                    long[] none = new long[world.plan.partitions()];
                                    Arrays.fill(none, -1);
                                    return none;
                                })[partition] =
                offset;
    }

    /** What mirrors and links do by themselves. */
    void tick(long now) {
        if (world.network.kafkaDown(site)) {
            return;
        }
        for (Topic topic : topics.values()) {
            if (topic.mirrorOf != null) {
                mirror(topic, now);
            }
        }
        for (LinkEnd link : links.values()) {
            sync(link, now);
        }
    }

    private void mirror(Topic topic, long now) {
        Kafka source = world.site(topic.mirrorOf).kafka;
        boolean linked = world.network.linked(site, topic.mirrorOf);
        if (!linked || now < topic.fetchesFrom) {
            return;
        }
        Topic from = source.topics.get(topic.name);
        if (from == null) {
            return;
        }
        if (topic.status == MirrorStatus.ACTIVE || topic.pending != Topic.Pending.NONE) {
            for (int p = 0; p < topic.partitions.size(); p++) {
                topic.partitions.get(p).follow(from.partitions.get(p), world.plan.mirrorRate());
                topic.lag[p] = from.partitions.get(p).size() - topic.partitions.get(p).size();
            }
            topic.fetched = true;
        }
        if (topic.pending == Topic.Pending.RESTORE) {
            // cut back and following again is enough: nobody waits there for lag zero
            if (now >= topic.settlesAt && !world.isStuck(topic.name)) {
                topic.pending = Topic.Pending.NONE;
                topic.status = MirrorStatus.ACTIVE;
            }
        } else if (topic.pending != Topic.Pending.NONE
                && now >= topic.settlesAt
                && !world.isStuck(topic.name)
                && topic.equalTo(from)) {
            boolean reverse = topic.pending == Topic.Pending.REVERSE;
            boolean late = topic.late;
            if (topic.stray) {
                world.tally.count("topics taken back");
            }
            topic.stop();
            if (reverse) {
                from.mirror(site, now);
                from.stray = late;
                if (late) {
                    world.tally.count("topics taken away by a late request");
                }
            }
            world.tell("%s: %s is writable", site, topic.name);
        }
    }

    private void sync(LinkEnd link, long now) {
        if (link.writesAt >= 0) {
            if (now >= link.writesAt) {
                link.writesAt = -1;
                if (world.network.linked(site, link.from)) {
                    link.read.forEach((group, topic) -> write(link, group, topic));
                }
            }
        } else if (now >= link.nextAt && world.network.linked(site, link.from)) {
            link.nextAt = now + link.everyMillis;
            link.writesAt = now + link.takesMillis;
            link.read = new TreeMap<>();
            link.readLost = new TreeSet<>(link.lost);
            world.site(link.from)
                    .kafka
                    .committed
                    .forEach((group, offsets) -> read(link, group, offsets));
        }
    }

    private void read(LinkEnd link, String group, Map<String, long[]> offsets) {
        if (link.excluded.contains(group)) {
            return;
        }
        Map<String, long[]> copies = new HashMap<>();
        offsets.forEach(
                (topic, at) -> {
                    if (paired(topic, link.from)) {
                        copies.put(topic, at.clone());
                    }
                });
        link.read.put(group, copies);
    }

    private void write(LinkEnd link, String group, Map<String, long[]> offsets) {
        if (world.members(site, group) > 0) {
            return;
        }
        offsets.forEach(
                (topic, at) -> {
                    Topic here = topics.get(topic);
                    for (int p = 0; here != null && p < at.length; p++) {
                        if (at[p] >= 0) {
                            long clamped = Math.min(at[p], here.partitions.get(p).size());
                            if (committed(group, topic, p) > clamped) {
                                world.tell(
                                        "%s: a round of sync from %s takes %s of %s back to %d",
                                        site, link.from, group, topic, clamped);
                            }
                            // what it writes is nobody's, so it can't be told any more to be late
                            boolean hides = back.contains(line(group, topic, p));
                            if ((hides || committed(group, topic, p) > clamped)
                                    && link.readLost.contains(group)) {
                                world.takenBack.add("shop/" + group);
                            }
                            commit(group, topic, p, clamped);
                        }
                    }
                });
    }

    /** A link brings offsets of a topic over where it has a mirror of it at either end. */
    private boolean paired(String topic, String other) {
        return follows(this, topic, other)
                || world.plan.bidirectional() && follows(world.site(other).kafka, topic, site);
    }

    private static boolean follows(Kafka at, String topic, String other) {
        Topic mirror = at.topics.get(topic);
        return mirror != null && other.equals(mirror.mirrorOf);
    }
}
