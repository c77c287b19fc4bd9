package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.port.PortException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeAclsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one site's Kafka tells of itself before mirrors are made. Where it says that we may not ask,
 * or that it doesn't know how to answer, nothing was seen: that is no reason to refuse a move.
 */
final class Prospect {
    private static final String CLEANUP = "cleanup.policy";
    private static final String EVERYONE = "allow.everyone.if.no.acl.found";

    private final KafkaSide kafka;
    private final Admin admin;

    Prospect(KafkaSide kafka) {
        this.kafka = kafka;
        this.admin = kafka.admin();
    }

    /**
     * Those that a transactional producer has written to. A producer without transactions has
     * neither begun one nor is known to a coordinator.
     */
    Set<TopicPartition> transactional(Set<TopicPartition> partitions, Duration limit)
            throws PortException {
        Set<TopicPartition> found = new HashSet<>();
        DescribeProducersResult result =
                admin.describeProducers(
                        partitions,
                        new DescribeProducersOptions().timeoutMs(KafkaSide.millis(limit)));
        for (TopicPartition partition : partitions) {
            try {
                List<ProducerState> producers =
                        kafka.get(result.partitionResult(partition), limit).activeProducers();
                if (producers.stream().anyMatch(Prospect::isTransactional)) {
                    found.add(partition);
                }
            } catch (ExecutionException e) {
                if (!saysNothing(e.getCause())
                        && !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw kafka.failure("asking who writes to " + partition, e.getCause());
                }
            }
        }
        return found;
    }

    private static boolean isTransactional(ProducerState producer) {
        return producer.currentTransactionStartOffset().isPresent()
                || producer.coordinatorEpoch().isPresent();
    }

    boolean isCompacted(String topic, Duration limit) throws PortException {
        return config(new ConfigResource(ConfigResource.Type.TOPIC, topic), CLEANUP, limit)
                .filter(policy -> policy.contains("compact"))
                .isPresent();
    }

    /** ACLs of topics and groups; empty: not to be seen, or none are kept. */
    Optional<List<AclBinding>> grants(Duration limit) throws PortException {
        List<AclBinding> grants = new ArrayList<>();
        for (ResourceType type : List.of(ResourceType.TOPIC, ResourceType.GROUP)) {
            AclBindingFilter all =
                    new AclBindingFilter(
                            new ResourcePatternFilter(type, null, PatternType.ANY),
                            AccessControlEntryFilter.ANY);
            try {
                grants.addAll(
                        kafka.get(
                                admin.describeAcls(
                                                all,
                                                new DescribeAclsOptions()
                                                        .timeoutMs(KafkaSide.millis(limit)))
                                        .values(),
                                limit));
            } catch (ExecutionException e) {
                if (saysNothing(e.getCause())) {
                    return Optional.empty();
                }
                throw kafka.failure("asking for ACLs", e.getCause());
            }
        }
        return Optional.of(grants);
    }

    /** What no ACL is about is for nobody; false also where that is not to be seen. */
    boolean isClosed(Duration limit) throws PortException {
        try {
            int broker =
                    kafka.get(
                                    admin.describeCluster(
                                                    new DescribeClusterOptions()
                                                            .timeoutMs(KafkaSide.millis(limit)))
                                            .nodes(),
                                    limit)
                            .iterator()
                            .next()
                            .id();
            ConfigResource resource =
                    new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker));
            Optional<Config> config = described(resource, limit);
            if (config.isEmpty()) {
                return false;
            }
            // told only where it is set, and then without its value: it is the authorizer's
            ConfigEntry everyone = config.get().get(EVERYONE);
            return everyone == null || "false".equals(everyone.value());
        } catch (ExecutionException e) {
            throw kafka.failure("asking who answers", e.getCause());
        }
    }

    private Optional<String> config(ConfigResource resource, String name, Duration limit)
            throws PortException {
        return described(resource, limit).map(c -> c.get(name)).map(ConfigEntry::value);
    }

    private Optional<Config> described(ConfigResource resource, Duration limit)
            throws PortException {
        try {
            return Optional.of(
                    kafka.get(
                            admin.describeConfigs(
                                            Set.of(resource),
                                            new DescribeConfigsOptions()
                                                    .timeoutMs(KafkaSide.millis(limit)))
                                    .values()
                                    .get(resource),
                            limit));
        } catch (ExecutionException e) {
            if (saysNothing(e.getCause())) {
                return Optional.empty();
            }
            throw kafka.failure("asking for the configuration of " + resource, e.getCause());
        }
    }

    private static boolean saysNothing(Throwable cause) {
        return cause instanceof AuthorizationException
                || cause instanceof SecurityDisabledException
                || cause instanceof UnsupportedVersionException
                || cause instanceof InvalidRequestException;
    }

    /** Of the two that each partition has: where its log begins, and where it ends. */
    static Map<TopicPartition, Gaps.Range> ranges(
            Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Gaps.Range> ranges = new HashMap<>();
        begins.forEach(
                (partition, begin) -> {
                    long end = ends.getOrDefault(partition, -1L);
                    if (begin >= 0 && end > begin) {
                        ranges.put(partition, new Gaps.Range(begin, end));
                    }
                });
        return ranges;
    }
}
