package dev.tradewind.rules.manifest;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Whether a workload's manifests keep to what its policy allows: objects of the allowed kinds in
 * the workload's own namespace, pods held to a Pod Security standard, service accounts and Secrets
 * from the policy's lists alone.
 *
 * <p>It holds for manifests with their placeholders and for rendered ones. What it can't tell from
 * the text, such as the scope of a custom kind, the role of the sink at the site must limit.
 */
public final class ManifestCheck {
    public static final int MAX_OBJECTS = 100;

    /** Of all manifests together, UTF-8. */
    public static final int MAX_BYTES = 1_000_000;

    /**
     * Annotation of a FlinkDeployment: when the savepoint was taken that {@code
     * job.initialSavepointPath} names, as ISO 8601. The only one of Tradewind's own that owners
     * write.
     */
    public static final String SAVEPOINT_TAKEN = "tradewind.dev/savepoint-taken";

    private ManifestCheck() {}

    /** Every violation, each a sentence that names the object and the path; empty where sound. */
    public static List<String> check(String workloadId, WorkloadSpec spec, Guard guard) {
        return check(
                workloadId,
                spec == null ? null : spec.manifests(),
                spec == null || spec.move() == null ? null : spec.move().volumes(),
                guard);
    }

    /** Where FlinkDeployments leave savepoints, of manifests in which nothing is wrong. */
    public static List<String> savepoints(List<String> manifests) {
        return manifests.stream()
                .map(Json.LENIENT::readTree)
                .map(State::savepoints)
                .filter(directory -> !directory.isEmpty())
                .distinct()
                .toList();
    }

    /** {@code kind/name} of each manifest that says both. */
    public static Set<String> titles(List<String> manifests) {
        Set<String> titles = new TreeSet<>();
        for (String manifest : manifests) {
            try {
                JsonNode object = Manifests.read(manifest);
                String kind = object.path("kind").stringValue("");
                String name = object.path("metadata").path("name").stringValue("");
                if (!kind.isEmpty() && !name.isEmpty()) {
                    titles.add(kind + "/" + name);
                }
            } catch (IllegalArgumentException e) {
                // it is refused for that
            }
        }
        return titles;
    }

    /**
     * @param manifests JSON texts; null is none
     */
    public static List<String> check(String workloadId, List<String> manifests, Guard guard) {
        return check(workloadId, manifests, null, guard);
    }

    private static List<String> check(
            String workloadId, List<String> manifests, String volumes, Guard guard) {
        WorkloadId workload;
        try {
            workload = WorkloadId.parse(workloadId);
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
        return new ObjectsCheck(workload, guard, volumes)
                .check(manifests == null ? List.of() : manifests);
    }
}
