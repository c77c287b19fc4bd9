package dev.tradewind.job.rules;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which rules of a catalog look at which series, and for which sites. */
final class BindingIndex {
    private final String version;
    private final List<Site> all;
    private final Set<String> sites = new HashSet<>();
    private final Set<String> zones = new HashSet<>();
    private final Set<String> signals = new HashSet<>(SignalNames.known().keySet());
    private final Map<String, SeriesBinding> bound = new HashMap<>();
    private final SeriesBinding noneOfZone = SeriesBinding.none(true);
    private final SeriesBinding noneOfSite = SeriesBinding.none(false);

    // Only while it is made.
    private final Map<String, List<Site>> selected = new HashMap<>();
    private final Map<String, List<Bound>> lists = new HashMap<>();
    private final Map<String, Set<String>> readers = new HashMap<>();
    private final Set<String> watched = new LinkedHashSet<>();

    /**
     * @throws IllegalArgumentException where a rule's selector doesn't compile; the parser of the
     *     catalog has seen to it that it does
     */
    BindingIndex(Catalog catalog) {
        version = catalog.version();
        all = catalog.sites();
        for (Site site : all) {
            sites.add(site.name());
            if (site.zone() != null) {
                zones.add(site.zone());
            }
        }
        List<Rule> rules = new ArrayList<>(catalog.rules());
        rules.sort(Comparator.comparing(Rule::name));
        for (Rule rule : rules) {
            RuleFacts facts = RuleFacts.of(rule, catalog.version());
            rule.conditions().forEach(condition -> bind(rule, facts, condition));
        }
        Set<String> keys = new LinkedHashSet<>(lists.keySet());
        keys.addAll(readers.keySet());
        for (String key : keys) {
            Series series = Series.ofKey(key);
            List<Bound> list = List.copyOf(lists.getOrDefault(key, List.of()));
            bound.put(
                    key,
                    new SeriesBinding(
                            series.isZone(),
                            !series.isZone() && !Derived.is(series),
                            list,
                            SeriesBinding.historySteps(list),
                            List.copyOf(readers.getOrDefault(key, Set.of())),
                            watched.contains(key)));
        }
        selected.clear();
        lists.clear();
        readers.clear();
    }

    String catalogVersion() {
        return version;
    }

    /**
     * The rules that look at a series; null where the catalog has neither the subject nor a use for
     * the signal.
     */
    SeriesBinding of(Series series) {
        SeriesBinding binding = bound.get(series.key());
        if (binding != null) {
            return binding;
        }
        String signal = series.signal();
        String plain =
                signal.endsWith(Series.MARGINAL)
                        ? signal.substring(0, signal.length() - Series.MARGINAL.length())
                        : signal;
        if (!signals.contains(plain)
                || !(series.isZone() ? zones : sites).contains(series.subject())) {
            return null;
        }
        return series.isZone() ? noneOfZone : noneOfSite;
    }

    /** The series that are waited for though nothing was ever heard of them. */
    Set<String> watched() {
        return watched;
    }

    private void bind(Rule rule, RuleFacts facts, Condition condition) {
        List<Site> looking = selected(rule.sites());
        List<String> subjects = condition.at() == null ? null : names(looking);
        List<Site> looked = condition.at() == null ? looking : selected(condition.at());
        boolean silence = condition.measure() == Condition.Measure.SILENCE;
        if (condition.expression() != null) {
            Derived derived = Derived.of(condition.expression());
            signals.addAll(derived.signals());
            for (Site site : looked) {
                add(
                        derived.series(site.name()),
                        new Bound(facts, condition, List.of(site.name()), subjects),
                        silence);
                for (String signal : derived.signals()) {
                    reads(Series.ofSite(site.name(), signal), site);
                    if (site.zone() != null) {
                        reads(Series.ofZone(site.zone(), signal), site);
                    }
                }
            }
            return;
        }
        signals.add(condition.signal());
        Map<String, List<String>> byZone = new HashMap<>();
        for (Site site : looked) {
            add(
                    Series.ofSite(site.name(), condition.signal()),
                    new Bound(facts, condition, List.of(site.name()), subjects),
                    silence && site.zone() == null);
            if (site.zone() != null) {
                byZone.computeIfAbsent(site.zone(), zone -> new ArrayList<>()).add(site.name());
            }
        }
        byZone.forEach(
                (zone, names) ->
                        add(
                                Series.ofZone(zone, condition.signal()),
                                new Bound(facts, condition, List.copyOf(names), subjects),
                                silence));
    }

    private void add(Series series, Bound one, boolean watch) {
        lists.computeIfAbsent(series.key(), key -> new ArrayList<>()).add(one);
        if (watch) {
            watched.add(series.key());
        }
    }

    private void reads(Series series, Site site) {
        readers.computeIfAbsent(series.key(), key -> new LinkedHashSet<>()).add(site.name());
    }

    /** Many rules have one selector. */
    private List<Site> selected(String selector) {
        return selected.computeIfAbsent(
                selector,
                text -> {
                    SitePredicate predicate = SitePredicate.compile(text);
                    return all.stream().filter(predicate::test).toList();
                });
    }

    private static List<String> names(List<Site> sites) {
        return sites.stream().map(Site::name).sorted().toList();
    }
}
