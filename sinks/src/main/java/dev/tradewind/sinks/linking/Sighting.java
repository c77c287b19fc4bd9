package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.MirrorStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/** Puts together what was seen at both sites. Pure. */
final class Sighting {
    static final String SYNC = "consumer.offset.sync.enable";
    static final String SYNC_MILLIS = "consumer.offset.sync.ms";
    static final String MODE = "link.mode";

    /** The API's own. */
    private static final long DEFAULT_SYNC_MILLIS = 30_000;

    private Sighting() {}

    /**
     * One site's Kafka.
     *
     * @param partitions of each topic that exists
     * @param ends of each partition that has one
     * @param groups each that was asked about
     */
    record KafkaView(
            Map<String, Integer> partitions,
            Map<TopicPartition, Long> ends,
            Map<String, KafkaSide.Group> groups) {
        /** Of a site that is not asked. */
        static final KafkaView NONE = new KafkaView(Map.of(), Map.of(), Map.of());

        /** What it shows of these topics and groups, where others were asked about with them. */
        KafkaView about(Asked asked) {
            Map<String, KafkaSide.Group> its = new HashMap<>();
            for (String group : asked.groups()) {
                KafkaSide.Group all = groups.get(group);
                Map<TopicPartition, Long> committed = new HashMap<>(all.committed());
                committed.keySet().removeIf(p -> !asked.topics().contains(p.topic()));
                Set<TopicPartition> ours = new HashSet<>(all.ours());
                ours.retainAll(committed.keySet());
                its.put(group, new KafkaSide.Group(all.members(), committed, ours));
            }
            return new KafkaView(partitions, ends, its);
        }
    }

    /** What a site's Kafka is asked about. */
    record Asked(Set<String> topics, Set<String> groups) {
        static Asked about(Collection<String> topics, Collection<String> groups) {
            return new Asked(Set.copyOf(topics), Set.copyOf(groups));
        }

        Asked with(Asked other) {
            Set<String> allTopics = new HashSet<>(topics);
            allTopics.addAll(other.topics);
            Set<String> allGroups = new HashSet<>(groups);
            allGroups.addAll(other.groups);
            return new Asked(allTopics, allGroups);
        }
    }

    /**
     * One site's Cluster Linking.
     *
     * @param link null: there is none of this name
     * @param configs of it
     * @param mirrors of the cluster, over whichever link
     */
    record LinkView(Link link, Map<String, String> configs, List<Mirror> mirrors) {
        static final LinkView NONE = new LinkView(null, Map.of(), List.of());
    }

    /**
     * Whether a topic is there that is no mirror, as far as can be seen. The two are seen by two
     * calls: one that another made in between looks so too, and must be told from one that is in
     * the way by looking at the mirrors after the topic was there.
     */
    static boolean lacksMirror(
            Collection<String> topics, String link, KafkaView target, LinkView targetLinks) {
        return topics.stream()
                .anyMatch(
                        t ->
                                target.partitions().containsKey(t)
                                        && find(targetLinks.mirrors(), t, link) == null);
    }

    static LinkState link(String name, LinkView target, boolean sourceToo) {
        Link link = target.link();
        if (link == null) {
            return new LinkState(name, false, false, "", null);
        }
        String mode = target.configs().getOrDefault(MODE, "");
        return new LinkState(
                name,
                true,
                sourceToo && mode.equalsIgnoreCase("BIDIRECTIONAL"),
                link.state(),
                link.isHealthy() ? null : (link.error() + " " + link.errorMessage()).strip());
    }

    static TopicState topic(
            String topic,
            String linkName,
            KafkaView source,
            KafkaView target,
            LinkView sourceLinks,
            LinkView targetLinks) {
        int sourceCount = source.partitions().getOrDefault(topic, 0);
        int targetCount = target.partitions().getOrDefault(topic, 0);
        Mirror mirror = find(targetLinks.mirrors(), topic, linkName);
        MirrorState here =
                mirror == null && linkName != null && sourceCount > 0
                        ? former(targetLinks.mirrors(), topic)
                        : state(mirror, linkName, MirrorStatus.FAILED);
        Map<Integer, Mirror.Lag> lags = new HashMap<>();
        if (mirror != null && mirror.link().equals(linkName)) {
            mirror.lags().forEach(l -> lags.put(l.partition(), l));
        }
        List<PartitionState> partitions = new ArrayList<>();
        for (int p = 0; p < Math.max(sourceCount, targetCount); p++) {
            TopicPartition partition = new TopicPartition(topic, p);
            Mirror.Lag lag = lags.getOrDefault(p, new Mirror.Lag(p, -1, -1));
            partitions.add(
                    new PartitionState(
                            p,
                            source.ends().getOrDefault(partition, -1L),
                            target.ends().getOrDefault(partition, -1L),
                            lag.lag(),
                            lag.lastSourceFetchOffset()));
        }
        return new TopicState(
                sourceCount > 0,
                targetCount > 0,
                here,
                state(find(sourceLinks.mirrors(), topic, linkName), linkName, MirrorStatus.UNKNOWN),
                sourceCount,
                targetCount,
                partitions);
    }

