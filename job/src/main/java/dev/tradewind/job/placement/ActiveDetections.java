package dev.tradewind.job.placement;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.WorkloadPredicate;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The detections that have fired and not cleared, one for each rule and site. One whose rule is not
 * in the catalog in that version doesn't count: an edit ends what the old version asked for.
 *
 * <p>A hold keeps workloads at its site there, and others from moving to it by choice. A release of
 * the same site ends the holds that fired before it, for the workloads that it concerns. Not for
 * several threads.
 *
 * <p>A storm may fire a rule everywhere at once, so nothing here looks at all of them for one
 * workload: they are found by action and site, and of those that ask for another look the oldest
 * for each selector of workloads.
 */
public final class ActiveDetections {
    private static final String HOLD = "hold";
    private static final String RELEASE = "release";
    private static final String EVACUATE = "evacuate";
    private static final String RECONSIDER = "reconsider";

    private static final Comparator<Detection> OLDEST =
            Comparator.comparing(Detection::at)
                    .thenComparing(Detection::ruleId)
                    .thenComparing(Detection::site);

    private final Map<String, Detection> active = new LinkedHashMap<>();

    /** By action and site, each in the order in which they came. */
    private final Map<String, Map<String, Map<String, Detection>>> bySite = new HashMap<>();

    /** Those that ask for another look, by the selector of the workloads that they concern. */
    private final Map<String, TreeSet<Detection>> reconsider = new HashMap<>();

    /** The versions of the rules of one catalog: it has them as a list. */
    private Catalog known;

    private final Map<String, String> versions = new HashMap<>();

    /** Takes in that one fired or cleared. */
    public void apply(Detection detection) {
        String key = key(detection);
        if (detection.kind() == Detection.Kind.fired) {
            put(key, detection);
            return;
        }
        Detection fired = active.get(key);
        if (fired == null || !fired.detectionId().equals(detection.detectionId())) {
            return;
        }
        // a release goes on ending the holds that it ended
        if (!is(fired, RELEASE) || at(HOLD, fired.site()).isEmpty()) {
            remove(key);
        }
        if (is(fired, HOLD) && at(HOLD, fired.site()).isEmpty()) {
            List.copyOf(at(RELEASE, fired.site()).keySet()).forEach(this::remove);
        }
    }

    private static String key(Detection detection) {
        return detection.ruleId() + " " + detection.site();
    }

    private void put(String key, Detection detection) {
        Detection old = active.get(key);
        if (old != null && !old.action().equals(detection.action())) {
            // an edited rule: it comes after those that are there, also after a restart
            remove(key);
        } else if (old != null && is(old, RECONSIDER)) {
            unlinkReconsider(old);
        }
        active.put(key, detection);
        bySite.computeIfAbsent(detection.action(), action -> new LinkedHashMap<>())
                .computeIfAbsent(detection.site(), site -> new LinkedHashMap<>())
                .put(key, detection);
        if (is(detection, RECONSIDER)) {
            reconsider
                    .computeIfAbsent(selector(detection), text -> new TreeSet<>(OLDEST))
                    .add(detection);
        }
    }

    private void remove(String key) {
        Detection old = active.remove(key);
        if (old != null) {
            unlink(key, old);
        }
    }

    private void unlink(String key, Detection old) {
        Map<String, Map<String, Detection>> sites = bySite.get(old.action());
        Map<String, Detection> there = sites.get(old.site());
        there.remove(key);
        if (there.isEmpty()) {
            sites.remove(old.site());
        }
        if (is(old, RECONSIDER)) {
            unlinkReconsider(old);
        }
    }

    private void unlinkReconsider(Detection old) {
        TreeSet<Detection> same = reconsider.get(selector(old));
        same.remove(old);
        if (same.isEmpty()) {
            reconsider.remove(selector(old));
        }
    }

    private static String selector(Detection detection) {
        return detection.workloads() == null ? "" : detection.workloads();
    }

    /** Forgets what an earlier catalog asked for and this one doesn't. */
    public void keepOnly(Catalog catalog) {
        active.entrySet().stream()
                .filter(e -> !catalog.version().equals(e.getValue().catalogVersion()))
                .filter(e -> !counts(e.getValue(), catalog))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::remove);
    }

    public List<Detection> all() {
        return List.copyOf(active.values());
    }

    /** Evacuations that concern a workload, by site; the most urgent one of each. */
    Map<String, Detection> evacuations(Catalog catalog, String workload, WorkloadSpec spec) {
        Map<String, Detection> urgent = new LinkedHashMap<>();
        Map<String, Boolean> concerned = new HashMap<>();
        bySite.getOrDefault(EVACUATE, Map.of())
                .forEach(
                        (site, there) -> {
                            for (Detection d : there.values()) {
                                Detection other = urgent.get(site);
                                if ((other == null || leaveBy(d) < leaveBy(other))
                                        && counts(d, catalog)
                                        && concerns(d, workload, spec, concerned)) {
                                    urgent.put(site, d);
                                }
                            }
                        });
        return urgent;
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
        Map<String, Detection> holds = at(HOLD, site);
        if (holds.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Boolean> concerned = new HashMap<>();
        Instant released = Instant.MIN;
        for (Detection release : at(RELEASE, site).values()) {
            if (release.at().isAfter(released)
                    && counts(release, catalog)
                    && concerns(release, workload, spec, concerned)) {
                released = release.at();
            }
        }
        for (Detection hold : holds.values()) {
            if (hold.at().isAfter(released)
                    && counts(hold, catalog)
                    && concerns(hold, workload, spec, concerned)) {
                return Optional.of(hold);
            }
        }
        return Optional.empty();
    }

    /** The oldest one that asks to reconsider this workload. */
    Optional<Detection> reconsider(Catalog catalog, String workload, WorkloadSpec spec) {
        Detection oldest = null;
        for (TreeSet<Detection> same : reconsider.values()) {
            if (!concerns(same.first(), workload, spec)) {
                continue;
            }
            for (Detection detection : same) {
                if (oldest != null && OLDEST.compare(detection, oldest) > 0) {
                    break;
                }
                if (counts(detection, catalog)) {
                    oldest = detection;
                    break;
                }
            }
        }
        return Optional.ofNullable(oldest);
    }

    static boolean concerns(Detection detection, String workload, WorkloadSpec spec) {
        return detection.workloads() == null
                || WorkloadPredicate.compile(detection.workloads()).test(workload, spec.labels());
    }

    /** The same, asked once for each selector. */
    private static boolean concerns(
            Detection detection,
            String workload,
            WorkloadSpec spec,
            Map<String, Boolean> concerned) {
        return concerned.computeIfAbsent(
                selector(detection), text -> concerns(detection, workload, spec));
    }

    /** Its rule is in the catalog in that version. */
    private boolean counts(Detection detection, Catalog catalog) {
        if (known != catalog) {
            versions.clear();
            catalog.rules().forEach(rule -> versions.put(rule.name(), rule.version()));
            known = catalog;
        }
        return detection.ruleVersion() != null
                && detection.ruleVersion().equals(versions.get(detection.ruleId()));
    }

    static boolean is(Detection detection, String action) {
        return action.equals(detection.action());
    }

    private Map<String, Detection> at(String action, String site) {
        return bySite.getOrDefault(action, Map.of()).getOrDefault(site, Map.of());
    }
}
