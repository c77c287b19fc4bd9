package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.kubernetes.Kinds.Kind;
import dev.tradewind.sinks.port.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kinds mean to a workload: where the pod template is, what brings it to zero, when it is
 * ready. Pure. A kind that isn't named here carries no pods: it is applied and deleted.
 */
final class Shape {
    private static final Set<String> REPLICATED = Set.of("Deployment", "StatefulSet", "ReplicaSet");
    private static final Set<String> SUSPENDED = Set.of("Job", "CronJob");

    /** Pods that nothing can bring to zero and back. */
    private static final Set<String> UNSTOPPABLE =
            Set.of("Pod", "DaemonSet", "ReplicationController");

    /** Characters, of at most 262,144 bytes of all annotations together; two are kept. */
    private static final int MAX_KEPT = 40_000;

    private static final Pattern SAVEPOINT =
            Pattern.compile("\"initialSavepointPath\"\\s*:\\s*\"([^\"]*)\"");

    private Shape() {}

    static Kind kind(GenericKubernetesResource object) {
        return new Kind(object.getApiVersion(), object.getKind());
    }

    /** {@code kind/name}, as people write it. */
    static String title(GenericKubernetesResource object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }

    static boolean isReplicated(GenericKubernetesResource object) {
        return REPLICATED.contains(object.getKind());
    }

    static boolean isUnstoppable(GenericKubernetesResource object) {
        return UNSTOPPABLE.contains(object.getKind());
    }

    /**
     * The Flink operator refuses a first deployment that is not running: it is started by being
     * created.
     */
    static boolean startsWhenMade(GenericKubernetesResource object) {
        return object.getKind().equals("FlinkDeployment");
    }

    static boolean isJob(GenericKubernetesResource object) {
        return object.getKind().equals("Job");
    }

    /** Its controller makes Jobs of it. */
    static boolean hasRuns(GenericKubernetesResource object) {
        return object.getKind().equals("CronJob");
    }

    /** What each run of a CronJob carries. */
    static Map<String, Object> runMetadata(GenericKubernetesResource object) {
        return child(child(spec(object), "jobTemplate"), "metadata");
    }

    static boolean carriesPods(GenericKubernetesResource object) {
        return isReplicated(object)
                || SUSPENDED.contains(object.getKind())
                || startsWhenMade(object);
    }

    /** The pod template, made where the kind lets it be missing; null: the kind has none. */
    static Map<String, Object> podTemplate(GenericKubernetesResource object) {
        if (!carriesPods(object)) {
            return null;
        }
        Map<String, Object> spec = spec(object);
        return switch (object.getKind()) {
            case "Deployment", "StatefulSet", "ReplicaSet", "Job" -> child(spec, "template");
            case "CronJob" -> child(child(child(spec, "jobTemplate"), "spec"), "template");
            case "FlinkDeployment" -> child(spec, "podTemplate");
            default -> null;
        };
    }

