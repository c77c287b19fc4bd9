package dev.tradewind.testbed.kube.embedded;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Job to pods: completions, parallelism, suspend, back-off limit, deadline, time to live. */
final class JobController {
    private final Objects objects;

    JobController(Objects objects) {
        this.objects = objects;
    }

    /**
     * @return the milliseconds after which to look again, or {@link Long#MAX_VALUE}
     */
    long reconcile(ObjectNode job) {
        JsonNode spec = job.path("spec");
        String over = over(job);
        List<ObjectNode> pods = objects.owned(Kinds.POD, job);
        if (over != null) {
            return expire(job);
        }
        List<ObjectNode> active = pods.stream().filter(Objects::isActive).toList();
        int succeeded = phase(pods, "Succeeded");
        int failed = phase(pods, "Failed");
        boolean suspended = spec.path("suspend").asBoolean(false);
        int parallelism = spec.path("parallelism").asInt(1);
        int completions = spec.path("completions").asInt(parallelism);
        int restarts = pods.stream().mapToInt(JobController::restarts).sum();
        boolean exceeded = failed + restarts > spec.path("backoffLimit").asInt(6);
        long left = deadlineLeft(job);
        boolean late = left <= 0;
        boolean done = succeeded >= completions;
        if (!Objects.isDeleting(job)) {
            if (suspended || exceeded || late) {
                active.forEach(pod -> objects.delete(Kinds.POD, pod));
            } else if (!done) {
                int wanted = Math.min(parallelism, completions - succeeded);
                int present = active.size() + (replacesEndedOnly(spec) ? terminating(pods) : 0);
                for (int i = present; i < wanted; i++) {
                    objects.createPod(job, spec.path("template"), null, pod -> {});
                }
            }
        }
        List<ObjectNode> now = objects.owned(Kinds.POD, job);
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        int running = (int) now.stream().filter(Objects::isActive).count();
        Objects.count(status, "active", running);
        Objects.count(status, "succeeded", succeeded);
        Objects.count(status, "failed", failed);
        status.put("terminating", terminating(now));
        status.put(
                "ready",
                (int) now.stream().filter(p -> Objects.isActive(p) && Objects.isReady(p)).count());
        if (!suspended) {
            status.put("startTime", job.path("status").path("startTime").asString(Store.now()));
        }
        if (done) {
            status.put("completionTime", Store.now());
            Objects.condition(
                    status,
                    "SuccessCriteriaMet",
                    true,
                    "CompletionsReached",
                    "Reached expected number of succeeded pods");
            Objects.condition(
                    status,
                    "Complete",
                    true,
                    "CompletionsReached",
                    "Reached expected number of succeeded pods");
        } else if ((exceeded || late) && running == 0) {
            String reason = late ? "DeadlineExceeded" : "BackoffLimitExceeded";
            String message =
                    late
                            ? "Job was active longer than specified deadline"
                            : "Job has reached the specified backoff limit";
            Objects.condition(status, "FailureTarget", true, reason, message);
            Objects.condition(status, "Failed", true, reason, message);
        } else if (suspended || hasCondition(job, "Suspended")) {
            Objects.condition(
                    status,
                    "Suspended",
                    suspended,
                    suspended ? "JobSuspended" : "JobResumed",
                    suspended ? "Job suspended" : "Job resumed");
        }
        objects.status(Kinds.JOB, job, status);
        return left;
    }

    private static boolean replacesEndedOnly(JsonNode spec) {
        return spec.path("podReplacementPolicy").asString("").equals("Failed");
    }

    private static int terminating(List<ObjectNode> pods) {
        return (int) pods.stream().filter(p -> Objects.isDeleting(p) && !Objects.isOver(p)).count();
    }

    private static int phase(List<ObjectNode> pods, String phase) {
        return (int)
                pods.stream()
                        .filter(p -> p.path("status").path("phase").asString("").equals(phase))
                        .count();
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            restarts += container.path("restartCount").asInt(0);
        }
        return restarts;
    }

    private static boolean hasCondition(JsonNode job, String type) {
        for (JsonNode condition : job.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return true;
            }
        }
        return false;
    }

    /** Complete or Failed once it is one of them, else null. */
    private static String over(JsonNode job) {
        return hasCondition(job, "Complete")
                ? "Complete"
                : hasCondition(job, "Failed") ? "Failed" : null;
    }

    private static long deadlineLeft(JsonNode job) {
        JsonNode deadline = job.path("spec").path("activeDeadlineSeconds");
        String start = job.path("status").path("startTime").asString("");
        if (!deadline.isNumber() || start.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return Instant.parse(start).plusSeconds(deadline.asLong()).toEpochMilli()
                - System.currentTimeMillis();
    }

    private long expire(ObjectNode job) {
        JsonNode ttl = job.path("spec").path("ttlSecondsAfterFinished");
        if (!ttl.isNumber()) {
            return Long.MAX_VALUE;
        }
        String end = job.path("status").path("completionTime").asString("");
        if (end.isEmpty()) {
            for (JsonNode condition : job.path("status").path("conditions")) {
                end = condition.path("lastTransitionTime").asString(end);
            }
        }
        long left =
                Instant.parse(end).plusSeconds(ttl.asLong()).toEpochMilli()
                        - System.currentTimeMillis();
        if (left <= 0 && !Objects.isDeleting(job)) {
            objects.delete(Kinds.JOB, job);
            return Long.MAX_VALUE;
        }
        return left;
    }
}
