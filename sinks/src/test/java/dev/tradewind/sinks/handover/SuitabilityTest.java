package dev.tradewind.sinks.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.port.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class SuitabilityTest {
    private static final Route ROUTE =
            new Route(
                    "west",
                    "east",
                    "west",
                    "west",
                    "west",
                    List.of("orders.in"),
                    List.of("orders.out"),
                    List.of("orders"),
                    null);

    private static final AclBinding COMMITS =
            allow("User:app", ResourceType.GROUP, PatternType.LITERAL, "orders", AclOperation.READ);
    private static final AclBinding READS =
            allow(
                    "User:app",
                    ResourceType.TOPIC,
                    PatternType.LITERAL,
                    "orders.in",
                    AclOperation.READ);
    private static final AclBinding WRITES =
            allow(
                    "User:app",
                    ResourceType.TOPIC,
                    PatternType.PREFIXED,
                    "orders.",
                    AclOperation.WRITE);

    private static AclBinding allow(
            String who, ResourceType type, PatternType how, String name, AclOperation what) {
        return entry(who, type, how, name, what, AclPermissionType.ALLOW, "*");
    }

    private static AclBinding entry(
            String who,
            ResourceType type,
            PatternType how,
            String name,
            AclOperation what,
            AclPermissionType permission,
            String host) {
        return new AclBinding(
                new ResourcePattern(type, name, how),
                new AccessControlEntry(who, host, what, permission));
    }

    private static List<String> grants(List<AclBinding> atSource, List<AclBinding> atTarget) {
        return problems(new Survey(Set.of(), Map.of(), Set.of(), atSource, atTarget));
    }

    private static List<String> problems(Survey survey) {
        return Suitability.problems("west", "east", survey, ROUTE);
    }

    @Test
    void whatWasNotSeenSpeaksAgainstNothing() {
        assertThat(problems(Survey.NONE)).isEmpty();
        assertThat(grants(List.of(COMMITS, READS, WRITES), null)).isEmpty();
        assertThat(grants(null, List.of())).isEmpty();
    }

    @Test
    void eachTopicIsToldOnceWithItsPartitions() {
        Set<TopicPartition> transactional =
                Set.of(
                        new TopicPartition("orders.in", 2),
                        new TopicPartition("orders.in", 0),
                        new TopicPartition("orders.out", 1));
        assertThat(problems(new Survey(transactional, Map.of(), Set.of(), null, null)))
                .containsExactly(
                        "topic orders.in at west has transactional producers (partitions [0, 2]):"
                                + " Cluster Linking can't mirror transactions",
                        "topic orders.out at west has transactional producers (partitions [1]):"
                                + " Cluster Linking can't mirror transactions");
    }

    @Test
    void aGapIsToldWithWhatMakesSuch() {
        Map<TopicPartition, Long> gaps =
                Map.of(new TopicPartition("a", 0), 7L, new TopicPartition("b", 1), 0L);
        assertThat(problems(new Survey(Set.of(), gaps, Set.of("b"), null, null)))
                .containsExactly(
                        "topic a at west has gaps (no record 7 in partition 0): it was written in"
                                + " transactions, so a mirror with equal offsets can't be made",
                        "topic b at west has gaps (no record 0 in partition 1): it is compacted,"
                                + " so a mirror with equal offsets can't be made");
    }

    @Test
    void whatItsOwnMayDoThereTheyMustBeAbleToHere() {
        List<AclBinding> there = List.of(COMMITS, READS, WRITES);
        assertThat(grants(there, there)).isEmpty();
        assertThat(grants(there, List.of(READS)))
                .containsExactly(
                        "an ACL is missing at east: User:app may READ group orders at west and not"
                                + " there",
                        "an ACL is missing at east: User:app may WRITE topic orders.out at west and"
                                + " not there");
        assertThat(grants(there, List.of(COMMITS, WRITES)))
                .containsExactly(
                        "an ACL is missing at east: User:app may READ topic orders.in at west and"
                                + " not there");
    }

    @Test
    void widerIsAsGood() {
        List<AclBinding> wider = new ArrayList<>();
        for (ResourceType type : List.of(ResourceType.TOPIC, ResourceType.GROUP)) {
            wider.add(allow("User:*", type, PatternType.LITERAL, "*", AclOperation.ALL));
        }
        assertThat(grants(List.of(COMMITS, READS, WRITES), wider)).isEmpty();
    }

    @Test
    void aNameThatOnlyBeginsAlikeIsNoPrefix() {
        AclBinding other =
                allow(
                        "User:app",
                        ResourceType.TOPIC,
                        PatternType.LITERAL,
                        "orders.",
                        AclOperation.WRITE);
        assertThat(grants(List.of(WRITES), List.of(other))).hasSize(1);
    }

    /** Who reads it for another reason is no business of this workload's. */
    @Test
    void whoNeitherCommitsForItNorWritesIsNotCompared() {
        AclBinding auditor =
                allow(
                        "User:auditor",
                        ResourceType.TOPIC,
                        PatternType.LITERAL,
                        "orders.in",
                        AclOperation.READ);
        assertThat(grants(List.of(auditor), List.of(COMMITS))).isEmpty();
    }

    @Test
    void aDenialForEveryHostWins() {
        AclBinding everywhere = denied("*");
        AclBinding somewhere = denied("10.0.0.1");
        assertThat(grants(List.of(COMMITS), List.of(COMMITS, everywhere))).hasSize(1);
        assertThat(grants(List.of(COMMITS), List.of(COMMITS, somewhere))).isEmpty();
    }

    private static AclBinding denied(String host) {
        return entry(
                "User:app",
                ResourceType.GROUP,
                PatternType.LITERAL,
                "orders",
                AclOperation.READ,
                AclPermissionType.DENY,
                host);
    }
}
