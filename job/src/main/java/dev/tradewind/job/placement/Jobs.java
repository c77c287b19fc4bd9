package dev.tradewind.job.placement;

import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Json;
import tools.jackson.core.JacksonException;

/** Workloads that end by themselves. */
final class Jobs {
    private Jobs() {}

    /** Whether a Job is among its objects; one that can't be read is none. */
    static boolean endsByItself(WorkloadSpec spec) {
        return spec.manifests() != null && spec.manifests().stream().anyMatch(Jobs::isJob);
    }

    /** What it has done stays done when it is stopped. */
    static boolean interruptible(WorkloadSpec spec) {
        return spec.schedule() != null && Boolean.TRUE.equals(spec.schedule().interruptible());
    }

    private static boolean isJob(String manifest) {
        try {
            return "Job".equals(Json.LENIENT.readTree(manifest).path("kind").stringValue(null));
        } catch (JacksonException e) {
            // placement says of such a spec that it can't be read, see Terms
            return false;
        }
    }
}
