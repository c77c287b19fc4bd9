package dev.tradewind.cli.bench;

import com.sun.management.ThreadMXBean;
import dev.tradewind.job.placement.ActiveDetections;
import dev.tradewind.job.placement.Fleet;
import dev.tradewind.job.placement.FleetRounds;
import dev.tradewind.job.placement.PlacementConfig;
import dev.tradewind.job.placement.PlacementCore;
import dev.tradewind.job.placement.Step;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.job.placement.World;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.text.Json;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What placement's core takes to decide for one workload between two plans of a fleet whose slots
 * have a price: one that arrives, and one that a rule asks to reconsider. Each sees the world anew,
 * as in the job; nothing that another found out is used. Microseconds of CPU, of a process that has
 * decided as many before: the first ones wait for the compiler.
 */
final class DecisionTimes {
    private static final long HOUR = 3_600_000;
    private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final String MANIFEST =
            "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"work\"},"
                    + " \"spec\": {\"replicas\": 1, \"selector\": {\"matchLabels\": {\"app\": \"work\"}},"
                    + " \"template\": {\"metadata\": {\"labels\": {\"app\": \"work\"}},"
                    + " \"spec\": {\"containers\": [{\"name\": \"work\", \"image\": \"work:1\"}]}}}}";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int sites;
    private final Catalog catalog;
    private final WorkloadSpec spec;
    private final SiteViews views = new SiteViews();
    private final ActiveDetections active = new ActiveDetections();
    private final Fleet fleet = new Fleet();
    private final PlacementCore core = new PlacementCore(PlacementConfig.DEFAULT);
    private final List<WorkloadState> states = new ArrayList<>();

    DecisionTimes(int workloads, int sites) {
        this.sites = sites;
        // five in six of all cores are taken
        this.catalog = catalog(sites, 8 * workloads / sites * 6 / 5);
        this.spec =
                Json.LENIENT.readValue(
                        "{\"manifests\": ["
                                + MANIFEST
                                + "], \"power\": \"1 kW\", \"demand\": {\"cpu\": \"8\"}, \"move\": {\"state\": \"1 GB\", \"fixedCost\": \"0.02 EUR\"}}",
                        WorkloadSpec.class);
        prices();
        for (int i = 0; i < workloads; i++) {
            WorkloadState state =
                    WorkloadState.running("shop/w" + i, spec, name(i % sites), NOW - 48 * HOUR);
            states.add(state);
            fleet.put(state, core.facts(world(), state));
        }
        FleetRounds rounds = new FleetRounds(core);
        rounds.plan(world(), states);
        if (!rounds.planning(world()).contended()) {
            throw new IllegalStateException("all have room where they like to be");
        }
    }

    /**
     * @param decisions of each kind; one in a thousand of them is to be seen
     */
    ReplanReport.Decided measure(int decisions) {
        Detection dear =
                new Detection(
                        "dear-1",
                        Detection.Kind.fired,
                        "dear",
                        "v1",
                        catalog.version(),
                        name(0),
                        SignalNames.PRICE,
                        Instant.ofEpochMilli(NOW),
                        Instant.ofEpochMilli(NOW),
                        150.0,
                        "reconsider",
                        null,
                        "true",
                        "dear");
        double[] arrivals =
                micros(
                        decisions,
                        Set.of(Verdict.start),
                        i -> core.onRequest(world(), null, submit(i), 0, null, Set.of()));
        double[] detections =
                micros(
                        decisions,
                        Set.of(Verdict.stay, Verdict.move),
                        i -> core.onDetection(world(), states.get(i % states.size()), dear));
        return new ReplanReport.Decided(
                Arrays.stream(arrivals).average().orElseThrow(),
                most(arrivals),
                Arrays.stream(detections).average().orElseThrow(),
                most(detections));
    }

    /** What 1 in 1,000 exceeds. */
    private static double most(double[] micros) {
        Arrays.sort(micros);
        return micros[micros.length - 1 - micros.length / 1_000];
    }

    /**
     * @param expected other decisions are none that one would want to know the time of
     */
    private static double[] micros(
            int decisions, Set<Verdict> expected, IntFunction<Step> decision) {
        double[] micros = new double[decisions];
        int told = 0;
        for (int i = -decisions; i < decisions; i++) {
            long used = THREADS.getCurrentThreadCpuTime();
            Step step = decision.apply(i + decisions);
            long nanos = THREADS.getCurrentThreadCpuTime() - used;
            if (i < 0) {
                continue;
            }
            micros[i] = nanos / 1e3;
            for (Decision decided : step.decisions()) {
                told += expected.contains(decided.verdict()) ? 1 : 0;
            }
        }
        if (told != decisions) {
            throw new IllegalStateException(told + " were decided");
        }
        return micros;
    }

    private WorkloadRequest submit(int number) {
        return new WorkloadRequest(
                WorkloadRequest.Action.submit,
                "r-" + number,
                "shop/new" + number,
                spec,
                null,
                null,
                null);
    }

    private World world() {
        return new World(catalog, views, active, fleet, EnergyClock.WALL, NOW);
    }

    /** Two days of hours, each site another course. */
    private void prices() {
        for (int hour = -48; hour <= 0; hour++) {
            for (int k = 0; k < sites; k++) {
                long from = NOW + hour * HOUR;
                views.apply(
                        SeriesView.actual(
                                false,
                                name(k) + "-zone",
                                SignalNames.PRICE,
                                60 + 2 * k + 30 * Math.sin(hour * Math.PI / 12 + k),
                                from,
                                from + HOUR,
                                "drawn"),
                        NOW);
            }
        }
    }

    private static String name(int site) {
        return "site" + site;
    }

    private static Catalog catalog(int sites, int cores) {
        StringBuilder yaml = new StringBuilder();
        for (int k = 0; k < sites; k++) {
            yaml.append(
                    """
                    apiVersion: tradewind.dev/v1
                    kind: Site
                    metadata: {name: %s}
                    spec: {zone: %s-zone, capacity: {cpu: "%d"}, transfer: {default: 0.01 EUR/GB}}
                    ---
                    """
                            .formatted(name(k), name(k), cores));
        }
        yaml.append(
                """
                apiVersion: tradewind.dev/v1
                kind: Policy
                metadata: {name: default}
                spec: {workloads: "true", objective: {price: 1.0, carbonPrice: 0 EUR/t}, namespaces: [shop]}
                ---
                apiVersion: tradewind.dev/v1
                kind: Rule
                metadata: {name: dear}
                spec: {signal: price, when: {sustained: {above: 120 EUR/MWh}}, then: reconsider}
                """);
        CatalogResult result =
                CatalogParser.parse(List.of(new CatalogFile("drawn.yaml", yaml.toString())));
        if (!result.isValid()) {
            throw new IllegalStateException(result.problems().toString());
        }
        return result.catalog();
    }
}
