package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Room;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.catalog.Sustained;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.recovery.Traces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A fleet without Flink: the pure core with a clock that a test moves. */
final class Story {
    static final long HOUR = 3_600_000;
    static final long MINUTE = 60_000;
    static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

    final EnergyClock clock;
    final PlacementCore core;
    final SiteViews views = new SiteViews();
    final ActiveDetections detections = new ActiveDetections();
    final Fleet fleet = new Fleet();
    final Reach reach = new Reach();
    final Admission admission = new Admission(FleetSettings.DEFAULT);
    final TreeMap<String, WorkloadState> states = new TreeMap<>();
    final Set<String> impatient = new TreeSet<>();
    final Set<String> forgotten = new HashSet<>();
    final List<Decision> decisions = new ArrayList<>();

    /** Each once, however often it was issued. */
    final List<Command> commands = new ArrayList<>();

    /** Commands that are over, and those that go on with what another had begun. */
    final Set<String> ended = new HashSet<>();

    final Set<String> unfinished = new HashSet<>();

    /** Commands that took a site over its capacity, each with the resource and the reason given. */
    final List<String> overruns = new ArrayList<>();

    final HardLimits limits = new HardLimits();

    /** What is being answered. */
    private WorkloadRequest asked;

    /** How often a site was filled to nine tenths by a command, so that the limits were near. */
    int tight;

    /** Every time that one was issued. */
    final List<Command> issued = new ArrayList<>();

    final List<Placement> placements = new ArrayList<>();

    /** As they were told. */
    final List<Outcome> outcomes = new ArrayList<>();

    Catalog catalog;
    long epochBase;
    long wall;
    private int requests;

    Story(Catalog catalog) {
        this(catalog, PlacementConfig.DEFAULT);
    }

    Story(Catalog catalog, PlacementConfig settings) {
        this.catalog = catalog;
        this.clock = EnergyClock.WALL;
        this.core = new PlacementCore(settings);
        this.wall = clock.wallOf(NOON);
    }

