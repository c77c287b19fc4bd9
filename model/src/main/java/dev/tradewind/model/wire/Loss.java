package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a failover costs, in records: first what may be missing or done again, told when the
 * workload is started without its lost site; when that site is back, what was cut off there.
 *
 * @param cut by owned topic, up to which offset the other site had it: of each partition, by
 *     number, with commas between. What the lost site has beyond is lost. Null: not known, or too
 *     long to be kept
 * @param missing how many records of owned topics the other site knew of and had not yet: at least
 *     so many are missing. Null: it doesn't say
 * @param repeated at most so many input records are processed again: those that the other site has
 *     beyond the groups' offsets that came to it last. Null: there are no groups
 * @param truncated how many records the lost site had beyond the cut when it was back: what was
 *     really lost. Null: it isn't back, or the cut is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Loss(Map<String, String> cut, Long missing, Long repeated, Long truncated) {

    /** A failover of which nothing is known. */
    public static final Loss UNKNOWN = new Loss(null, null, null, null);

    /** The cut of a topic's partitions, by number; null: not known. */
    public List<Long> endsOf(String topic) {
        String ends = cut == null ? null : cut.get(topic);
        return ends == null || ends.isEmpty()
                ? null
                : Stream.of(ends.split(",")).map(Long::valueOf).toList();
    }
}
