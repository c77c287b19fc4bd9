package dev.tradewind.cli.backtest;

import dev.tradewind.cli.backtest.Fare.Window;
import dev.tradewind.job.placement.Fleet;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.job.plan.Candidates;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.Policies;
import dev.tradewind.job.plan.Room;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What each workload may do under a catalog, as the job sees it. */
final class Fares {
    /** Work of unknown length is taken to be as long as the job plans it. */
    private static final long UNKNOWN_DURATION = 3_600_000;

    private final Catalog catalog;
    private final Consumer<String> note;
    private final long begin;
    private final long end;

    /** "zone signal" of which there is an actual value. */
    private final Set<String> measured = new HashSet<>();

    /**
     * @param note hears what a person ought to know
     */
    Fares(Catalog catalog, Timeline timeline, Consumer<String> note) {
        this.catalog = catalog;
        this.note = note;
        for (Timeline.News news : timeline.news()) {
            if (!news.view().isForecast()) {
                measured.add(news.view().subject() + " " + news.view().signal());
            }
        }
        long[] steps = timeline.steps();
        this.begin = steps.length == 0 ? 0 : steps[0];
        this.end = steps.length == 0 ? 0 : steps[steps.length - 1];
    }

    /**
     * The catalog without the sites of which too little is known to say what anything costs there:
     * nothing may be sent there, for nobody could tell what came of it. And without dry runs, which
     * are to be judged here.
     */
    static Catalog measured(
            Catalog catalog,
            Timeline timeline,
            Map<String, WorkloadSpec> specs,
            Consumer<String> note) {
        Fares all = new Fares(catalog, timeline, note);
        Set<Policy> policies = new HashSet<>();
        specs.forEach((workload, spec) -> policies.add(Policies.of(catalog, workload, spec)));
        policies.remove(null);
        List<Site> sites = new ArrayList<>();
        for (Site site : catalog.sites()) {
            if (policies.stream().allMatch(policy -> all.isMeasured(site, policy))) {
                sites.add(site);
            } else {
                note.accept("nothing goes to " + site.name() + ": there are no values of its cost");
            }
        }
        return new Catalog(
                catalog.version(),
                sites,
                catalog.policies().stream().map(Fares::commanding).toList(),
                catalog.rules());
    }

    private static Policy commanding(Policy p) {
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
                false);
    }

    /**
     * @param start a site, or null
     * @return those that there is something to say of
     */
    List<Fare> of(Map<String, WorkloadSpec> specs, String start) {
        if (start != null && catalog.site(start).isEmpty()) {
            throw new IllegalArgumentException(
                    "the catalog has no site "
                            + start
                            + Nearest.to(start, catalog.sites().stream().map(Site::name).toList())
                                    .map(name -> "; did you mean " + name + "?")
                                    .orElse(""));
        }
        List<Fare> fares = new ArrayList<>();
        Fleet fleet = new Fleet();
        specs.forEach(
                (workload, spec) -> {
                    Fare fare = of(workload, spec, start);
                    if (fare != null && fare.window() == null) {
                        fare = withRoom(fare, fleet);
                    }
                    if (fare != null) {
                        fares.add(fare);
                    }
                });
        if (fares.isEmpty()) {
            throw new IllegalArgumentException("there is no workload that could be placed");
        }
        return fares;
    }

    private Fare of(String workload, WorkloadSpec spec, String start) {
        Policy policy = Policies.of(catalog, workload, spec);
        if (policy == null) {
            note.accept(workload + " is left out: no policy matches it");
            return null;
        }
        WorkloadFacts facts = WorkloadFacts.of(spec);
        Candidates candidates =
                Candidates.of(catalog, spec, facts, site -> Room.UNBOUNDED, Map.of());
        List<Site> sites = candidates.allowed().stream().map(Candidate::site).toList();
        if (sites.isEmpty()) {
            note.accept(workload + " is left out: " + candidates.nearestMiss());
            return null;
        }
        if (facts.powerWatts() == 0) {
            note.accept(workload + " declares no power, so its energy costs nothing");
        }
        Window window = window(workload, spec, facts);
        if (window != null && window.lastMillis() + window.durationMillis() > end) {
            note.accept(workload + " is left out: the signals end before it would have to be done");
            return null;
        }
        if (window != null && facts.deadlineMillis() != null && facts.deadlineMillis() <= begin) {
            note.accept(workload + " is left out: its deadline is before the first signal");
            return null;
        }
        return new Fare(
                workload, spec, facts, policy, sites, start(workload, spec, sites, start), window);
    }

    /** When it may run; null: it is always on. */
    private Window window(String workload, WorkloadSpec spec, WorkloadFacts facts) {
        Long deadline = facts.deadlineMillis();
        Long duration = facts.durationMillis();
        if (spec.schedule() == null
                || (deadline == null && facts.earliestStartMillis() == null && duration == null)) {
            return null;
        }
        long first =
                facts.earliestStartMillis() == null
                        ? begin
                        : Math.max(begin, facts.earliestStartMillis());
        if (duration == null && deadline != null) {
            note.accept(workload + " doesn't say how long it takes: an hour is reckoned with");
        }
        long lasts =
                duration != null ? duration : deadline != null ? UNKNOWN_DURATION : end - first;
        long last = deadline == null ? first : duration == null ? deadline : deadline - duration;
        if (last < first) {
            // the deadline wins over an earliest start that came too late for it
            first = Math.max(begin, last);
            last = first;
        }
        return new Window(first, last, lasts, Boolean.TRUE.equals(spec.schedule().interruptible()));
    }

    /** As told, else the first that it prefers, else the first by name. */
    private int start(String workload, WorkloadSpec spec, List<Site> sites, String start) {
        List<String> names = sites.stream().map(Site::name).toList();
        if (start != null && names.contains(start)) {
            return names.indexOf(start);
        }
        String first =
                spec.prefer() == null
                        ? null
                        : spec.prefer().stream().filter(names::contains).findFirst().orElse(null);
        if (first == null) {
            first = names.stream().sorted().findFirst().orElseThrow();
        }
        if (start != null) {
            note.accept(workload + " may not be at " + start + " and starts at " + first);
        }
        return names.indexOf(first);
    }

    /** The same, starting where there is room; those named first in the file come first. */
    private Fare withRoom(Fare fare, Fleet fleet) {
        Candidates candidates =
                Candidates.of(
                        catalog,
                        fare.spec(),
                        fare.facts(),
                        site -> fleet.room(site, fare.workload()),
                        Map.of());
        String wanted = fare.sites().get(fare.start()).name();
        String found =
                candidates.site(wanted).filter(Candidate::open).isPresent()
                        ? wanted
                        : candidates.open().stream().map(Candidate::name).findFirst().orElse(null);
        if (found == null) {
            note.accept(fare.workload() + " is left out: " + candidates.nearestMiss());
            return null;
        }
        if (!found.equals(wanted)) {
            note.accept(fare.workload() + " starts at " + found + ": " + wanted + " is full");
        }
        fleet.put(WorkloadState.running(fare.workload(), fare.spec(), found, begin), fare.facts());
        return fare.startingAt(fare.indexOf(found));
    }

    private boolean isMeasured(Site site, Policy policy) {
        return (policy.priceMultiplier() == 0
                        || measured.contains(site.zone() + " " + SignalNames.PRICE))
                && (policy.carbonPriceEurPerTonne() == 0
                        || measured.contains(site.zone() + " " + SignalNames.CARBON_INTENSITY));
    }
}
