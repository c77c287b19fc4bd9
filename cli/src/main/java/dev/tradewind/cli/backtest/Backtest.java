package dev.tradewind.cli.backtest;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.catalog.CatalogLimits;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From files to figures.
 *
 * @param start where all start, or null
 * @param compare with simpler ways to decide, too
 * @param judge tell what each rule changed
 * @param rules a directory whose rules come on top of the catalog's; or null
 * @param eurPer EUR for one of each other currency, by its code
 * @param limits what a catalog may ask of the job
 */
public record Backtest(
        Path catalog,
        List<Path> signals,
        Path workloads,
        String start,
        boolean compare,
        boolean judge,
        Path rules,
        Map<String, Double> eurPer,
        CatalogLimits limits) {

    /** What came of it, and the picture of it. */
    public record Done(BacktestReport report, String svg) {}

    /**
     * @param note hears what a person ought to know
     * @param progress hears which part is done, 0 to 1
     * @throws IllegalArgumentException for a file that can't be used, naming it
     */
    public Done run(Consumer<String> note, DoubleConsumer progress) throws IOException {
        Catalog given = readCatalog(catalog);
        if (given.sites().isEmpty()) {
            throw new IllegalArgumentException(catalog + " has no site");
        }
        if (rules != null) {
            given = with(given, readCatalog(rules).rules());
        }
        List<SignalRow> rows = Signals.read(signals, eurPer);
        Timeline timeline = Timeline.of(rows);
        if (!Files.isRegularFile(workloads)) {
            throw new IllegalArgumentException(workloads + " is not a file");
        }
        Map<String, WorkloadSpec> specs = Workloads.read(workloads);
        tellUnused(given, timeline, note);
        Catalog sites = Fares.measured(given, timeline, specs, note);
        List<Fare> fares = new Fares(sites, timeline, note).of(specs, start);
        if (judge && sites.rules().isEmpty()) {
            note.accept("there is no rule to be judged");
        }
        return run(sites, rows, timeline, fares, note, progress);
    }

    private Done run(
            Catalog sites,
            List<SignalRow> rows,
            Timeline timeline,
            List<Fare> fares,
            Consumer<String> note,
            DoubleConsumer progress) {
        List<Track> tracks = Actuals.of(timeline, fares);
        List<Detection> detections = RuleEffects.detect(sites, rows, timeline.end());
        List<Rule> judged =
                judge
                        ? sites.rules().stream()
                                .filter(r -> r.then() != Rule.Action.NOTIFY)
                                .toList()
                        : List.of();
        double parts = 1 + judged.size();
        FleetReplay.Outing outing =
                new FleetReplay(sites, timeline, detections)
                        .run(fares, part -> progress.accept(part / parts));
        List<Track.Ride> ours = rides(fares, tracks, outing, note);
        double cost = ours.stream().mapToDouble(Track.Ride::eur).sum();
        List<RuleEffects.Effect> effects = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            Rule rule = judged.get(i);
            double before = 1 + i;
            List<Detection> others = RuleEffects.without(rule.name(), detections);
            List<Track.Ride> without =
                    others.size() == detections.size()
                            ? ours
                            : rides(
                                    fares,
                                    tracks,
                                    new FleetReplay(
                                                    RuleEffects.without(rule.name(), sites),
                                                    timeline,
                                                    others)
                                            .run(
                                                    fares,
                                                    part ->
                                                            progress.accept(
                                                                    (before + part) / parts)),
                                    tellsNobody -> {});
            effects.add(
                    RuleEffects.of(
                            rule, detections, outing.asked().get(rule.name()), ours, without));
        }
        progress.accept(1);
        Bound.Proven bound = Bound.of(fares, tracks, sites.sites(), cost);
        BacktestReport report =
                BacktestReport.of(
                        fares,
                        tracks,
                        ours,
                        bound,
                        outing.plans(),
                        compare,
                        judge ? effects : null);
        return new Done(report, Picture.draw(fares, tracks, ours, bound.optima(), report));
    }

    private static List<Track.Ride> rides(
            List<Fare> fares,
            List<Track> tracks,
            FleetReplay.Outing outing,
            Consumer<String> note) {
        List<Track.Ride> rides = new ArrayList<>();
        for (int i = 0; i < fares.size(); i++) {
            Fare fare = fares.get(i);
            List<Stint> stints = outing.stints().get(i);
            rides.add(tracks.get(i).ride(fare, stints));
            long worked = stints.stream().mapToLong(s -> s.toMillis() - s.fromMillis()).sum();
            if (fare.window() != null && worked < fare.window().durationMillis()) {
                note.accept(
                        String.format(
                                Locale.ROOT,
                                "%s did only %.1f of its %.1f hours",
                                fare.workload(),
                                worked / 3_600_000.0,
                                fare.window().durationMillis() / 3_600_000.0));
            }
            if (fare.window() != null
                    && !stints.isEmpty()
                    && fare.facts().deadlineMillis() != null
                    && stints.get(stints.size() - 1).toMillis() > fare.facts().deadlineMillis()) {
                note.accept(fare.workload() + " is done after its deadline");
            }
        }
        return rides;
    }

    /** Rules of the same name take the place of the catalog's. */
    private static Catalog with(Catalog catalog, List<Rule> more) {
        TreeMap<String, Rule> rules = new TreeMap<>();
        catalog.rules().forEach(rule -> rules.put(rule.name(), rule));
        more.forEach(rule -> rules.put(rule.name(), rule));
        return new Catalog(
                catalog.version(),
                catalog.sites(),
                catalog.policies(),
                List.copyOf(rules.values()));
    }

    private static void tellUnused(Catalog catalog, Timeline timeline, Consumer<String> note) {
        Set<String> zones = catalog.sites().stream().map(s -> s.zone()).collect(Collectors.toSet());
        Set<String> unused = new TreeSet<>();
        Set<String> all = new HashSet<>();
        for (Timeline.News news : timeline.news()) {
            if (all.add(news.view().subject()) && !zones.contains(news.view().subject())) {
                unused.add(news.view().subject());
            }
        }
        if (!unused.isEmpty()) {
            note.accept("no site is in " + String.join(", ", unused));
        }
    }

    /** As the job reads it. */
    private Catalog readCatalog(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is not a directory");
        }
        CatalogDirectory.Content content = new CatalogDirectory(directory).read();
        if (content == null) {
            throw new IllegalArgumentException(directory + " changes all the time; try again");
        }
        CatalogResult result =
                content.files().isEmpty()
                        ? new CatalogResult(null, List.of(), List.of())
                        : CatalogParser.parse(content.files(), eurPer, limits);
        List<Problem> problems =
                Stream.concat(content.problems().stream(), result.problems().stream()).toList();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "the catalog in "
                            + directory
                            + " has errors:\n"
                            + problems.stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining("\n")));
        }
        return result.catalog();
    }
}
