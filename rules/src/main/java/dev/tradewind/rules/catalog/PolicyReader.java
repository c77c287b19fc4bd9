package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Policy;
import dev.tradewind.rules.cel.WorkloadPredicate;
import dev.tradewind.rules.manifest.Kinds;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Policy. Every default is the value of the example in FORMATS, but no namespace is allowed. */
final class PolicyReader {
    static final List<String> KINDS =
            List.of(
                    "Deployment",
                    "StatefulSet",
                    "Job",
                    "CronJob",
                    "Service",
                    "ConfigMap",
                    "FlinkDeployment");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    /** Stands for `never` while reading, for null is a field that is missing. */
    private static final long NEVER = -1;

    private PolicyReader() {}

    static Policy read(String name, Section spec) {
        String workloads = spec.cel("workloads", WorkloadPredicate.ALL, WorkloadPredicate::compile);
        int priority = spec.integer("priority", 0, -1_000_000, 1_000_000);
        Section objective = spec.section("objective");
        double price = objective.number("price", 1.0, 0, 1_000);
        double carbonPrice = objective.parsed("carbonPrice", 80.0, Quantities::eurPerTonne);
        objective.done();
        long horizon = positive(spec, "horizon", 24 * HOUR);
        Section replan = spec.section("replan");
        Long every = replan.parsed("every", HOUR, PolicyReader::every);
        replan.done();
        Section stale = spec.section("stale");
        long staleAfter = positive(stale, "after", 2 * HOUR);
        stale.done();
        Section moves = spec.section("moves");
        long minResidence = moves.millis("minResidence", 30 * MINUTE);
        int inFlight = moves.integer("inFlight", 20, 1, 1_000_000);
        int perSitePair = moves.integer("perSitePair", 4, 1, 1_000_000);
        moves.done();
        Section lost = spec.section("lostSite");
        long lostAfter = positive(lost, "after", 10 * MINUTE);
        Policy.LostSite lostSite =
                lost.oneOf(
                        "do",
                        Policy.LostSite.HOLD,
                        ordered(
                                Map.entry("hold", Policy.LostSite.HOLD),
                                Map.entry("failover", Policy.LostSite.FAILOVER)));
        boolean risk = lost.oneOf("risk", false, Map.of("accepted", true));
        lost.done();
        if (lostSite == Policy.LostSite.FAILOVER && !risk) {
            lost.problem(
                    lost.placeOfValue("do"),
                    "failover can lose records: what a lost site appends after the cut is truncated at its return",
                    "`risk: accepted` beside it, or `do: hold`",
                    null);
        }
        boolean freeze = spec.bool("freeze", false);
        List<String> namespaces = spec.list("namespaces", List.of(), Names::label);
        if (namespaces.isEmpty()) {
            spec.warning(
                    spec.placeOf("namespaces"),
                    "policy '" + name + "' allows no namespace: it refuses every request",
                    "namespaces: [...]",
                    null);
        }
        List<String> kinds = spec.list("kinds", KINDS, PolicyReader::kind);
        Policy.PodSecurity podSecurity =
                spec.oneOf(
                        "podSecurity",
                        Policy.PodSecurity.BASELINE,
                        ordered(
                                Map.entry("baseline", Policy.PodSecurity.BASELINE),
                                Map.entry("restricted", Policy.PodSecurity.RESTRICTED)));
        List<String> serviceAccounts =
                spec.list("serviceAccounts", List.of("default"), Names::subdomain);
        List<String> secrets = spec.list("secrets", List.of(), Names::subdomain);
        boolean rebuildMirrors = spec.bool("rebuildMirrors", false);
        boolean dryRun = spec.bool("dryRun", false);
        spec.done();
        return new Policy(
                name,
                workloads,
                priority,
                price,
                carbonPrice,
                horizon,
                every == NEVER ? null : every,
                staleAfter,
                minResidence,
                inFlight,
                perSitePair,
                lostAfter,
                lostSite,
                risk,
                freeze,
                namespaces,
                kinds,
                podSecurity,
                serviceAccounts,
                secrets,
                rebuildMirrors,
                dryRun);
    }

    private static Long every(String text) {
        if (text.equals("never")) {
            return NEVER;
        }
        long millis = Durations.parseMillis(text);
        if (millis < 1_000) {
            throw Section.expected("a duration of a second or more, or never", text);
        }
        return millis;
    }

    private static long positive(Section section, String field, long fallback) {
        return section.parsed(
                field,
                fallback,
                text -> {
                    long millis = Durations.parseMillis(text);
                    if (millis == 0) {
                        throw Section.expected("a duration above 0", text);
                    }
                    return millis;
                });
    }

    private static String kind(String text) {
        Names.kind(text);
        if (Kinds.isClusterWide(text)) {
            throw Section.expected("a kind that lives in a namespace", text);
        }
        if (text.equals("Secret")) {
            throw Section.expected("no Secret: a request would carry it into a topic", text);
        }
        return text;
    }

    @SafeVarargs
    private static <T> Map<String, T> ordered(Map.Entry<String, T>... entries) {
        Map<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }
}
