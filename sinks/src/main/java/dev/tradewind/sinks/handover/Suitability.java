package dev.tradewind.sinks.handover;

import dev.tradewind.sinks.port.Survey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Whether topics can be mirrored, and their mirrors used, as far as that can be seen before
 * anything is touched. Pure.
 */
public final class Suitability {
    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final String source;
    private final String target;
    private final Survey survey;
    private final Route route;

    private Suitability(String source, String target, Survey survey, Route route) {
        this.source = source;
        this.target = target;
        this.survey = survey;
        this.route = route;
    }

    /**
     * @param survey of the topics that are mirrored from this source
     * @return what speaks against it, for people; empty: nothing that could be seen
     */
    public static List<String> problems(String source, String target, Survey survey, Route route) {
        Suitability suitability = new Suitability(source, target, survey, route);
        List<String> problems = new ArrayList<>(suitability.transactions());
        problems.addAll(suitability.gaps());
        problems.addAll(suitability.grants());
        return problems;
    }

    private List<String> transactions() {
        Map<String, Set<Integer>> partitions = new TreeMap<>();
        survey.transactional()
                .forEach(
                        p ->
                                partitions
                                        .computeIfAbsent(p.topic(), t -> new TreeSet<>())
                                        .add(p.partition()));
        List<String> problems = new ArrayList<>();
        partitions.forEach(
                (topic, which) ->
                        problems.add(
                                "topic "
                                        + topic
                                        + " at "
                                        + source
                                        + " has transactional producers (partitions "
                                        + which
                                        + "): Cluster Linking can't mirror transactions"));
        return problems;
    }

    private List<String> gaps() {
        Map<TopicPartition, Long> sorted = new TreeMap<>(BY_NAME);
        sorted.putAll(survey.gaps());
        List<String> problems = new ArrayList<>();
        sorted.forEach(
                (partition, offset) ->
                        problems.add(
                                "topic "
                                        + partition.topic()
                                        + " at "
                                        + source
                                        + " has gaps (no record "
                                        + offset
                                        + " in partition "
                                        + partition.partition()
                                        + "): "
                                        + (survey.compacted().contains(partition.topic())
                                                ? "it is compacted"
                                                : "it was written in transactions")
                                        + ", so a mirror with equal offsets can't be made"));
        return problems;
    }

    /**
     * Nobody says who the application is. But who may commit for its groups, or write to its owned
     * topics, where it was: what those may do there they must be able to where it goes.
     */
    private List<String> grants() {
        if (survey.sourceGrants() == null || survey.targetGrants() == null) {
            return List.of();
        }
        Set<String> missing = new TreeSet<>();
        Set<String> readers = new TreeSet<>();
        for (String group : route.groups()) {
            readers.addAll(principals(ResourceType.GROUP, group, AclOperation.READ));
        }
        for (String reader : readers) {
            for (String group : route.groups()) {
                compare(reader, ResourceType.GROUP, group, AclOperation.READ, missing);
            }
            for (String topic : route.inputs()) {
                compare(reader, ResourceType.TOPIC, topic, AclOperation.READ, missing);
            }
        }
        for (String topic : route.owned()) {
            for (String writer : principals(ResourceType.TOPIC, topic, AclOperation.WRITE)) {
                compare(writer, ResourceType.TOPIC, topic, AclOperation.WRITE, missing);
            }
        }
        return List.copyOf(missing);
    }

    private void compare(
            String principal,
            ResourceType type,
            String name,
            AclOperation operation,
            Set<String> missing) {
        if (isGranted(survey.sourceGrants(), principal, type, name, operation)
                && !isGranted(survey.targetGrants(), principal, type, name, operation)) {
            missing.add(
                    "an ACL is missing at "
                            + target
                            + ": "
                            + principal
                            + " may "
                            + operation
                            + " "
                            + type.name().toLowerCase(Locale.ROOT)
                            + " "
                            + name
                            + " at "
                            + source
                            + " and not there");
        }
    }

    private Set<String> principals(ResourceType type, String name, AclOperation operation) {
        Set<String> principals = new TreeSet<>();
        for (AclBinding grant : survey.sourceGrants()) {
            if (grant.entry().permissionType() == AclPermissionType.ALLOW
                    && isAbout(grant, type, name, operation)) {
                principals.add(grant.entry().principal());
            }
        }
        return principals;
    }

    /** From which host is not compared: pods of another site have other addresses. */
    private static boolean isGranted(
            List<AclBinding> grants,
            String principal,
            ResourceType type,
            String name,
            AclOperation operation) {
        boolean allowed = false;
        for (AclBinding grant : grants) {
            boolean his =
                    grant.entry().principal().equals(principal)
                            || grant.entry().principal().equals("User:*");
            if (his && isAbout(grant, type, name, operation)) {
                if (grant.entry().permissionType() == AclPermissionType.DENY) {
                    if (grant.entry().host().equals("*")) {
                        return false;
                    }
                } else {
                    allowed = true;
                }
            }
        }
        return allowed;
    }

    private static boolean isAbout(
            AclBinding grant, ResourceType type, String name, AclOperation operation) {
        ResourcePattern pattern = grant.pattern();
        AclOperation granted = grant.entry().operation();
        boolean named =
                pattern.patternType() == PatternType.PREFIXED
                        ? name.startsWith(pattern.name())
                        : pattern.name().equals(name)
                                || pattern.name().equals(ResourcePattern.WILDCARD_RESOURCE);
        return pattern.resourceType() == type
                && named
                && (granted == operation || granted == AclOperation.ALL);
    }
}
