package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.Mode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Works out the state of a workload from what its site has. Pure.
 *
 * @param wanted the manifests: {@code kind/name} to whether it starts by being made; empty: all
 *     objects
 * @param objects that carry the workload's label and nobody else's controller
 * @param made ReplicaSets, and runs of CronJobs, that carry the label and a controller
 * @param pods that carry the label
 */
record Look(
        Map<String, Boolean> wanted,
        List<GenericKubernetesResource> objects,
        List<GenericKubernetesResource> made,
        List<Pod> pods,
        Floor floor) {

    /** Finalizer of a pod that its Job has still to count. */
    private static final String JOB_COUNTS = "batch.kubernetes.io/job-tracking";

    /** A pod that waits for one of these won't come up by waiting. */
    private static final Set<String> BAD =
            Set.of(
                    "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "CrashLoopBackOff",
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "RunContainerError");

    AppState state() {
        Map<String, GenericKubernetesResource> byTitle = new TreeMap<>();
        objects.forEach(o -> byTitle.put(Shape.title(o), o));
        List<GenericKubernetesResource> judged = new ArrayList<>();
        boolean missing = false;
        boolean onlyStaged = false;
        for (Map.Entry<String, Boolean> each : wanted.entrySet()) {
            GenericKubernetesResource object = byTitle.get(each.getKey());
            if (object != null) {
                judged.add(object);
            } else if (each.getValue() && floor.staged() > 0) {
                onlyStaged = true;
            } else {
                missing = true;
            }
        }
        if (wanted.isEmpty()) {
            judged.addAll(objects);
        }
        boolean exists = !objects.isEmpty() || onlyStaged;
        List<Pod> present = pods.stream().filter(Look::isPresent).toList();
        boolean begun = present.stream().anyMatch(p -> phase(p).equals("Running"));
        return new AppState(
                exists,
                objects.stream().mapToLong(Shape::epoch).reduce(floor.epoch(), Math::max),
                missing ? 0 : appliedEpoch(judged, onlyStaged),
                mode(judged, missing, onlyStaged, exists),
                objects.stream().mapToInt(Shape::desired).sum(),
                present.size(),
                (int) present.stream().filter(Look::isReady).count(),
                settled(),
                exists
                        && !missing
                        && !onlyStaged
                        && judged.stream().allMatch(o -> Shape.isReady(o, begun)),
                job(),
                wanted.isEmpty()
                        ? List.of()
                        : byTitle.keySet().stream().filter(t -> !wanted.containsKey(t)).toList(),
                floor.mark(),
                problem(present),
                savepoint(),
                isRestorable(),
                objects.stream().anyMatch(o -> Shape.misled(o) != null),
                floor.noted(),
                judged.stream().filter(Shape::hasEndedWell).map(Shape::title).toList());
    }

    private long appliedEpoch(List<GenericKubernetesResource> judged, boolean onlyStaged) {
        long lowest = onlyStaged ? floor.staged() : Long.MAX_VALUE;
        for (GenericKubernetesResource object : judged) {
            lowest = Math.min(lowest, Shape.epoch(object));
        }
        return lowest == Long.MAX_VALUE ? 0 : lowest;
    }

    private static Mode mode(
            List<GenericKubernetesResource> judged,
            boolean missing,
            boolean onlyStaged,
            boolean exists) {
        if (!exists) {
            return Mode.NONE;
        }
        Set<Mode> modes = EnumSet.noneOf(Mode.class);
        judged.forEach(o -> modes.add(Shape.mode(o)));
        if (onlyStaged) {
            modes.add(Mode.STAGED);
        }
        return missing || modes.size() != 1 ? Mode.MIXED : modes.iterator().next();
    }

    /**
     * A Deployment acts through its ReplicaSets, and one that has not seen that it is to be zero
     * may still make a pod; so may a run that has begun, and of which its CronJob doesn't tell yet.
     * And a Job that was suspended just when it ended may yet be told to have ended.
     */
    private boolean settled() {
        boolean zero = objects.stream().allMatch(o -> Shape.desired(o) == 0);
        return objects.stream().allMatch(Shape::isSettled)
                && (!zero
                        || made.stream().allMatch(Look::makesNoMore)
                                && pods.stream().noneMatch(Look::isUncounted));
    }

    private static boolean makesNoMore(GenericKubernetesResource made) {
        return Shape.isJob(made)
                ? Shape.isFinished(made)
                : Shape.desired(made) == 0 && Shape.isSettled(made);
    }

    /** It has ended well, and its Job has not counted it yet. */
    private static boolean isUncounted(Pod pod) {
        return phase(pod).equals("Succeeded")
                && pod.getMetadata().getFinalizers() != null
                && pod.getMetadata().getFinalizers().contains(JOB_COUNTS);
    }

    private JobState job() {
        List<GenericKubernetesResource> jobs = objects.stream().filter(Shape::isJob).toList();
        boolean others = objects.stream().anyMatch(o -> Shape.carriesPods(o) && !Shape.isJob(o));
        if (jobs.isEmpty() || others) {
            return JobState.NONE;
        }
        if (jobs.stream().anyMatch(j -> Shape.condition(j, "Failed"))) {
            return JobState.FAILED;
        }
        return jobs.stream().allMatch(Shape::hasEndedWell) ? JobState.SUCCEEDED : JobState.ACTIVE;
    }

    private boolean isRestorable() {
        List<String> previous =
                objects.stream()
                        .filter(o -> Shape.epoch(o) == floor.epoch())
                        .map(o -> Shape.annotation(o, Names.PREVIOUS))
                        .filter(text -> text != null)
                        .toList();
        return !previous.isEmpty() && previous.stream().noneMatch(String::isEmpty);
    }

    /** What it is to start from, or else what it has left. */
    private String savepoint() {
        String carried = floor.carried().by(floor.epoch());
        return carried != null
                ? carried
                : objects.stream()
                        .map(Shape::savepoint)
                        .filter(path -> path != null)
                        .findFirst()
                        .orElse(null);
    }

    private String problem(List<Pod> present) {
        for (Pod pod : present) {
            String problem = problem(pod);
            if (problem != null) {
                return "pod " + pod.getMetadata().getName() + ": " + problem;
            }
        }
        for (GenericKubernetesResource object : objects) {
            String misled = Shape.misled(object);
            String wrong = misled == null ? Shape.unsaved(object) : misled;
            if (wrong != null) {
                return Shape.title(object) + ": " + wrong;
            }
            for (String type : List.of("ReplicaFailure", "Failed")) {
                if (Shape.condition(object, type)) {
                    return Shape.title(object) + ": " + words(object, type);
                }
            }
        }
        return null;
    }

    private static String words(GenericKubernetesResource object, String type) {
        if (Shape.status(object).get("conditions") instanceof List<?> conditions) {
            for (Object each : conditions) {
                if (each instanceof Map<?, ?> condition && type.equals(condition.get("type"))) {
                    return condition.get("reason") + " " + condition.get("message");
                }
            }
        }
        return type;
    }

    private static String problem(Pod pod) {
        if (pod.getStatus() == null || pod.getMetadata().getDeletionTimestamp() != null) {
            return null;
        }
        List<ContainerStatus> containers = new ArrayList<>();
        containers.addAll(pod.getStatus().getInitContainerStatuses());
        containers.addAll(pod.getStatus().getContainerStatuses());
        for (ContainerStatus container : containers) {
            if (container.getState() != null
                    && container.getState().getWaiting() != null
                    && BAD.contains(container.getState().getWaiting().getReason())) {
                return container.getState().getWaiting().getReason()
                        + of(container.getState().getWaiting().getMessage());
            }
        }
        for (PodCondition condition : pod.getStatus().getConditions()) {
            if ("PodScheduled".equals(condition.getType())
                    && "False".equals(condition.getStatus())) {
                return condition.getReason() + of(condition.getMessage());
            }
        }
        return phase(pod).equals("Pending") && pod.getStatus().getReason() != null
                ? pod.getStatus().getReason() + of(pod.getStatus().getMessage())
                : null;
    }

    private static String of(String message) {
        return message == null || message.isBlank() ? "" : ": " + message;
    }

    private static boolean isPresent(Pod pod) {
        return !phase(pod).equals("Succeeded") && !phase(pod).equals("Failed");
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? ""
                : pod.getStatus().getPhase();
    }
}
