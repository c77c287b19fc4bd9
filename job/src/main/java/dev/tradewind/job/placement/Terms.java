package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Policies;
import dev.tradewind.job.plan.Work;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.SitePredicate;
import java.util.HashMap;
import java.util.Map;

/**
 * What follows from a workload's spec and the catalog: its numbers and its policy. Worked out once
 * for each spec and catalog, and kept for as long as the workload is there.
 */
final class Terms {
    /**
     * @param policy null: none matches, or the spec can't be read
     * @param problem why the spec can't be read; null where it can. A request with such a spec is
     *     refused, so this is one from the state of another version: the workload is left as it is
     */
    record Of(
            WorkloadSpec spec,
            Catalog catalog,
            WorkloadFacts facts,
            Policy policy,
            String problem) {

        /** Where it declares no power, what was measured stands for it. */
        Of measured(Work work) {
            return spec.power() != null || work.watts() == 0
                    ? this
                    : new Of(spec, catalog, facts.drawing(work.watts()), policy, problem);
        }
    }

    private final Map<String, Of> cache = new HashMap<>();

    Of of(String workload, WorkloadSpec spec, Catalog catalog) {
        Of known = cache.get(workload);
        if (known == null || known.catalog != catalog || !known.spec.equals(spec)) {
            known = work(workload, spec, catalog);
            cache.put(workload, known);
        }
        return known;
    }

    /** The same without keeping it: of a spec that may not come to be. */
    static Of work(String workload, WorkloadSpec spec, Catalog catalog) {
        try {
            WorkloadFacts facts = WorkloadFacts.of(spec);
            if (spec.sites() != null) {
                SitePredicate.compile(spec.sites());
            }
            return new Of(spec, catalog, facts, Policies.of(catalog, workload, spec), null);
        } catch (IllegalArgumentException e) {
            return new Of(spec, catalog, WorkloadFacts.readable(spec), null, e.getMessage());
        }
    }

    void forget(String workload) {
        cache.remove(workload);
    }
}