    /**
     * The mirror that the topic is: a live one over any link (there is at most one), else what is
     * left of one over this link.
     */
    static Mirror find(List<Mirror> mirrors, String topic, String link) {
        Mirror found = null;
        for (Mirror mirror : mirrors) {
            if (mirror.topic().equals(topic)) {
                if (!mirror.isStopped()) {
                    return mirror;
                }
                if (mirror.link().equals(link)) {
                    found = mirror;
                }
            }
        }
        return found;
    }

    /**
     * What is left of a mirror over another link than the source's: it was stopped on the way to be
     * made anew over this one, or its site was gone through by promotion.
     */
    private static MirrorState former(List<Mirror> mirrors, String topic) {
        return mirrors.stream()
                .filter(m -> m.topic().equals(topic) && m.isStopped())
                .findFirst()
                .map(
                        m ->
                                new MirrorState(
                                        MirrorStatus.STOPPED,
                                        m.status() + " over link " + m.link(),
                                        null,
                                        m.transitionErrors()))
                .orElse(null);
    }

    /**
     * A mirror over another link is not writable either, but it follows another site: no use here.
     *
     * @param foreign what to call that
     */
    private static MirrorState state(Mirror mirror, String link, MirrorStatus foreign) {
        if (mirror == null) {
            return null;
        }
        String error =
                switch (mirror.error()) {
                    case "", "NO_ERROR", "NOT_SET" -> null;
                    default -> mirror.error();
                };
        if (!mirror.link().equals(link)) {
            return new MirrorState(
                    foreign,
                    mirror.status() + " over link " + mirror.link(),
                    "it mirrors over link " + mirror.link() + (link == null ? "" : ", not " + link),
                    mirror.transitionErrors());
        }
        return new MirrorState(
                MirrorStatus.of(mirror.status()),
                mirror.status(),
                error,
                mirror.transitionErrors());
    }

    /**
     * Why the target's topic must not be deleted, so that a mirror of the source's can be made
     * anew; empty: nothing stands against it. What can't be seen does.
     */
    static Optional<String> keeps(TopicState state, String source) {
        if (state.mirror() == null) {
            return Optional.of("is no mirror and never was: it is not deleted");
        }
        if (state.partitions().isEmpty()) {
            return Optional.of("is not deleted: no partition of it can be seen");
        }
        for (PartitionState p : state.partitions()) {
            if (p.sourceEnd() < 0 || p.targetEnd() < 0 || p.targetEnd() > p.sourceEnd()) {
                return Optional.of(
                        "is not deleted: partition "
                                + p.partition()
                                + " ends at "
                                + (p.targetEnd() < 0 ? "?" : p.targetEnd())
                                + ", and at "
                                + source
                                + " at "
                                + (p.sourceEnd() < 0 ? "?" : p.sourceEnd()));
            }
        }
        return Optional.empty();
    }

    static GroupState group(String group, KafkaView source, KafkaView target) {
        KafkaSide.Group there = source.groups().get(group);
        KafkaSide.Group here = target.groups().get(group);
        return new GroupState(
                there.committed(),
                here.committed(),
                there.members(),
                here.members(),
                there.ours(),
                here.ours());
    }

    /**
     * @param configs of the end of the link that is at the site
     * @throws IllegalArgumentException if its group filters are none
     */
    static Inflow inflow(String link, Map<String, String> configs, Collection<String> groups) {
        Map<String, Inflow.Sync> syncs = new HashMap<>();
        groups.forEach(g -> syncs.put(g, sync(g, configs)));
        return new Inflow(link, millis(configs.get(SYNC_MILLIS)), syncs);
    }

    /**
     * Every group that {@link #inflow} would tell to be excluded.
     *
     * @param letIn those of {@link #letIn}
     * @throws IllegalArgumentException if the filters can't be read
     */
    static Set<String> excluded(Map<String, String> configs, Predicate<String> letIn) {
        if (!syncs(configs)) {
            return Set.of();
        }
        Set<String> groups = new TreeSet<>(GroupFilters.excluded(configs.get(GroupFilters.CONFIG)));
        groups.removeIf(letIn);
        return groups;
    }

    /**
     * Groups whose offsets come in, as {@link #inflow} would tell.
     *
     * @throws IllegalArgumentException if the filters can't be read
     */
    static Predicate<String> letIn(Map<String, String> configs) {
        return syncs(configs)
                ? GroupFilters.admitted(configs.get(GroupFilters.CONFIG))
                : group -> false;
    }

    private static boolean syncs(Map<String, String> configs) {
        return Boolean.parseBoolean(configs.get(SYNC)) && configs.get(GroupFilters.CONFIG) != null;
    }

    private static long millis(String text) {
        try {
            return text == null ? DEFAULT_SYNC_MILLIS : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return DEFAULT_SYNC_MILLIS;
        }
    }

    private static Inflow.Sync sync(String group, Map<String, String> configs) {
        String filters = configs.get(GroupFilters.CONFIG);
        if (!syncs(configs)) {
            return Inflow.Sync.OFF;
        }
        if (GroupFilters.admits(filters, group)) {
            return Inflow.Sync.SYNCED;
        }
        // Excluded by us, so it can be taken back; left out by the operator, it can't.
        return GroupFilters.excludes(filters, group) ? Inflow.Sync.EXCLUDED : Inflow.Sync.OFF;
    }
}
