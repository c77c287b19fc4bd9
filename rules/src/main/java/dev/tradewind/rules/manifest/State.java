package dev.tradewind.rules.manifest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * What a workload keeps outside of its topics, and whether it can come along: volumes stay where
 * they are, and a savepoint must lie where every site can read it.
 */
final class State {
    /** Values of {@code spec.move.volumes}. */
    static final Set<String> VOLUMES = Set.of("kafka", "rebuilt");

    private static final String STAYS =
            "a volume stays behind when the workload moves; if what is in it is in Kafka too, or is"
                    + " built anew, say so with spec.move.volumes: kafka or rebuilt";

    private static final Set<String> SAVEPOINTS =
            Set.of("execution.checkpointing.savepoint-dir", "state.savepoints.dir");

    private State() {}

    /**
     * @param volumes {@code spec.move.volumes}; null: nothing is said of them
     * @param violation takes the path and what is wrong there
     */
    static void check(JsonNode object, String volumes, BiConsumer<String, String> violation) {
        String kind = object.path("kind").stringValue("");
        if (volumes == null || !VOLUMES.contains(volumes)) {
            if (kind.equals("PersistentVolumeClaim")) {
                violation.accept("kind", STAYS);
            }
            if (!object.path("spec").path("volumeClaimTemplates").isEmpty()) {
                violation.accept("spec.volumeClaimTemplates", STAYS);
            }
            for (PodTemplates.Found found : PodTemplates.of(object)) {
                JsonNode all = found.template().path("spec").path("volumes");
                for (int i = 0; i < all.size(); i++) {
                    if (all.path(i).path("persistentVolumeClaim").isObject()) {
                        violation.accept(
                                Paths.child(
                                        found.path(),
                                        "spec.volumes[" + i + "].persistentVolumeClaim"),
                                STAYS);
                    }
                }
            }
        }
        if (kind.equals("FlinkDeployment")) {
            taken(
                    object.path("metadata")
                            .path("annotations")
                            .path(ManifestCheck.SAVEPOINT_TAKEN)
                            .stringValue(null),
                    violation);
            savepoint(object.path("spec"), violation);
        }
    }

    private static void taken(String taken, BiConsumer<String, String> violation) {
        try {
            if (taken != null) {
                Instant.parse(taken);
            }
        } catch (DateTimeException e) {
            violation.accept(
                    "metadata.annotations['" + ManifestCheck.SAVEPOINT_TAKEN + "']",
                    Paths.shorten(taken) + " is no time; expected such as 2026-03-01T12:00:00Z");
        }
    }

    /** With stateless nothing comes along, and nothing is promised. */
    private static void savepoint(JsonNode spec, BiConsumer<String, String> violation) {
        if (!spec.path("job").isObject()) {
            violation.accept(
                    "spec.job",
                    "is missing: a session cluster's jobs can't be stopped with a savepoint and"
                            + " started elsewhere");
            return;
        }
        String mode = spec.path("job").path("upgradeMode").stringValue("stateless");
        if (mode.equals("stateless")) {
            return;
        }
        if (!mode.equals("savepoint")) {
            violation.accept(
                    "spec.job.upgradeMode",
                    "is " + Paths.shorten(mode) + "; only a savepoint can be read at another site");
            return;
        }
        String dir = directory(spec);
        String at = "spec.flinkConfiguration['execution.checkpointing.savepoint-dir']";
        if (dir.isEmpty()) {
            violation.accept(at, "is missing: savepoints must lie where every site can read them");
        } else if (dir.contains("${site.")) {
            violation.accept(
                    at, "is another at each site: savepoints must lie where every site reads them");
        } else if (!dir.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*") || dir.startsWith("file:")) {
            violation.accept(
                    at,
                    Paths.shorten(dir)
                            + " is of one machine; expected what every site can read, such as"
                            + " s3://bucket/savepoints");
        }
    }

    private static String directory(JsonNode spec) {
        Map<String, String> options = new TreeMap<>();
        FlinkConfiguration.flatten("", spec.path("flinkConfiguration"), options);
        return SAVEPOINTS.stream()
                .map(options::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .orElse("");
    }

    /** Where a FlinkDeployment leaves its savepoints; empty: it is none, or leaves none. */
    static String savepoints(JsonNode object) {
        JsonNode spec = object.path("spec");
        boolean leaves =
                object.path("kind").stringValue("").equals("FlinkDeployment")
                        && spec.path("job").path("upgradeMode").stringValue("").equals("savepoint");
        return leaves ? directory(spec) : "";
    }
}
