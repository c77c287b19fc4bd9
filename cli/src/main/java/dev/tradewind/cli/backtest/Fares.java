package dev.tradewind.cli.backtest;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What each workload may do under a catalog, as the job sees it. */
final class Fares {
    private final Catalog catalog;
    private final Consumer<String> note;

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
    }

    /**
     * @param start a site, or null
     * @return those that there is something to say of
     */
    List<Fare> of(Map<String, WorkloadSpec> specs, String start) {
        if (start != null && catalog.site(start).isEmpty()) {
            throw new IllegalArgumentException("the catalog has no site " + start);
        }
        List<Fare> fares = new ArrayList<>();
        specs.forEach(
                (workload, spec) -> {
                    Fare fare = of(workload, spec, start);
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
        List<Site> sites = new ArrayList<>();
        for (Candidate candidate : candidates.allowed()) {
            if (isMeasured(candidate.site(), policy)) {
                sites.add(candidate.site());
            } else {
                note.accept(
                        workload
                                + " never goes to "
                                + candidate.name()
                                + ": there are no values of it");
            }
        }
        if (sites.isEmpty()) {
            note.accept(
                    workload
                            + " is left out: "
                            + (candidates.allowed().isEmpty()
                                    ? candidates.nearestMiss()
                                    : "of no site where it may be there are values"));
            return null;
        }
        if (policy.replanEveryMillis() == null) {
            note.accept(
                    workload
                            + " never moves: policy "
                            + policy.name()
                            + " leaves that to the rules, which are not replayed");
        }
        if (facts.powerWatts() == 0) {
            note.accept(workload + " declares no power, so its energy costs nothing");
        }
        if (facts.deadlineMillis() != null || facts.earliestStartMillis() != null) {
            note.accept(workload + " has a schedule; here it runs all the time");
        }
        return new Fare(workload, facts, policy, sites, start(workload, spec, sites, start));
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

    private boolean isMeasured(Site site, Policy policy) {
        return (policy.priceMultiplier() == 0
                        || measured.contains(site.zone() + " " + SignalNames.PRICE))
                && (policy.carbonPriceEurPerTonne() == 0
                        || measured.contains(site.zone() + " " + SignalNames.CARBON_INTENSITY));
    }
}
