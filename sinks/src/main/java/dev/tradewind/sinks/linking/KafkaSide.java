package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DeleteTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * One site's Kafka, asked by its own protocol: what the service says about lag may be old, the log
 * ends are what is so. Safe for use by several threads.
 */
public final class KafkaSide implements AutoCloseable {
    private static final AtomicLong CLIENTS = new AtomicLong();

    /**
     * How the metadata of a commit of ours begins. An application's own, or a person's, has none.
     */
    private static final String OURS = "tradewind ";

    private final String site;
    private final Admin admin;

    /**
     * @param properties of a Kafka client; they may hold credentials and are not kept
     * @throws PortException UNREACHABLE where no bootstrap server's name resolves, FATAL where the
     *     properties are wrong
     */
    public KafkaSide(String site, Properties properties) throws PortException {
        this.site = site;
        Properties own = new Properties();
        own.putAll(properties);
        own.putIfAbsent(
                AdminClientConfig.CLIENT_ID_CONFIG,
                "tradewind-" + site + "-" + CLIENTS.incrementAndGet());
        try {
            this.admin = Admin.create(own);
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean unresolved = String.valueOf(cause.getMessage()).contains("No resolvable");
            // A wrong property's value may be a secret: only the kind of error is told.
            throw new PortException(
                    unresolved ? Kind.UNREACHABLE : Kind.FATAL,
                    site,
                    unresolved
                            ? "no Kafka bootstrap server of " + site + " can be resolved"
                            : "the Kafka properties of "
                                    + site
                                    + " are not valid: "
                                    + cause.getClass().getSimpleName());
        }
    }

    /** For what is asked before anything is touched. */
    Admin admin() {
        return admin;
    }

    /**
     * A group.
     *
     * @param members live ones
     * @param committed offsets
     * @param ours those of them that were committed by {@link #commit}, and by nobody since
     */
    record Group(int members, Map<TopicPartition, Long> committed, Set<TopicPartition> ours) {}

