package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * Which catalog is in force: under the key {@value #KEY} of its topic, which is compacted.
 *
 * @param version of the catalog, a digest of its content: detections and decisions name it
 * @param since when it came into force, energy clock; null where an earlier version of Tradewind
 *     took it in and didn't say
 * @param counts of everything, also of what is left out below
 * @param whole whether the lists are complete; a record has at most about 1 MB
 * @param sites by name
 * @param policies in the order in which they are asked
 * @param rules by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CatalogInForce(
        String version,
        Instant since,
        Counts counts,
        boolean whole,
        List<String> sites,
        List<String> policies,
        List<LiveRule> rules) {
    public static final String KEY = "catalog";

    public record Counts(int sites, int policies, int rules) {}

    /**
     * @param version of this rule, a digest of its content: an edit of another rule doesn't change
     *     it
     * @param shape in lower case
     * @param signal or expression that it looks at, shortened where it is long; of a sequence that
     *     of its first side
     * @param action what it asks of placement, in lower case
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LiveRule(
            String name, String version, String shape, String signal, String action) {}
}
