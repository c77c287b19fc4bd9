package dev.tradewind.rules.manifest;

import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;

/** Whether a workload's manifests keep to what its policy allows. */
public final class ManifestCheck {
    private ManifestCheck() {}

    /** Every violation, each a sentence that names the object and the path; empty where sound. */
    public static List<String> check(String workloadId, WorkloadSpec spec, Guard guard) {
        return spec.manifests().stream()
                .flatMap(manifest -> Placeholders.unknown(manifest).stream())
                .map(unknown -> "unknown placeholder " + unknown)
                .toList();
    }
}