    /**
     * Whether the brokers answer at all.
     *
     * @throws PortException UNREACHABLE where they don't; of another kind where they say no
     */
    void ping(Duration limit) throws PortException {
        try {
            get(
                    admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis(limit)))
                            .clusterId(),
                    limit);
        } catch (ExecutionException e) {
            throw failure("asking " + site + " for its cluster id", e.getCause());
        }
    }

    /** Number of partitions of each topic that exists. */
    Map<String, Integer> partitions(Collection<String> topics, Duration limit)
            throws PortException {
        Map<String, KafkaFuture<TopicDescription>> futures =
                admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(millis(limit)))
                        .topicNameValues();
        Map<String, Integer> partitions = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> each : futures.entrySet()) {
            try {
                partitions.put(each.getKey(), get(each.getValue(), limit).partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failure("describing topic " + each.getKey(), e.getCause());
                }
            }
        }
        return partitions;
    }

    /** Of the topic that has this name now; one that is made anew has another. */
    public Optional<Uuid> id(String topic, Duration limit) throws PortException {
        KafkaFuture<TopicDescription> described =
                admin.describeTopics(
                                List.of(topic),
                                new DescribeTopicsOptions().timeoutMs(millis(limit)))
                        .topicNameValues()
                        .get(topic);
        try {
            return Optional.of(get(described, limit).topicId());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failure("describing topic " + topic, e.getCause());
        }
    }

    /**
     * Deletes this very topic. The broker turns it down where another has its name by now, however
     * late it hears of it.
     *
     * @param topic for messages
     * @return false: it is not there any more
     */
    public boolean delete(String topic, Uuid id, Duration limit) throws PortException {
        try {
            get(
                    admin.deleteTopics(
                                    TopicCollection.ofTopicIds(List.of(id)),
                                    new DeleteTopicsOptions().timeoutMs(millis(limit)))
                            .topicIdValues()
                            .get(id),
                    limit);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicIdException) {
                return false;
            }
            throw failure("deleting topic " + topic, e.getCause());
        }
    }

    /** Log end offsets; a partition that has none to be had (no leader) is missing. */
    Map<TopicPartition, Long> ends(Map<String, Integer> partitions, Duration limit)
            throws PortException {
        return offsets(partitions, OffsetSpec.latest(), limit);
    }

    /** Of each partition; one that has none to be had (no leader) is missing. */
    Map<TopicPartition, Long> offsets(
            Map<String, Integer> partitions, OffsetSpec which, Duration limit)
            throws PortException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(
                (topic, count) -> {
                    for (int p = 0; p < count; p++) {
                        asked.put(new TopicPartition(topic, p), which);
                    }
                });
        ListOffsetsResult result =
                admin.listOffsets(asked, new ListOffsetsOptions().timeoutMs(millis(limit)));
        Map<TopicPartition, Long> found = new HashMap<>();
        for (TopicPartition partition : asked.keySet()) {
            try {
                found.put(partition, get(result.partitionResult(partition), limit).offset());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failure("asking for offsets of " + partition, e.getCause());
                }
            }
        }
        return found;
    }

    /** Each group as it is; one that doesn't exist has no members and no offsets. */
    Map<String, Group> groups(Collection<String> groups, Set<String> topics, Duration limit)
            throws PortException {
        if (groups.isEmpty()) {
            return Map.of();
        }
        Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
        groups.forEach(g -> specs.put(g, new ListConsumerGroupOffsetsSpec()));
        var offsets =
                admin.listConsumerGroupOffsets(
                        specs, new ListConsumerGroupOffsetsOptions().timeoutMs(millis(limit)));
        Map<String, KafkaFuture<ConsumerGroupDescription>> described =
                admin.describeConsumerGroups(
                                groups,
                                new DescribeConsumerGroupsOptions().timeoutMs(millis(limit)))
                        .describedGroups();
        Map<String, Group> found = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, Long> committed = new HashMap<>();
            Set<TopicPartition> ours = new HashSet<>();
            int members = 0;
            try {
                get(offsets.partitionsToOffsetAndMetadata(group), limit)
                        .forEach(
                                (partition, offset) -> {
                                    if (offset != null && topics.contains(partition.topic())) {
                                        committed.put(partition, offset.offset());
                                        if (offset.metadata().startsWith(OURS)) {
                                            ours.add(partition);
                                        }
                                    }
                                });
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw failure("asking for the offsets of group " + group, e.getCause());
                }
            }
            try {
                members = get(described.get(group), limit).members().size();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw failure("describing group " + group, e.getCause());
                }
            }
            found.put(group, new Group(members, committed, ours));
        }
        return found;
    }

    /** Groups that have a member which reads from the topic. */
    Set<String> activeGroups(String topic, Duration limit) throws PortException {
        try {
            List<String> groups = new ArrayList<>();
            for (GroupListing group :
                    get(
                            admin.listGroups(
                                            ListGroupsOptions.forConsumerGroups()
                                                    .timeoutMs(millis(limit)))
                                    .all(),
                            limit)) {
                groups.add(group.groupId());
            }
            return readers(
                    topic,
                    get(
                                    admin.describeConsumerGroups(
                                                    groups,
                                                    new DescribeConsumerGroupsOptions()
                                                            .timeoutMs(millis(limit)))
                                            .all(),
                                    limit)
                            .values());
        } catch (ExecutionException e) {
            throw failure("asking who reads " + topic, e.getCause());
        }
    }

    /**
     * @throws PortException RETRY while a group's partitions are being shared out: until then no
     *     member says what it reads
     */
    Set<String> readers(String topic, Collection<ConsumerGroupDescription> groups)
            throws PortException {
        Set<String> active = new HashSet<>();
        for (ConsumerGroupDescription group : groups) {
            boolean settled = group.members().isEmpty() || group.groupState() == GroupState.STABLE;
            if (group.members().stream()
                    .flatMap(m -> m.assignment().topicPartitions().stream())
                    .anyMatch(p -> p.topic().equals(topic))) {
                active.add(group.groupId());
            } else if (!settled) {
                throw new PortException(
                        Kind.RETRY,
                        site,
                        "group "
                                + group.groupId()
                                + " at "
                                + site
                                + " is "
                                + group.groupState()
                                + ", so nobody knows yet whether it reads "
                                + topic);
            }
        }
        return active;
    }

    /**
     * @param epoch that the commits are marked with
     * @throws PortException REFUSED while the group has members
     */
    void commit(String group, Map<TopicPartition, Long> offsets, long epoch, Duration limit)
            throws PortException {
        Map<TopicPartition, OffsetAndMetadata> written =
                offsets.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        e -> new OffsetAndMetadata(e.getValue(), OURS + epoch)));
        try {
            get(
                    admin.alterConsumerGroupOffsets(
                                    group,
                                    written,
                                    new AlterConsumerGroupOffsetsOptions().timeoutMs(millis(limit)))
                            .all(),
                    limit);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownMemberIdException
                    || e.getCause() instanceof GroupNotEmptyException) {
                throw inUse(group, e.getCause());
            }
            throw failure("writing the offsets of group " + group, e.getCause());
        }
    }

    PortException inUse(String group, Throwable cause) {
        return new PortException(
                Kind.REFUSED,
                site,
                "group " + group + " has members at " + site + ": its offsets are not written",
                cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }

    <T> T get(KafkaFuture<T> future, Duration limit) throws ExecutionException, PortException {
        try {
            // The client's own timeout comes first; this one is for what it has no timeout for.
            return future.get(limit.toMillis() + 200, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failure("asking Kafka", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("asking Kafka", e);
        }
    }

    PortException failure(String what, Throwable cause) {
        String message =
                what
                        + " at "
                        + site
                        + " failed: "
                        + cause.getClass().getSimpleName()
                        + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        Kind kind;
        if (cause instanceof AuthenticationException) {
            kind = Kind.FATAL;
        } else if (cause instanceof org.apache.kafka.common.errors.TimeoutException
                || cause instanceof DisconnectException
                || cause instanceof TimeoutException
                || cause instanceof InterruptedException) {
            kind = Kind.UNREACHABLE;
        } else if (cause instanceof AuthorizationException) {
            kind = Kind.REFUSED;
        } else {
            kind = cause instanceof RetriableException ? Kind.RETRY : Kind.REFUSED;
        }
        return new PortException(kind, site, message, cause);
    }

    static int millis(Duration limit) {
        return (int) Math.max(1, limit.toMillis());
    }
}
