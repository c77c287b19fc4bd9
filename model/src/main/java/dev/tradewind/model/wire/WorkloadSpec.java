package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A workload as its owner describes it: quantities and durations as text, as in FORMATS. Fields
 * that were not given are null.
 *
 * @param manifests Kubernetes objects, each as JSON text here and as an object on the wire
 * @param demand Kubernetes quantities by resource: {@code cpu}, {@code memory}
 * @param power mean electrical power, such as {@code 1.2 kW}
 * @param consumerGroups whose committed offsets move along
 * @param sites CEL over {@code site}: where it may run
 * @param prefer sites, first choice first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkloadSpec(
        Map<String, String> labels,
        List<String> manifests,
        Map<String, String> demand,
        String power,
        Topics topics,
        List<String> consumerGroups,
        String sites,
        List<String> prefer,
        Latency latency,
        Schedule schedule,
        Move move) {

    /**
     * @param home the site where the topics are at first; may be left out where one site alone has
     *     them all
     * @param inputs read by the workload, mirrored to where it runs
     * @param owned written by the workload alone, handed over with it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Topics(String home, List<String> inputs, List<String> owned) {}

    /**
     * The site where it runs must be within this of a site.
     *
     * @param to null: of the home of its topics, where its inputs are produced
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Latency(String to, String within) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Schedule(
            Instant earliestStart,
            Instant deadline,
            String expectedDuration,
            Boolean interruptible) {}

    /**
     * @param state bytes that a move sends, such as {@code 40 GB}
     * @param downtime that a move costs, and for which energy is spent without work
     * @param fixedCost EUR
     * @param cooldown no move sooner after the last
     * @param volumes what is in its volumes, which stay behind: {@code kafka}, it is in topics too;
     *     {@code rebuilt}, it is built anew. Missing: a workload with volumes is refused
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Move(
            String state, String downtime, String fixedCost, String cooldown, String volumes) {
        /** Of one without volumes. */
        public Move(String state, String downtime, String fixedCost, String cooldown) {
            this(state, downtime, fixedCost, cooldown, null);
        }
    }

    /** This, for a command that leaves topics as they are. */
    public WorkloadSpec withoutTopics() {
        return new WorkloadSpec(
                labels,
                manifests,
                demand,
                power,
                null,
                consumerGroups,
                sites,
                prefer,
                latency,
                schedule,
                move);
    }

    /** This, with the top-level fields that {@code update} gives in place of its own. */
    public WorkloadSpec updatedBy(WorkloadSpec update) {
        return new WorkloadSpec(
                or(update.labels, labels),
                or(update.manifests, manifests),
                or(update.demand, demand),
                or(update.power, power),
                or(update.topics, topics),
                or(update.consumerGroups, consumerGroups),
                or(update.sites, sites),
                or(update.prefer, prefer),
                or(update.latency, latency),
                or(update.schedule, schedule),
                or(update.move, move));
    }

    private static <T> T or(T given, T kept) {
        return given != null ? given : kept;
    }
}
