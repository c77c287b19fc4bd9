package dev.tradewind.sinks.port;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;

/**
 * What Kafka shows, without a change to anything, of whether mirrors of a source's topics can be
 * had and used at a target. What could not be seen, or may not be looked at, is missing and speaks
 * against nothing.
 *
 * @param transactional the source's partitions that a transactional producer has written to, as
 *     long as the broker remembers it (its {@code producer.id.expiration.ms}, a day by default)
 * @param gaps first offset without a record in the source's partitions, as far as they were read:
 *     only the beginning of those that have no live mirror yet
 * @param compacted the source's topics among those with gaps that are
 * @param sourceGrants ACLs of topics and groups at the source; null: not to be seen, or none are
 *     kept
 * @param targetGrants the same at the target, null also where it has none, or lets everyone to what
 *     has none: then something else says who may
 */
public record Survey(
        Set<TopicPartition> transactional,
        Map<TopicPartition, Long> gaps,
        Set<String> compacted,
        List<AclBinding> sourceGrants,
        List<AclBinding> targetGrants) {
    /** Nothing was seen. */
    public static final Survey NONE = new Survey(Set.of(), Map.of(), Set.of(), null, null);

    public Survey {
        transactional = Set.copyOf(transactional);
        gaps = Map.copyOf(gaps);
        compacted = Set.copyOf(compacted);
        sourceGrants = sourceGrants == null ? null : List.copyOf(sourceGrants);
        targetGrants = targetGrants == null ? null : List.copyOf(targetGrants);
    }
}
