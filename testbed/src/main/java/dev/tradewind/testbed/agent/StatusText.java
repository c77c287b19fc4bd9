package dev.tradewind.testbed.agent;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A pod's status as the kubelet writes it. Pure. */
final class StatusText {
    /** Why a container waits. */
    record Waiting(String reason, String message) {}

    private StatusText() {}

    /**
     * @param waiting what holds the whole pod, or null
     * @param phase Pending, Running, Succeeded or Failed
     */
    static PodStatus of(
            Pod pod, List<Container> containers, Waiting waiting, String phase, Instant start) {
        List<ContainerStatus> statuses = new ArrayList<>();
        boolean allRunning = !containers.isEmpty();
        for (int i = 0; i < pod.getSpec().getContainers().size(); i++) {
            Container container = i < containers.size() ? containers.get(i) : null;
            boolean running = container != null && container.isRunning();
            allRunning &= running;
            statuses.add(status(pod, i, container, running, waiting));
        }
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        boolean ready = allRunning && phase.equals("Running");
        String reason =
                over
                        ? (phase.equals("Succeeded") ? "PodCompleted" : "PodFailed")
                        : "ContainersNotReady";
        String now = time(Instant.now());
        List<PodCondition> conditions = new ArrayList<>();
        conditions.add(condition(pod, "PodScheduled", true, null, now));
        conditions.add(condition(pod, "Initialized", true, null, now));
        conditions.add(condition(pod, "ContainersReady", ready, reason, now));
        conditions.add(condition(pod, "Ready", ready, reason, now));
        return new PodStatusBuilder()
                .withPhase(phase)
                .withHostIP("127.0.0.1")
                .withPodIP("127.0.0.1")
                .withStartTime(time(start))
                .withConditions(conditions)
                .withContainerStatuses(statuses)
                .build();
    }

    private static ContainerStatus status(
            Pod pod, int index, Container container, boolean running, Waiting waiting) {
        var spec = pod.getSpec().getContainers().get(index);
        ContainerStatusBuilder status =
                new ContainerStatusBuilder()
                        .withName(spec.getName())
                        .withImage(spec.getImage())
                        .withImageID("")
                        .withReady(running)
                        .withStarted(running)
                        .withRestartCount(container == null ? 0 : container.restarts());
        ContainerStateBuilder state = new ContainerStateBuilder();
        if (running) {
            state.withNewRunning().withStartedAt(time(container.started())).endRunning();
        } else if (container != null && container.isBackingOff()) {
            state.withNewWaiting()
                    .withReason("CrashLoopBackOff")
                    .withMessage(
                            "ended with code "
                                    + container.end().code()
                                    + " "
                                    + container.end().message())
                    .endWaiting();
        } else if (container != null && container.end() != null) {
            Container.End end = container.end();
            state.withNewTerminated()
                    .withExitCode(end.code())
                    .withReason(end.code() == 0 ? "Completed" : "Error")
                    .withMessage(end.message().isEmpty() ? null : end.message())
                    .withStartedAt(time(end.started()))
                    .withFinishedAt(time(end.finished()))
                    .endTerminated();
        } else {
            state.withNewWaiting()
                    .withReason(waiting == null ? "ContainerCreating" : waiting.reason())
                    .withMessage(waiting == null ? null : waiting.message())
                    .endWaiting();
        }
        return status.withState(state.build()).build();
    }

    /** Keeps the time of a condition that stays as it is. */
    private static PodCondition condition(
            Pod pod, String type, boolean value, String reason, String now) {
        String text = value ? "True" : "False";
        String since = now;
        if (pod.getStatus() != null && pod.getStatus().getConditions() != null) {
            for (PodCondition old : pod.getStatus().getConditions()) {
                if (type.equals(old.getType())
                        && text.equals(old.getStatus())
                        && old.getLastTransitionTime() != null) {
                    since = old.getLastTransitionTime();
                }
            }
        }
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(value ? null : reason)
                .withLastTransitionTime(since)
                .build();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