    static Site site(String name) {
        return new Site(
                name,
                Map.of("jurisdiction", "gdpr"),
                name + "-zone",
                1.0,
                100.0,
                null,
                null,
                name,
                0,
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }

    static Site cores(Site site, double cores) {
        return new Site(
                site.name(),
                site.labels(),
                site.zone(),
                site.pue(),
                cores,
                site.memoryBytes(),
                site.powerWatts(),
                site.connection(),
                site.transferDefaultEurPerGb(),
                site.transferEurPerGb(),
                site.latencyMillis(),
                site.drain(),
                site.values());
    }

    static Site sized(Site site, double cores, Double memoryBytes, Double powerWatts) {
        return new Site(
                site.name(),
                site.labels(),
                site.zone(),
                site.pue(),
                cores,
                memoryBytes,
                powerWatts,
                site.connection(),
                site.transferDefaultEurPerGb(),
                site.transferEurPerGb(),
                site.latencyMillis(),
                site.drain(),
                site.values());
    }

    static Site labelled(Site site, Map<String, String> labels) {
        return new Site(
                site.name(),
                labels,
                site.zone(),
                site.pue(),
                site.cpuCores(),
                site.memoryBytes(),
                site.powerWatts(),
                site.connection(),
                site.transferDefaultEurPerGb(),
                site.transferEurPerGb(),
                site.latencyMillis(),
                site.drain(),
                site.values());
    }

    /** Milliseconds to other sites. */
    static Site away(Site site, Map<String, Double> millis) {
        return new Site(
                site.name(),
                site.labels(),
                site.zone(),
                site.pue(),
                site.cpuCores(),
                site.memoryBytes(),
                site.powerWatts(),
                site.connection(),
                site.transferDefaultEurPerGb(),
                site.transferEurPerGb(),
                millis,
                site.drain(),
                site.values());
    }

    static Site drained(Site site) {
        return new Site(
                site.name(),
                site.labels(),
                site.zone(),
                site.pue(),
                site.cpuCores(),
                site.memoryBytes(),
                site.powerWatts(),
                site.connection(),
                site.transferDefaultEurPerGb(),
                site.transferEurPerGb(),
                site.latencyMillis(),
                true,
                site.values());
    }

    static Policy policy() {
        return policy(false, false, 20, 4);
    }

    static Policy policy(boolean freeze, boolean dryRun, int inFlight, int perPair) {
        return new Policy(
                "default",
                "true",
                0,
                1,
                0,
                24 * HOUR,
                15 * MINUTE,
                2 * HOUR,
                30 * MINUTE,
                inFlight,
                perPair,
                600_000,
                Policy.LostSite.HOLD,
                false,
                freeze,
                List.of("shop"),
                List.of("Deployment", "Job", "ConfigMap", "Service"),
                Policy.PodSecurity.BASELINE,
                List.of("default"),
                List.of(),
                false,
                dryRun);
    }

    /** The same with a price of carbon, EUR/t. */
    static Policy pricing(Policy p, double carbonPriceEurPerTonne) {
        return new Policy(
                p.name(),
                p.workloads(),
                p.priority(),
                p.priceMultiplier(),
                carbonPriceEurPerTonne,
                p.horizonMillis(),
                p.replanEveryMillis(),
                p.staleAfterMillis(),
                p.minResidenceMillis(),
                p.movesInFlight(),
                p.movesPerSitePair(),
                p.lostSiteAfterMillis(),
                p.lostSite(),
                p.riskAccepted(),
                p.freeze(),
                p.namespaces(),
                p.kinds(),
                p.podSecurity(),
                p.serviceAccounts(),
                p.secrets(),
                p.rebuildMirrors(),
                p.dryRun());
    }

    /** The same, but what is at a site that is silent for ten minutes is failed over. */
    static Policy failingOver(Policy p) {
        return new Policy(
                p.name(),
                p.workloads(),
                p.priority(),
                p.priceMultiplier(),
                p.carbonPriceEurPerTonne(),
                p.horizonMillis(),
                p.replanEveryMillis(),
                p.staleAfterMillis(),
                p.minResidenceMillis(),
                p.movesInFlight(),
                p.movesPerSitePair(),
                10 * MINUTE,
                Policy.LostSite.FAILOVER,
                true,
                p.freeze(),
                p.namespaces(),
                p.kinds(),
                p.podSecurity(),
                p.serviceAccounts(),
                p.secrets(),
                p.rebuildMirrors(),
                p.dryRun());
    }

    static Rule rule(String name, Rule.Action then) {
        return Rule.sustained(
                name,
                name + "-v1",
                SignalNames.PRICE,
                "true",
                "true",
                new Sustained(true, 120, 100, 0, null),
                then);
    }

    static Catalog catalog(Policy policy, Site... sites) {
        return new Catalog(
                "c-" + policy.freeze() + policy.dryRun() + List.of(sites).hashCode(),
                List.of(sites),
                List.of(policy),
                List.of(
                        rule("dear", Rule.Action.RECONSIDER),
                        rule("storm", Rule.Action.EVACUATE),
                        rule("hold", Rule.Action.HOLD),
                        rule("release", Rule.Action.RELEASE)));
    }

    static Catalog twoSites() {
        return catalog(policy(), site("frankfurt"), site("oslo"));
    }

    /** 8 cores, 1 kW, a move costs 0.10 EUR, prefers Frankfurt. */
    static WorkloadSpec spec() {
        return new WorkloadSpec(
                Map.of("class", "stream"),
                List.of(
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"orders\"}}"),
                Map.of("cpu", "8", "memory", "1Gi"),
                "1 kW",
                null,
                null,
                null,
                List.of("frankfurt"),
                null,
                null,
                new WorkloadSpec.Move(null, null, "0.10 EUR", null));
    }

    static WorkloadSpec scheduled(Instant earliest, Instant deadline, String duration) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                new WorkloadSpec.Schedule(earliest, deadline, duration, false),
                                null));
    }

    static WorkloadSpec within(String sites) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null, null, null, null, null, null, sites, null, null, null, null));
    }

    World world() {
        return new World(catalog, views, detections, fleet, reach, clock, wall);
    }

    long now() {
        return clock.at(wall);
    }

    WorkloadState state(String workload) {
        return states.get(workload);
    }

    // what happens

    Decision request(
            Action action, String workload, WorkloadSpec spec, String site, Instant until) {
        return request(
                new WorkloadRequest(action, "r-" + ++requests, workload, spec, site, until, null));
    }

    Decision request(WorkloadRequest request) {
        WorkloadState before = states.get(request.workload());
        int from = decisions.size();
        asked = request;
        take(
                request.workload(),
                before,
                core.onRequest(world(), before, request, epochBase, null, forgotten));
        asked = null;
        if (before == null && states.get(request.workload()) == null) {
            forgotten.add(request.requestId());
        }
        admit(plan());
        return decisions.subList(from, decisions.size()).stream()
                .filter(d -> request.requestId().equals(d.requestId()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("unanswered: " + request));
    }

    Decision submit(String workload, WorkloadSpec spec) {
        return request(Action.submit, workload, spec, null, null);
    }

    void outcome(String workload, Outcome.Status status) {
        outcome(workload, status, List.of());
    }

    /**
     * @param left sites where something is left
     */
    void outcome(String workload, Outcome.Status status, List<String> left) {
        WorkloadState state = states.get(workload);
        Command command =
                state.errand() != null
                        ? state.errand().command()
                        : commands.stream()
                                .filter(c -> c.workload().equals(workload))
                                .reduce((a, b) -> b)
                                .orElseThrow();
        outcome(
                new Outcome(
                                command.commandId(),
                                workload,
                                command.epoch(),
                                status,
                                null,
                                null,
                                Instant.ofEpochMilli(wall),
                                null,
                                null,
                                "as told")
                        .leaving(left));
    }

    void outcome(Outcome outcome) {
        outcomes.add(outcome);
        WorkloadState state = states.get(outcome.workload());
        if (state == null) {
            return;
        }
        take(outcome.workload(), state, core.onOutcome(world(), state, outcome));
        admit(plan());
    }

    private Set<String> plan() {
        return admission.due(world()) ? admission.plan(world(), states.values(), core) : Set.of();
    }

    private void admit(Set<String> granted) {
        for (String workload : granted) {
            WorkloadState state = states.get(workload);
            if (state != null) {
                take(workload, state, core.onNews(world(), state, true));
            }
        }
    }

    /** Lets every command under way complete. */
    void completeAll() {
        for (String workload : List.copyOf(states.keySet())) {
            if (states.get(workload).errand() != null) {
                outcome(workload, Outcome.Status.completed);
            }
        }
    }

    void price(String site, double eurPerMwh) {
        long hour = Math.floorDiv(now(), HOUR) * HOUR;
        view(
                SeriesView.actual(
                        false,
                        site + "-zone",
                        SignalNames.PRICE,
                        eurPerMwh,
                        hour,
                        hour + HOUR,
                        "test"));
    }

    void forecast(String site, long from, double... hourly) {
        long[] starts = new long[hourly.length];
        long[] ends = new long[hourly.length];
        for (int i = 0; i < hourly.length; i++) {
            starts[i] = from + i * HOUR;
            ends[i] = starts[i] + HOUR;
        }
        view(
                SeriesView.forecast(
                        false,
                        site + "-zone",
                        SignalNames.PRICE,
                        now(),
                        starts,
                        ends,
                        hourly,
                        "test"));
    }

    void view(SeriesView view) {
        states.replaceAll((k, s) -> core.accrue(world(), s));
        views.apply(view, now());
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            take(workload, state, core.onView(world(), state));
        }
    }

    void detection(Detection.Kind kind, String rule, String site, Long within) {
        detection(kind, rule, site, within, "true");
    }

    /**
     * @param workloads CEL: whom it concerns
     */
    void detection(Detection.Kind kind, String rule, String site, Long within, String workloads) {
        Detection detection =
                new Detection(
                        rule + "@" + site,
                        kind,
                        rule,
                        rule + "-v1",
                        catalog.version(),
                        site,
                        SignalNames.PRICE,
                        Instant.ofEpochMilli(now()),
                        Instant.ofEpochMilli(now()),
                        150.0,
                        catalog.rule(rule).orElseThrow().then().name().toLowerCase(),
                        within,
                        workloads,
                        rule + " at " + site);
        detections.apply(detection);
        if (ActiveDetections.is(detection, "evacuate")) {
            admission.expire();
        }
        Set<String> granted = plan();
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            take(workload, state, core.onDetection(world(), state, detection));
        }
        admit(granted);
    }

    void fired(String rule, String site) {
        detection(Detection.Kind.fired, rule, site, null);
    }

    /** A site is asked, and doesn't answer; or does. */
    void heard(String site, String problem) {
        if (reach.heard(site, problem, wall)) {
            for (String workload : List.copyOf(states.keySet())) {
                WorkloadState state = states.get(workload);
                take(workload, state, core.onNews(world(), state, false));
            }
        }
    }

    /** A site is asked which of its topics are mirrors. */
    void heardOfMirrors(String site, String... topics) {
        heardOf(site, new Traces(Set.of(topics), Set.of(), group -> false));
    }

    /** It is asked which groups are left out of links into it. */
    void heardOfLeftOut(String site, String... groups) {
        heardOf(site, new Traces(Set.of(), Set.of(groups), group -> false));
    }

    /** Alike, of those whose offsets links write there. */
    void heardOfLetIn(String site, String... groups) {
        heardOf(site, new Traces(Set.of(), Set.of(), Set.of(groups)::contains));
    }

    private void heardOf(String site, Traces traces) {
        reach.traces(site, traces, wall);
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            if (core.isStrayed(world(), state)) {
                take(workload, state, core.onNews(world(), state, false));
            }
        }
        reach.forgetTraces();
    }

    void cleared(String rule, String site) {
        detection(Detection.Kind.cleared, rule, site, null);
    }

    void catalog(Catalog changed) {
        states.replaceAll((k, s) -> core.accrue(world(), s));
        catalog = changed;
        detections.keepOnly(changed);
        states.forEach((k, s) -> fleet.put(s, core.terms(world(), s).facts()));
        admission.expire();
        Set<String> granted = plan();
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            take(workload, state, core.onNews(world(), state, false));
        }
        admit(granted);
    }

    /** The job starts anew from what it kept: it has heard of no site yet. */
    void restart() {
        reach.keepOnly(Set.of());
        for (String workload : List.copyOf(states.keySet())) {
            WorkloadState state = states.get(workload);
            take(workload, state, core.onRestore(world(), state));
        }
    }

    /** Lets energy time pass up to an instant, firing timers on the way. */
    void until(long energyMillis) {
        long end = clock.wallOf(energyMillis);
        int fired = 0;
        while (true) {
            String next = null;
            for (WorkloadState state : states.values()) {
                long wake = state.memory().wakeWallMillis();
                if (wake != 0
                        && wake <= end
                        && (next == null || wake < states.get(next).memory().wakeWallMillis())) {
                    next = state.workload();
                }
            }
            if (next == null) {
                break;
            }
            if (++fired > 200_000) {
                throw new AssertionError("timers in a tight loop");
            }
            WorkloadState state = states.get(next);
            wall = Math.max(wall, state.memory().wakeWallMillis());
            long wake = state.memory().wakeWallMillis();
            admit(plan());
            state = states.get(next);
            if (state != null && state.memory().wakeWallMillis() == wake) {
                take(next, state, core.onWake(world(), state));
            }
        }
        wall = Math.max(wall, end);
    }

    void pass(long millis) {
        until(now() + millis);
    }

    private void take(String workload, WorkloadState before, Step step) {
        keep(workload, before, step);
        boolean freed =
                before != null
                        && (step.state() == null
                                || (before.errand() != null && step.state().errand() == null));
        if (freed) {
            List<String> all = List.copyOf(impatient);
            for (boolean byChoice : new boolean[] {false, true}) {
                for (String waiting : all) {
                    WorkloadState state = states.get(waiting);
                    if (state != null) {
                        keep(waiting, state, core.onNews(world(), state, byChoice));
                    }
                }
            }
        }
    }

    /** Takes what came of an event, and looks whether a command in it keeps to all limits. */
    void keep(String workload, WorkloadState before, Step step) {
        decisions.addAll(step.decisions());
        if (before != null
                && before.errand() != null
                && (step.state() == null
                        || step.state().errand() == null
                        || !step.state()
                                .errand()
                                .command()
                                .commandId()
                                .equals(before.errand().command().commandId()))) {
            ended.add(before.errand().command().commandId());
        }
        Command fresh = null;
        if (step.command() != null
                && step.decisions().stream()
                        .anyMatch(d -> d.reason().contains("going on with what was under way"))) {
            unfinished.add(step.command().commandId());
        }
        if (step.placement() != null) {
            placements.add(step.placement());
        }
        if (step.command() != null) {
            issued.add(step.command());
            if (!commands.contains(step.command())) {
                commands.add(step.command());
                fresh = step.command();
            }
        }
        if (step.state() == null) {
            if (before != null) {
                epochBase = Math.max(epochBase, before.epoch());
                forgotten.addAll(before.memory().requestIds());
            }
            states.remove(workload);
            impatient.remove(workload);
            fleet.remove(workload);
        } else {
            states.put(workload, step.state());
            fleet.put(step.state(), core.terms(world(), step.state()).facts());
            if (fresh != null && step.state().errand() != null) {
                weigh(step);
                limits.look(this, asked, before, step);
            }
            if (step.considered()) {
                if (step.impatient()) {
                    impatient.add(workload);
                } else {
                    impatient.remove(workload);
                }
            }
        }
    }

    /** Whether a workload that goes somewhere finds room there for all that it asks for. */
    private void weigh(Step step) {
        WorkloadState.Errand errand = step.state().errand();
        Command command = errand.command();
        boolean takesRoom =
                errand.kind() == WorkloadState.Kind.START
                        || errand.kind() == WorkloadState.Kind.MOVE;
        Site site = command.to() == null ? null : catalog.site(command.to()).orElse(null);
        if (!takesRoom || site == null || unfinished.contains(command.commandId())) {
            return;
        }
        Room left = fleet.room(site, "nobody");
        WorkloadFacts facts = core.terms(world(), step.state()).facts();
        weigh(step, "cpu", facts.cpuCores(), left.cpuCores(), site.cpuCores());
        weigh(step, "memory", facts.memoryBytes(), left.memoryBytes(), site.memoryBytes());
        weigh(step, "power", facts.powerWatts(), left.powerWatts(), site.powerWatts());
    }

    private void weigh(Step step, String resource, double needed, double left, Double capacity) {
        if (needed <= 0 || capacity == null) {
            return;
        }
        if (left < -capacity * 1e-6) {
            overruns.add(resource + ": " + step.decisions());
        } else if (left < capacity / 10) {
            tight++;
        }
    }

    // what came of it

    Command lastCommand() {
        return commands.get(commands.size() - 1);
    }

    Decision lastDecision() {
        return decisions.get(decisions.size() - 1);
    }

    Placement placement(String workload) {
        return placements.stream()
                .filter(p -> p.workload().equals(workload))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    /** Submits and lets it start. */
    void running(String workload, WorkloadSpec spec) {
        submit(workload, spec);
        outcome(workload, Outcome.Status.accepted);
        outcome(workload, Outcome.Status.completed);
    }
}
