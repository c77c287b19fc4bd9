package dev.tradewind.rules.cel;

import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.tradewind.rules.cel.Expressions.Checked;
import java.util.Map;
import java.util.Optional;

/**
 * A condition on workloads: CEL over {@code workload}, which has {@code id} ({@code
 * namespace/name}), {@code namespace}, {@code name} (strings) and {@code labels} (a map of
 * strings). A label that a workload doesn't have makes the condition false for it, also under
 * {@code !}; {@code has(workload.labels.x)} asks for it.
 *
 * <p>Immutable and safe for threads. Compiled expressions are kept in a bounded cache.
 */
public final class WorkloadPredicate {
    /** Holds for every workload. */
    public static final String ALL = "true";

    private static final Expressions EXPRESSIONS =
            new Expressions(
                    "workload",
                    Map.of(
                            "id", SimpleType.STRING,
                            "namespace", SimpleType.STRING,
                            "name", SimpleType.STRING,
                            "labels", MapType.create(SimpleType.STRING, SimpleType.STRING)),
                    Map.of(
                            "id", "probe/probe",
                            "namespace", "probe",
                            "name", "probe",
                            "labels", Map.of()));

    private final Checked checked;

    private WorkloadPredicate(Checked checked) {
        this.checked = checked;
    }

    /**
     * @throws BadExpression an IllegalArgumentException with what is wrong and where
     */
    public static WorkloadPredicate compile(String text) {
        return new WorkloadPredicate(EXPRESSIONS.compile(text));
    }

    /**
     * @param labels null is none
     */
    public boolean test(String workloadId, Map<String, String> labels) {
        return EXPRESSIONS.holds(checked, value(workloadId, labels));
    }

    /** Why it doesn't hold for a workload; empty where it holds. */
    public Optional<String> whyNot(String workloadId, Map<String, String> labels) {
        return EXPRESSIONS.whyNot(checked, value(workloadId, labels));
    }

    private static Map<String, ?> value(String workloadId, Map<String, String> labels) {
        int slash = workloadId.indexOf('/');
        return Map.of(
                "id",
                workloadId,
                "namespace",
                slash < 0 ? "" : workloadId.substring(0, slash),
                "name",
                workloadId.substring(slash + 1),
                "labels",
                labels == null ? Map.of() : labels);
    }

    @Override
    public String toString() {
        return checked.toString();
    }
}
