package dev.tradewind.sinks.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tradewind.sinks.port.PortException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaSideTest {
    private static ConsumerGroupDescription group(GroupState state, MemberDescription... members) {
        return new ConsumerGroupDescription(
                "orders",
                false,
                List.of(members),
                "range",
                GroupType.CLASSIC,
                state,
                new Node(1, "localhost", 9092),
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static MemberDescription member(TopicPartition... reads) {
        return new MemberDescription(
                "m",
                Optional.empty(),
                Optional.empty(),
                "c",
                "h",
                new MemberAssignment(Set.of(reads)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** While partitions are shared out, no member has one: that does not say that nobody reads. */
    @Test
    void aGroupThatIsBeingRebalancedMayReadAnything() throws PortException {
        Properties nobody = new Properties();
        nobody.put("bootstrap.servers", "localhost:1");
        try (KafkaSide kafka = new KafkaSide("oslo", nobody)) {
            TopicPartition reads = new TopicPartition("orders.in", 0);
            assertThat(kafka.readers("orders.in", List.of(group(GroupState.STABLE, member(reads)))))
                    .containsExactly("orders");
            assertThat(kafka.readers("other", List.of(group(GroupState.STABLE, member(reads)))))
                    .isEmpty();
            assertThat(kafka.readers("orders.in", List.of(group(GroupState.EMPTY)))).isEmpty();
            for (GroupState state : List.of(GroupState.PREPARING_REBALANCE, GroupState.UNKNOWN)) {
                PortException e =
                        catchThrowableOfType(
                                PortException.class,
                                () -> kafka.readers("orders.in", List.of(group(state, member()))));
                assertThat(e.kind()).isEqualTo(PortException.Kind.RETRY);
                assertThat(e).hasMessageContaining("nobody knows yet whether it reads orders.in");
            }
        }
    }
}
