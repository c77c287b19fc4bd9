package dev.tradewind.job.plan;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.WorkloadPredicate;

/** Which policy is a workload's. */
public final class Policies {
    private Policies() {}

    /** The first of the catalog's policies that matches, or null. */
    public static Policy of(Catalog catalog, String workload, WorkloadSpec spec) {
        return catalog.policies().stream()
                .filter(
                        policy ->
                                policy.workloads() == null
                                        || WorkloadPredicate.compile(policy.workloads())
                                                .test(workload, spec.labels()))
                .findFirst()
                .orElse(null);
    }
}
