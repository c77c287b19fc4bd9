package dev.tradewind.testbed.linking;

import dev.tradewind.testbed.kafka.ReadOnlyTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link of one cluster: its mirrors, the copier that feeds them, and one thread that watches the
 * source, syncs offsets and brings pending states to their end.
 */
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long WATCH_MILLIS = 1000;
    private static final long ADVANCE_MILLIS = 15;
    private static final int RARELY = 5;
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(5);

    /** Whether the remote cluster answers, in the API's words. */
    record Health(String state, String error, String message) {
        static final Health GOOD = new Health("ACTIVE", "NO_ERROR", null);

        boolean good() {
            return error.equals("NO_ERROR");
        }
    }

    final String name;
    final String id;
    final String remoteClusterId;
    final Local local;
    final long createdAt = System.nanoTime();
    final Admin remote;

    private final Map<String, Mirror> mirrors = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread;
    private final Copier copier;
    private final OffsetSync offsets;
    private final Transitions transitions = new Transitions(this);
    private final AtomicBoolean dueNow = new AtomicBoolean();
    private final AtomicBoolean dueLater = new AtomicBoolean();

    /** Held while a mirror is taken out of copying and stopped. */
    final ReentrantLock stopping = new ReentrantLock();

    private volatile LinkConfigs configs;
    private volatile Health health = Health.GOOD;
    private volatile String offsetSyncError;
    private volatile boolean closed;
    private long nextOffsetSync;
    private long watches;

    Link(String name, String id, String remoteClusterId, LinkConfigs configs, Local local) {
        this.name = name;
        this.id = id;
        this.remoteClusterId = remoteClusterId;
        this.configs = configs;
        this.local = local;
        String servers = configs.get(LinkConfigs.BOOTSTRAP);
        String title = "link-" + name + "-" + local.name();
        this.remote = Kafka.admin(servers, title + "-admin");
        this.offsets = new OffsetSync(local.admin(), remote);
        this.copier =
                new Copier(
                        title + "-copier",
                        servers,
                        local.replicationServers(),
                        local.admin(),
                        this::toCopy);
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        r -> {
                            Thread t = new Thread(r, title);
                            t.setDaemon(true);
                            return t;
                        });
        thread.scheduleWithFixedDelay(
                this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    LinkConfigs configs() {
        return configs;
    }

    /**
     * In force when this returns: a round of offset sync that is under way is waited for. One
     * change at a time, so that none undoes another.
     *
     * @throws ApiException if the change isn't valid; nothing has changed then
     */
    void configs(UnaryOperator<LinkConfigs> change) {
        ReentrantLock both = Peers.lock(id);
        both.lock();
        try {
            configs = change.apply(configs);
        } finally {
            both.unlock();
        }
        nextOffsetSync = 0;
        copier.changed();
    }

    Health health() {
        return configs.is(LinkConfigs.PAUSED)
                ? new Health("PAUSED", health.error(), health.message())
                : health;
    }

    String offsetSyncError() {
        return offsetSyncError;
    }

    Collection<Mirror> mirrors() {
        return mirrors.values();
    }

    Optional<Mirror> mirror(String topic) {
        return Optional.ofNullable(mirrors.get(topic));
    }

    /** The mirror's state as the API shows it, in which the link's own state has a part. */
    String shownStatus(Mirror mirror) {
        MirrorStatus status = mirror.status();
        if (status == MirrorStatus.ACTIVE) {
            if (configs.is(LinkConfigs.PAUSED)) {
                return "LINK_PAUSED";
            }
            if (!health.good()) {
                return "SOURCE_UNAVAILABLE";
            }
        }
        return status.name();
    }

    /**
     * Creates the mirror topic, empty and read-only from its first moment.
     *
     * @throws KafkaException if either cluster refuses
     */
    void createMirror(String source, String mirror, Short replication, Map<String, String> given) {
        TopicDescription topic = describeSource(source);
        if (Kafka.await(local.admin().listTopics().names()).contains(mirror)) {
            throw ApiException.invalid("Topic '" + mirror + "' already exists.");
        }
        Map<String, String> topicConfigs = sourceConfigs(source);
        topicConfigs.putAll(given);
        Mirror made =
                new Mirror(
                        mirror,
                        source,
                        topic.partitions().size(),
                        topic.topicId(),
                        MirrorStatus.ACTIVE);
        // first a mirror, then a topic: as one that is there, and no mirror, nobody must see it
        made.held(true);
        endPredecessors(mirror);
        Mirror before = mirrors.put(mirror, made);
        try {
            made.id(createTopic(mirror, made.partitions, replication, topicConfigs));
        } catch (KafkaException e) {
            if (before == null) {
                mirrors.remove(mirror, made);
            } else {
                mirrors.replace(mirror, made, before);
            }
            throw e;
        }
        made.held(false);
        // again, for a deletion of its predecessor that ends this moment opens the name
        ReadOnlyTopics.close(local.clusterId(), mirror);
        copier.changed();
    }

    /**
     * The topic isn't there, so what mirrored into one of this name is over, on whatever link: a
     * record of it that is still tried again must not come into the one that is made now. One that
     * is held is made or deleted this moment, and copies nothing.
     */
    private void endPredecessors(String topic) {
        for (Link link : local.links().get()) {
            link.mirror(topic).filter(m -> !m.held()).ifPresent(link::forget);
        }
    }

    TopicDescription describeSource(String source) {
        return Kafka.await(remote.describeTopics(List.of(source)).topicNameValues().get(source));
    }

    Uuid createTopic(
            String topic, int partitions, Short replication, Map<String, String> topicConfigs) {
        NewTopic created =
                new NewTopic(topic, Optional.of(partitions), Optional.ofNullable(replication));
        Map<String, String> all = new HashMap<>(topicConfigs);
        // Timestamps are the source's, however old or new they are.
        all.put("message.timestamp.type", "CreateTime");
        all.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        created.configs(all);
        boolean wasOpen = !ReadOnlyTopics.isReadOnly(local.clusterId(), topic);
        ReadOnlyTopics.close(local.clusterId(), topic);
        try {
            CreateTopicsResult result = local.admin().createTopics(List.of(created));
            Kafka.await(result.all());
            awaitVisible(topic);
            return Kafka.await(result.topicId(topic));
        } catch (KafkaException e) {
            if (wasOpen) {
                ReadOnlyTopics.open(local.clusterId(), topic);
            }
            throw e;
        }
    }

    /** The controller has a new topic a moment before the broker answers for it. */
    private void awaitVisible(String topic) {
        long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
        while (true) {
            try {
                Kafka.ends(local.admin(), List.of(new TopicPartition(topic, 0)));
                return;
            } catch (UnknownTopicOrPartitionException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    Map<String, String> sourceConfigs(String source) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, source);
        Config config =
                Kafka.await(remote.describeConfigs(List.of(resource)).values().get(resource));
        Map<String, String> set = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                set.put(entry.name(), entry.value());
            }
        }
        return set;
    }

    /** Puts a mirror of this name in place, over an ordinary topic that is there already. */
    void adopt(Mirror mirror) {
        ReadOnlyTopics.close(local.clusterId(), mirror.name);
        mirrors.put(mirror.name, mirror);
        local.admin()
                .describeTopics(List.of(mirror.name))
                .topicNameValues()
                .get(mirror.name)
                .whenComplete(
                        (topic, none) -> {
                            if (topic != null && mirror.id() == null) {
                                mirror.id(topic.topicId());
                            }
                        });
        copier.changed();
    }

    /** A client deletes a topic, and asks the broker for it: if it is a mirror's, that ends. */
    void deleting(String topic) {
        mirror(topic)
                .ifPresent(
                        m -> {
                            m.leaving(true);
                            look(() -> awaitDeletion(m, System.nanoTime()), 0);
                        });
    }

    private void awaitDeletion(Mirror mirror, long since) {
        boolean waits = System.nanoTime() - since < VISIBLE_WITHIN.toNanos();
        try {
            if (mirrors.get(mirror.name) == mirror && isDeleted(mirror)) {
                forget(mirror);
                return;
            }
        } catch (KafkaException e) {
            LOG.debug("{} at {} can't be looked for", mirror.name, local.name(), e);
        }
        if (waits) {
            look(() -> awaitDeletion(mirror, since), ADVANCE_MILLIS);
        } else {
            mirror.leaving(false);
            copier.changed();
        }
    }

    /** Whether its topic is gone, or another has its name. */
    private boolean isDeleted(Mirror mirror) {
        try {
            Uuid there =
                    Kafka.await(
                                    local.admin()
                                            .describeTopics(List.of(mirror.name))
                                            .topicNameValues()
                                            .get(mirror.name))
                            .topicId();
            return mirror.id() != null && !there.equals(mirror.id());
        } catch (UnknownTopicOrPartitionException e) {
            // one that is held is about to be made
            return !mirror.held();
        }
    }

    private void look(Runnable what, long inMillis) {
        try {
            thread.schedule(what, inMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("link {} is closed", name);
        }
    }

    /** Forgets a mirror; its topic is gone, or an ordinary one from now on. */
    void forget(String topic) {
        mirror(topic).ifPresent(this::forget);
    }

    /** As above, and nothing where another of its name has come in its place. */
    void forget(Mirror mirror) {
        if (mirrors.remove(mirror.name, mirror)) {
            mirror.end();
            copier.changed();
            copier.settle();
            if (mirror.status() != MirrorStatus.STOPPED && !mirroredByAny(mirror.name)) {
                ReadOnlyTopics.open(local.clusterId(), mirror.name);
            }
        }
    }

    private boolean mirroredByAny(String topic) {
        return local.links().get().stream()
                .flatMap(l -> l.mirror(topic).stream())
                .anyMatch(m -> m.status() != MirrorStatus.STOPPED);
    }

    /** Looks at once at states that were changed from outside. */
    void changed() {
        copier.changed();
        advanceIn(0, dueNow);
    }

    /** Ends copying of mirrors and returns when nothing of them is on its way. */
    void hold(Collection<Mirror> held) {
        held.forEach(m -> m.held(true));
        copier.settle();
    }

    void letGo(Collection<Mirror> held) {
        held.forEach(m -> m.held(false));
        copier.changed();
    }

    /**
     * Makes the mirror an ordinary topic. The caller has {@link #stopping} and has held it.
     *
     * @param ends of its log since then
     */
    void stop(Mirror mirror, boolean byFailover, Map<TopicPartition, Long> ends) {
        // First open, then told to be: who sees it stopped writes at once.
        ReadOnlyTopics.open(local.clusterId(), mirror.name);
        mirror.stopped(byFailover, ends);
        mirror.held(false);
        copier.changed();
        LOG.info(
                "mirror {} of link {} at {} is stopped{}",
                mirror.name,
                name,
                local.name(),
                byFailover ? " by failover" : "");
    }

    /** Fails over: at once, whatever the source does. */
    void failover(Mirror mirror) {
        stopping.lock();
        try {
            if (mirror.status() == MirrorStatus.STOPPED) {
                return;
            }
            hold(List.of(mirror));
            boolean reversing =
                    mirror.aim() == Mirror.Aim.REVERSE_AND_START
                            || mirror.aim() == Mirror.Aim.REVERSE_AND_PAUSE;
            stop(mirror, true, Kafka.ends(local.admin(), mirror.ofMirror()));
            if (reversing) {
                // The source was closed for a reversal that now doesn't come.
                Peers.other(this)
                        .filter(
                                o ->
                                        o.mirror(mirror.source)
                                                .map(Mirror::status)
                                                .filter(s -> s == MirrorStatus.PENDING_MIRROR)
                                                .isPresent())
                        .ifPresent(o -> o.forget(mirror.source));
            }
        } finally {
            mirror.held(false);
            stopping.unlock();
        }
    }

    /** What both sides have: this side's mirrors, and on a bidirectional link the other's. */
    List<OffsetSync.Pair> pairs(boolean includeOther) {
        List<OffsetSync.Pair> pairs = new ArrayList<>();
        for (Mirror m : mirrors.values()) {
            if (m.status() != MirrorStatus.STOPPED && m.status() != MirrorStatus.FAILED) {
                pairs.add(new OffsetSync.Pair(m.source, m.name, true));
            }
        }
        if (includeOther && configs.bidirectional()) {
            Peers.other(this)
                    .ifPresent(
                            other ->
                                    other.pairs(false)
                                            .forEach(
                                                    p ->
                                                            pairs.add(
                                                                    new OffsetSync.Pair(
                                                                            p.localTopic(),
                                                                            p.remoteTopic(),
                                                                            false))));
        }
        return pairs;
    }

    /** One round of offset sync for these pairs, if the link syncs offsets at all. */
    void syncOffsets(Collection<OffsetSync.Pair> pairs) {
        if (!configs.is(LinkConfigs.OFFSET_SYNC)) {
            return;
        }
        ReentrantLock both = Peers.lock(id);
        both.lock();
        try {
            offsets.round(
                    filters(), pairs, Peers.other(this).map(other -> other.offsets).orElse(null));
        } finally {
            both.unlock();
        }
    }

    /** Synced groups with members here, by own topic; topics without any are left out. */
    Map<String, Set<String>> groupsInUse(Collection<OffsetSync.Pair> pairs) {
        return configs.is(LinkConfigs.OFFSET_SYNC)
                ? offsets.activeHere(filters(), pairs)
                : Map.of();
    }

    private GroupFilters filters() {
        return GroupFilters.parse(configs.get(LinkConfigs.GROUP_FILTERS));
    }

    private Map<TopicPartition, Mirror> toCopy() {
        if (configs.is(LinkConfigs.PAUSED)) {
            return Map.of();
        }
        Map<TopicPartition, Mirror> wanted = new HashMap<>();
        for (Mirror mirror : mirrors.values()) {
            if (mirror.copies() && !local.faults().stalls(name, mirror.name, false)) {
                mirror.ofSource().forEach(p -> wanted.put(p, mirror));
            }
        }
        return wanted;
    }

    /**
     * @param due whether it is about to already: one look is for all that has changed until then
     */
    private void advanceIn(long millis, AtomicBoolean due) {
        if (closed || !due.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.schedule(() -> advance(due), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("link {} is closed", name);
        }
    }

    private void advance(AtomicBoolean due) {
        // first: what changes from here on is looked at again
        due.set(false);
        List<Mirror> pending =
                mirrors.values().stream()
                        .filter(m -> m.status().pending())
                        .filter(m -> !local.faults().holdsPending(name, m))
                        .toList();
        if (!pending.isEmpty()) {
            transitions.advance(pending);
        }
        if (mirrors.values().stream().anyMatch(m -> m.status().pending())) {
            advanceIn(ADVANCE_MILLIS, dueLater);
        }
    }

    private void watch() {
        try {
            watches++;
            if (watches % RARELY == 0) {
                watchOwn();
            }
            watchSource();
            if (System.nanoTime() >= nextOffsetSync && health.good() && !closed) {
                nextOffsetSync =
                        System.nanoTime()
                                + Duration.ofMillis(configs.millis(LinkConfigs.OFFSET_SYNC_MS))
                                        .toNanos();
                if (!configs.is(LinkConfigs.PAUSED)) {
                    syncOffsets(pairs(true));
                    offsetSyncError = null;
                }
            }
        } catch (KafkaException e) {
            offsetSyncError = e.getMessage();
            LOG.debug("link {} at {}", name, local.name(), e);
        } catch (RuntimeException e) {
            LOG.warn("link {} at {} stumbled", name, local.name(), e);
        }
    }

    /** A mirror whose topic was deleted by an ordinary client, unheard, is no mirror any more. */
    private void watchOwn() {
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                local.admin()
                        .describeTopics(List.copyOf(mirrors.keySet()))
                        .topicNameValues()
                        .entrySet()) {
            Uuid there = null;
            try {
                there = Kafka.await(topic.getValue()).topicId();
            } catch (UnknownTopicOrPartitionException e) {
                LOG.debug("{} at {} is gone", topic.getKey(), local.name());
            }
            Uuid own = there;
            mirror(topic.getKey())
                    .filter(m -> m.aim() != Mirror.Aim.RESTORE && !m.held())
                    .filter(m -> own == null || m.id() != null && !own.equals(m.id()))
                    .ifPresent(this::forget);
        }
    }

    private void watchSource() {
        Map<String, List<Mirror>> bySource = new HashMap<>();
        for (Mirror m : mirrors.values()) {
            MirrorStatus status = m.status();
            if (status != MirrorStatus.STOPPED && status != MirrorStatus.FAILED) {
                bySource.computeIfAbsent(m.source, s -> new ArrayList<>()).add(m);
            }
        }
        try {
            if (bySource.isEmpty()) {
                Kafka.await(remote.describeCluster().clusterId());
            } else {
                remote.describeTopics(bySource.keySet())
                        .topicNameValues()
                        .forEach(
                                (source, found) ->
                                        bySource.get(source).forEach(m -> compare(m, found)));
                watchLogs(bySource.values().stream().flatMap(List::stream).toList());
            }
            health = Health.GOOD;
        } catch (KafkaException e) {
            health =
                    new Health(
                            "UNAVAILABLE",
                            "BOOTSTRAP_TCP_CONNECTION_FAILED_ERROR",
                            "The remote cluster doesn't answer: " + e.getMessage());
        }
    }

    private void compare(Mirror mirror, KafkaFuture<TopicDescription> found) {
        try {
            TopicDescription topic = Kafka.await(found);
            Uuid before = mirror.sourceId();
            if (before == null) {
                mirror.sourceId(topic.topicId());
            } else if (!before.equals(topic.topicId())) {
                mirror.fail("SOURCE_TOPIC_ID_CHANGED");
            }
            if (mirror.sourceFound()) {
                copier.changed();
            }
        } catch (UnknownTopicOrPartitionException e) {
            if (mirror.sourceMissing() >= configs.millis(LinkConfigs.RETRY_TIMEOUT)) {
                mirror.fail("SOURCE_TOPIC_MAY_BE_DELETED");
            }
            copier.changed();
        }
    }

    /** The lag of mirrors that don't fetch, and now and then the start of the logs. */
    private void watchLogs(List<Mirror> watched) {
        List<Mirror> active = new ArrayList<>();
        for (Mirror m : watched) {
            boolean stalled = local.faults().stalls(name, m.name, false);
            if (stalled != m.stalled(stalled)) {
                copier.changed();
            }
            boolean resting =
                    stalled || m.status() == MirrorStatus.PAUSED || configs.is(LinkConfigs.PAUSED);
            if (resting && m.sourceId() != null) {
                Map<TopicPartition, Long> ends = Kafka.ends(remote, m.ofSource());
                Map<TopicPartition, Long> mine = Kafka.ends(local.admin(), m.ofMirror());
                ends.forEach(
                        (p, end) ->
                                m.lag(
                                        p.partition(),
                                        end - mine.get(new TopicPartition(m.name, p.partition()))));
                local.faults().stalls(name, m.name, m.behind());
            }
            if (m.status() == MirrorStatus.ACTIVE && m.copies()) {
                active.add(m);
            }
        }
        if (watches % RARELY == 0) {
            moveLogStarts(active);
        }
    }

    private void moveLogStarts(List<Mirror> moved) {
        List<TopicPartition> theirs = moved.stream().flatMap(m -> m.ofSource().stream()).toList();
        List<TopicPartition> ours = moved.stream().flatMap(m -> m.ofMirror().stream()).toList();
        Map<TopicPartition, Long> starts = Kafka.starts(remote, Set.copyOf(theirs));
        Map<TopicPartition, Long> mine = Kafka.starts(local.admin(), ours);
        Map<TopicPartition, Long> ends = Kafka.ends(local.admin(), ours);
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        for (int i = 0; i < ours.size(); i++) {
            TopicPartition own = ours.get(i);
            long to = Math.min(starts.get(theirs.get(i)), ends.get(own));
            if (to > mine.get(own)) {
                deleted.put(own, RecordsToDelete.beforeOffset(to));
            }
        }
        if (!deleted.isEmpty()) {
            Kafka.await(local.admin().deleteRecords(deleted).all());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        copier.close();
        remote.close(Duration.ZERO);
    }
}
