package dev.tradewind.job.placement;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.WorkloadPredicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The detections that have fired and not cleared, one for each rule and site. One whose rule is not
 * in the catalog in that version doesn't count: an edit ends what the old version asked for.
 *
 * <p>A hold keeps workloads at its site there, and others from moving to it by choice. A release of
 * the same site ends the holds that fired before it, for the workloads that it concerns. Not for
 * several threads.
 */
public final class ActiveDetections {
    private final Map<String, Detection> active = new LinkedHashMap<>();

    /** Takes in that one fired or cleared. */
    public void apply(Detection detection) {
        String key = detection.ruleId() + " " + detection.site();
        if (detection.kind() == Detection.Kind.fired) {
            active.put(key, detection);
            return;
        }
        Detection fired = active.get(key);
        if (fired == null || !fired.detectionId().equals(detection.detectionId())) {
            return;
        }
        // a release goes on ending the holds that it ended
        if (!is(fired, "release") || holds(fired.site()).isEmpty()) {
            active.remove(key);
        }
        if (is(fired, "hold") && holds(fired.site()).isEmpty()) {
            active.values().removeIf(d -> is(d, "release") && d.site().equals(fired.site()));
        }
    }

    /** Forgets what an earlier catalog asked for and this one doesn't. */
    public void keepOnly(Catalog catalog) {
        active.values()
                .removeIf(
                        d -> !catalog.version().equals(d.catalogVersion()) && !inForce(d, catalog));
    }

    public List<Detection> all() {
        return List.copyOf(active.values());
    }

    /** Evacuations that concern a workload, by site; the most urgent one of each. */
    Map<String, Detection> evacuations(Catalog catalog, String workload, WorkloadSpec spec) {
        Map<String, Detection> bySite = new LinkedHashMap<>();
        concerning(catalog, "evacuate", workload, spec)
                .forEach(
                        d -> bySite.merge(d.site(), d, (a, b) -> leaveBy(a) <= leaveBy(b) ? a : b));
        return bySite;
    }

    /** By when an evacuation has to be done, energy clock. */
    static long leaveBy(Detection evacuation) {
        return evacuation.at().toEpochMilli()
                + (evacuation.evacuateWithinMillis() == null
                        ? 0
                        : evacuation.evacuateWithinMillis());
    }

    /** The hold that keeps a workload from leaving or entering a site. */
    Optional<Detection> hold(Catalog catalog, String site, String workload, WorkloadSpec spec) {
        List<Detection> releases = concerning(catalog, "release", workload, spec);
        return concerning(catalog, "hold", workload, spec).stream()
                .filter(h -> h.site().equals(site))
                .filter(
                        h ->
                                releases.stream()
                                        .noneMatch(
                                                r ->
                                                        r.site().equals(site)
                                                                && !r.at().isBefore(h.at())))
                .findFirst();
    }

    /** The oldest one that asks to reconsider this workload. */
    Optional<Detection> reconsider(Catalog catalog, String workload, WorkloadSpec spec) {
        return concerning(catalog, "reconsider", workload, spec).stream()
                .min(Comparator.comparing(Detection::at).thenComparing(Detection::ruleId));
    }

    static boolean concerns(Detection detection, String workload, WorkloadSpec spec) {
        return detection.workloads() == null
                || WorkloadPredicate.compile(detection.workloads()).test(workload, spec.labels());
    }

    static boolean inForce(Detection detection, Catalog catalog) {
        return catalog.rule(detection.ruleId())
                .map(rule -> rule.version().equals(detection.ruleVersion()))
                .orElse(false);
    }

    static boolean is(Detection detection, String action) {
        return action.equals(detection.action());
    }

    private List<Detection> concerning(
            Catalog catalog, String action, String workload, WorkloadSpec spec) {
        List<Detection> found = new ArrayList<>();
        for (Detection detection : active.values()) {
            if (is(detection, action)
                    && inForce(detection, catalog)
                    && concerns(detection, workload, spec)) {
                found.add(detection);
            }
        }
        return found;
    }

    private List<Detection> holds(String site) {
        return active.values().stream()
                .filter(d -> is(d, "hold") && d.site().equals(site))
                .toList();
    }
}