    /**
     * A Deployment's ReplicaSet carries its labels and annotations too, and isn't ours to write.
     */
    static boolean isControlled(HasMetadata object) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners != null
                && owners.stream().anyMatch(o -> Boolean.TRUE.equals(o.getController()));
    }

    /** How much is asked for: replicas; 1 or 0 for what is suspended as a whole. */
    static int desired(GenericKubernetesResource object) {
        if (isReplicated(object)) {
            return number(look(object, "spec").get("replicas"), 1);
        }
        if (SUSPENDED.contains(object.getKind())) {
            return Boolean.TRUE.equals(look(object, "spec").get("suspend")) ? 0 : 1;
        }
        if (startsWhenMade(object)) {
            return "suspended".equals(look(look(object, "spec"), "job").get("state")) ? 0 : 1;
        }
        return 0;
    }

    /** Brings an object that is to be applied, or that was read, to zero. */
    static void toZero(GenericKubernetesResource object) {
        restore(object, isReplicated(object) ? "0" : startsWhenMade(object) ? "suspended" : "true");
    }

    /** Says what is asked for where the manifest leaves it to the default: another may own it. */
    static void explicit(GenericKubernetesResource object) {
        if (!carriesPods(object)) {
            return;
        }
        Map<String, Object> spec = spec(object);
        if (isReplicated(object)) {
            spec.putIfAbsent("replicas", 1);
        } else if (SUSPENDED.contains(object.getKind())) {
            spec.putIfAbsent("suspend", false);
        } else if (startsWhenMade(object)) {
            child(spec, "job").putIfAbsent("state", "running");
        }
    }

    /** What {@link #restore} takes; empty where the kind has nothing of the sort. */
    static String running(GenericKubernetesResource object) {
        if (isReplicated(object)) {
            return String.valueOf(desired(object));
        }
        if (SUSPENDED.contains(object.getKind())) {
            return String.valueOf(desired(object) == 0);
        }
        return startsWhenMade(object) ? (desired(object) == 0 ? "suspended" : "running") : "";
    }

    static void restore(GenericKubernetesResource object, String running) {
        if (isReplicated(object)) {
            spec(object).put("replicas", Integer.parseInt(running));
        } else if (SUSPENDED.contains(object.getKind())) {
            spec(object).put("suspend", Boolean.parseBoolean(running));
        } else if (startsWhenMade(object)) {
            child(spec(object), "job").put("state", running);
        }
    }

    /** The controller has seen the last change, and at zero nothing of it is left to go. */
    static boolean isSettled(GenericKubernetesResource object) {
        Map<String, Object> status = status(object);
        if (isReplicated(object)) {
            return seen(object)
                    && (desired(object) > 0
                            || number(status.get("replicas"), 0) == 0
                                    && number(status.get("terminatingReplicas"), 0) == 0);
        }
        return switch (object.getKind()) {
            case "Job" ->
                    desired(object) > 0
                            || isFinished(object)
                            || condition(object, "Suspended")
                                    && number(status.get("active"), 0) == 0
                                    && !countsOn(status);
            case "CronJob" ->
                    desired(object) > 0
                            || !(status.get("active") instanceof List<?> active)
                            || active.isEmpty();
            case "FlinkDeployment" ->
                    desired(object) > 0
                            || "SUSPENDED".equals(status.get("lifecycleState"))
                                    && (!leavesSavepoint(object) || savepoint(object) != null);
            default -> true;
        };
    }

    /** Pods of a Job have ended well, and it may yet be found to be complete by that. */
    private static boolean countsOn(Map<String, Object> jobStatus) {
        return look(jobStatus, "uncountedTerminatedPods").get("succeeded") instanceof List<?> some
                && !some.isEmpty();
    }

    /**
     * @param begun a pod of the workload runs
     */
    static boolean isReady(GenericKubernetesResource object, boolean begun) {
        int desired = desired(object);
        if (!isSettled(object)) {
            return false;
        }
        Map<String, Object> status = status(object);
        if (isReplicated(object)) {
            int renewed = number(status.get("updatedReplicas"), 0);
            // A pod of the revision before that is ready says nothing of this one.
            boolean updated =
                    object.getKind().equals("ReplicaSet")
                            || desired == 0
                            || renewed >= desired && number(status.get("replicas"), 0) <= renewed;
            return updated && number(status.get("readyReplicas"), 0) >= desired;
        }
        if (isJob(object)) {
            return desired == 0 || isFinished(object) || begun;
        }
        if (startsWhenMade(object)) {
            return desired == 0
                    || (!status.containsKey("observedGeneration") || seen(object))
                            && "RUNNING".equals(look(status, "jobStatus").get("state"))
                            && isDeployed(status)
                            && misled(object) == null;
        }
        return true;
    }

    /**
     * What runs is what was asked for: the operator may have gone back to what ran before, or be on
     * its way. Older ones don't say.
     */
    private static boolean isDeployed(Map<String, Object> status) {
        Object state = look(status, "reconciliationStatus").get("state");
        return state == null || "DEPLOYED".equals(state);
    }

    private static boolean leavesSavepoint(GenericKubernetesResource object) {
        return "savepoint".equals(look(look(object, "spec"), "job").get("upgradeMode"));
    }

    /**
     * Where the state is that a suspended FlinkDeployment has left; null: there is none, or only
     * the one that it had begun from, which is as old as its run.
     */
    static String savepoint(GenericKubernetesResource object) {
        String path = isSuspended(object) ? upgradeSavepoint(object) : null;
        return path == null || path.equals(begun(object)) ? null : path;
    }

    private static boolean isSuspended(GenericKubernetesResource object) {
        return startsWhenMade(object)
                && leavesSavepoint(object)
                && desired(object) == 0
                && "SUSPENDED".equals(status(object).get("lifecycleState"));
    }

    private static String upgradeSavepoint(GenericKubernetesResource object) {
        Object path = look(status(object), "jobStatus").get("upgradeSavepointPath");
        return path == null || path.toString().isBlank() ? null : path.toString();
    }

    private static String begun(GenericKubernetesResource object) {
        return mode(object) == Mode.STOPPED ? annotation(object, Names.BEGUN_FROM) : null;
    }

    /** To be kept of a Flink job that is asked to stop; null: it doesn't run, or began anew. */
    static String begunFrom(GenericKubernetesResource object) {
        boolean runs =
                startsWhenMade(object)
                        && desired(object) > 0
                        && "RUNNING".equals(look(status(object), "jobStatus").get("state"));
        return runs ? upgradeSavepoint(object) : null;
    }

    /** Why nothing can go on from where it stopped; null: something can, or it hasn't. */
    static String unsaved(GenericKubernetesResource object) {
        return !isSuspended(object) || savepoint(object) != null
                ? null
                : "it was suspended without a savepoint"
                        + (begun(object) == null
                                ? ""
                                : ": " + begun(object) + " is the one that it had begun from");
    }

    /** By path and, as it is read only then where there was a job before, by a new nonce. */
    static void startFrom(GenericKubernetesResource object, String savepoint, long epoch) {
        Map<String, Object> job = child(spec(object), "job");
        job.put("initialSavepointPath", savepoint);
        job.put("savepointRedeployNonce", epoch);
    }

    /**
     * Why it does not run from the savepoint that it was told to; null: it does, or was told none.
     * The operator tells what it has deployed as JSON in a text.
     */
    static String misled(GenericKubernetesResource object) {
        Object told = look(look(object, "spec"), "job").get("initialSavepointPath");
        boolean runs = "RUNNING".equals(look(status(object), "jobStatus").get("state"));
        if (!startsWhenMade(object) || told == null || !runs) {
            return null;
        }
        Object deployed = look(status(object), "reconciliationStatus").get("lastReconciledSpec");
        String path = null;
        if (deployed != null) {
            Matcher found = SAVEPOINT.matcher(deployed.toString());
            path = found.find() ? found.group(1) : null;
        }
        return told.equals(path)
                ? null
                : "it was to start from " + told + ", and was started from " + path;
    }

    static boolean isFinished(GenericKubernetesResource object) {
        return condition(object, "Complete") || condition(object, "Failed");
    }

    /** It is a Job that has done its work, here or where the workload ran before. */
    static boolean hasEndedWell(GenericKubernetesResource object) {
        return isJob(object) && (condition(object, "Complete") || endedElsewhere(object));
    }

    static boolean endedElsewhere(GenericKubernetesResource object) {
        return isJob(object) && annotation(object, Names.ENDED) != null;
    }

    /** Of a Job that is to be applied: it is there, as all others, and never runs. */
    static void endElsewhere(GenericKubernetesResource object) {
        annotate(object, Names.ENDED, "elsewhere");
        toZero(object);
    }

    static boolean condition(GenericKubernetesResource object, String type) {
        if (status(object).get("conditions") instanceof List<?> conditions) {
            for (Object each : conditions) {
                if (each instanceof Map<?, ?> condition
                        && type.equals(condition.get("type"))
                        && "True".equals(condition.get("status"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** observedGeneration has come up with generation. */
    static boolean seen(GenericKubernetesResource object) {
        Long generation = object.getMetadata().getGeneration();
        return generation == null
                || status(object).get("observedGeneration") instanceof Number observed
                        && observed.longValue() >= generation;
    }

    static String annotation(GenericKubernetesResource object, String name) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }

    static void annotate(GenericKubernetesResource object, String name, String value) {
        Map<String, String> annotations =
                object.getMetadata().getAnnotations() == null
                        ? new LinkedHashMap<>()
                        : new LinkedHashMap<>(object.getMetadata().getAnnotations());
        if (value == null) {
            annotations.remove(name);
        } else {
            annotations.put(name, value);
        }
        object.getMetadata().setAnnotations(annotations);
    }

    static void label(GenericKubernetesResource object, String name, String value) {
        Map<String, String> labels =
                object.getMetadata().getLabels() == null
                        ? new LinkedHashMap<>()
                        : new LinkedHashMap<>(object.getMetadata().getLabels());
        labels.put(name, value);
        object.getMetadata().setLabels(labels);
    }

    /** What is kept of a manifest; null: it is too long for an annotation, of which all share. */
    static String kept(String manifest) {
        return manifest.length() > MAX_KEPT ? null : manifest;
    }

    /**
     * What is kept of an object that is written over.
     *
     * @param present null: it isn't there
     * @return null: it did not run before this epoch; empty: what it was is not known
     */
    static String previous(GenericKubernetesResource present, long epoch, Mode mode) {
        if (present == null || mode != Mode.RUNNING) {
            return null;
        }
        if (epoch(present) == epoch) {
            return annotation(present, Names.PREVIOUS);
        }
        String applied = annotation(present, Names.APPLIED);
        return mode(present) != Mode.RUNNING ? null : applied == null ? "" : applied;
    }

    /** 0 where there is none, or one that is no number. */
    static long epoch(GenericKubernetesResource object) {
        return number(annotation(object, Names.EPOCH));
    }

    static Mode mode(GenericKubernetesResource object) {
        return mode(annotation(object, Names.MODE));
    }

    static Mode mode(String text) {
        for (Mode mode : List.of(Mode.STAGED, Mode.RUNNING, Mode.STOPPED)) {
            if (text(mode).equals(text)) {
                return mode;
            }
        }
        return Mode.MIXED;
    }

    static String text(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    static long number(String text) {
        try {
            return text == null ? 0 : Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    static Map<String, Object> spec(GenericKubernetesResource object) {
        return child(object.getAdditionalProperties(), "spec");
    }

    static Map<String, Object> status(GenericKubernetesResource object) {
        return look(object, "status");
    }

    private static Map<String, Object> look(GenericKubernetesResource object, String field) {
        return look(object.getAdditionalProperties(), field);
    }

    /** A field that is an object; empty, and not to be written to, where it is missing. */
    static Map<String, Object> look(Map<String, Object> parent, String field) {
        return parent.get(field) instanceof Map<?, ?> map ? typed(map) : Map.of();
    }

    /** A field that is an object, made where it is missing. */
    static Map<String, Object> child(Map<String, Object> parent, String field) {
        if (parent.get(field) instanceof Map<?, ?> map) {
            return typed(map);
        }
        Map<String, Object> made = new LinkedHashMap<>();
        parent.put(field, made);
        return made;
    }

    // JSON objects have text keys.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> typed(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static int number(Object value, int otherwise) {
        return value instanceof Number number ? number.intValue() : otherwise;
    }
}
